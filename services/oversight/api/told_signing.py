"""What credentials says of the outline, its steps and their sign-offs, as sentences. Pure."""

from services.oversight.api.speaking import Speaker, day
from shared.contracts import credentials as c
from shared.contracts.values import Acting
from shared.kernel import Fact
from shared.pages import N_

DECIDED_OF_STEPS = {
    "endorse": N_("{who} endorsed {step}{more}."),
    "recommend": N_("{who} recommended {step}{more}."),
    "approve": N_("{who} approved {step}{more}."),
    "request-changes": N_("{who} requested changes on {step}{more}."),
    "decline": N_("{who} declined {step}{more}."),
    "abstain": N_("{who} abstained on {step}{more}."),
    "recuse": N_("{who} recused themselves from {step}{more}."),
}
"""`{more}` are clauses: with conditions, instead of an earlier decision, on which paper."""
CODES = (
    N_("endorse"), N_("recommend"), N_("approve"), N_("endorse-with-conditions"), N_("recommend-with-conditions"),
    N_("approve-with-conditions"), N_("request-changes"), N_("decline"), N_("abstain"), N_("recuse"), N_("title"),
    N_("need"), N_("outcomes"), N_("job_functions"), N_("assessment"), N_("hours"), N_("prerequisites"), N_("mode"),
    N_("language"), N_("cost"), N_("funding"),
)  # fmt: skip
"""Decisions and fields of the outline: English shows the codes of the API."""
PAPER = {
    "letter": N_(", by a letter of {date}, recorded on their behalf by {recorder}"),
    "e-mail": N_(", by an e-mail of {date}, recorded on their behalf by {recorder}"),
    "minutes": N_(", by minutes of {date}, recorded on their behalf by {recorder}"),
}
VOID = {
    "position": N_("The sign-off of {who} on {step} ({decision}) is void: the position had ended on {moment} UTC."),
    "holding": N_(
        "The sign-off of {who} on {step} ({decision}) is void: their holding of the position had ended on {moment} UTC."
    ),
    "responsibility": N_(
        "The sign-off of {who} on {step} ({decision}) is void: the position's responsibility had ended on {moment} UTC."
    ),
    "delegation": N_("The sign-off of {who} on {step} ({decision}) is void: the delegation had ended on {moment} UTC."),
    "key": N_(
        "The sign-off of {who} on {step} ({decision}) is void: the validity of their key had ended on {moment} UTC."
    ),
    "signing-key": N_(
        "The sign-off of {who} on {step} ({decision}) is void:"
        " the validity of their signing key had ended on {moment} UTC."
    ),
}


def said(fact: Fact, speak: Speaker) -> str | None:
    """The sentence of a fact about the outline or a step; None of others."""
    match fact:
        case c.SignOffRecorded():
            return _recorded(fact, speak)
        case c.SignOffConfirmed(step=step):
            return speak._(
                "What was recorded on their behalf on {step} was confirmed by whoever decided it.", step=step
            )
        case c.SignOffDisputed(of=of, step=step, decision=decision):
            return speak._(
                "The sign-off of {who} on {step} ({decision}), recorded on their behalf,"
                " was disputed by whoever was said to have decided it, and counts no longer.",
                who=speak.who(of), step=step, decision=speak._(decision),
            )  # fmt: skip
        case c.ConditionMet(by=by, step=step):
            return speak._("{who} recorded that a condition on {step} is met.", who=speak.who(by), step=step)
        case c.SignOffLapsed():
            return _lapsed(fact, speak)
        case c.SignOffVoided(of=of, decision=decision, step=step, revoked=revoked, effective=effective):
            moment = speak._("{date} at {time}", date=f"{effective:%Y-%m-%d}", time=f"{effective:%H:%M:%S}")
            return speak._(VOID[revoked], who=speak.who(of), step=step, decision=speak._(decision), moment=moment)
        case _:
            return _of_step(fact, speak)


def _of_step(fact: Fact, speak: Speaker) -> str | None:
    match fact:
        case c.StepOpened(step=step, due=due):
            return speak._("The step {step} opened, due {date}.", step=step, date=day(due))
        case c.StepGranted(step=step, sign_offs=sign_offs):
            return speak.ngettext(
                "The step {step} was granted on {count} sign-off.",
                "The step {step} was granted on {count} sign-offs.",
                len(sign_offs),
                step=step,
            )
        case c.StepReopened(step=step):
            return speak._("The step {step} waits again.", step=step)
        case c.StepRefused(step=step):
            return speak._("The step {step} was refused: its rule can no longer be met.", step=step)
        case _:
            return _of_outline(fact, speak)


def _of_outline(fact: Fact, speak: Speaker) -> str | None:
    match fact:
        case c.MicrocredentialOpened(key=key, pathway_version=version):
            return speak._(
                "The microcredential '{key}' opened on version {version} of its pathway.", key=key, version=version
            )
        case c.OutlineRevised(by=by, changed=changed, revision=revision):
            fields = ", ".join(map(speak._, changed))
            if not fields:
                return speak._(
                    "{who} revised the outline (nothing), now revision {revision}.",
                    who=speak.who(by), revision=revision,
                )  # fmt: skip
            return speak._(
                "{who} revised the outline ({fields}), now revision {revision}.",
                who=speak.who(by), fields=fields, revision=revision,
            )  # fmt: skip
        case c.ValidationRequested(by=by, revision=revision):
            return speak._("{who} requested validation of revision {revision}.", who=speak.who(by), revision=revision)
        case c.OutlineReturned(step=step):
            return speak._("The outline was returned to be revised, since {step} was refused.", step=step)
        case c.MicrocredentialApproved(version=version):
            return speak._("The microcredential was approved, version {version}.", version=version)
        case c.ApprovalVoided(version=version, steps=steps):
            return speak._(
                "The approval of version {version} is void: {steps} waits again.",
                version=version, steps=", ".join(steps),
            )  # fmt: skip
        case _:
            return None


def _recorded(fact: c.SignOffRecorded, speak: Speaker) -> str:
    more = [speak._(", with conditions")] if fact.decision.endswith("-with-conditions") else []
    if fact.replaces:
        more.append(speak._(", instead of an earlier decision"))
    if (paper := fact.paper) is not None:
        recorder = speak.position(paper.recorded_as) if paper.recorded_as else speak._("a coordinator")
        more.append(speak._(PAPER[paper.form], date=paper.dated.isoformat(), recorder=recorder))
    decided = DECIDED_OF_STEPS[fact.decision.removesuffix("-with-conditions")]
    return speak._(decided, who=speak.who(fact.by), step=fact.step, more="".join(more))


def _lapsed(fact: c.SignOffLapsed, speak: Speaker) -> str:
    by: Acting = fact.changed_by
    return speak._(
        "The sign-off of {who} on {step} ({decision}) lapsed: {by} changed {fields}.",
        who=speak.who(fact.of), step=fact.step, decision=speak._(fact.decision), by=speak.who(by),
        fields=", ".join(map(speak._, fact.fields)),
    )  # fmt: skip
