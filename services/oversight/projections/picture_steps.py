"""Steps, sign-offs and conditions of a picture after one more fact. Pure."""

from collections.abc import Callable
from uuid import UUID

from msgspec import structs

from services.oversight.projections.picture_values import (
    Fate,
    Happened,
    Picture,
    PicturedCondition,
    PicturedStep,
    SignOff,
    StepState,
)
from shared.contracts import credentials as c
from shared.kernel import Fact


def evolve(picture: Picture, fact: Fact, happened: Happened) -> Picture:
    """Its steps and what was decided on them."""
    match fact:
        case c.MicrocredentialOpened(steps=steps):
            return _waiting_for(structs.replace(picture, steps={one.key: PicturedStep(one) for one in steps}))
        case c.ReviewDecided(decision="revise"):
            ended = _fated(picture, Fate("over", happened), lambda one: one.stands)
            restarted = {key: PicturedStep(step.policy, since=happened) for key, step in picture.steps.items()}
            return _waiting_for(structs.replace(ended, steps=restarted))
        case c.StepOpened() | c.StepReopened() | c.StepGranted() | c.StepRefused():
            return _waiting_for(_moved(picture, fact, happened)) if fact.step in picture.steps else picture
        case _:
            return _decided(picture, fact, happened)


def _moved(
    picture: Picture, fact: c.StepOpened | c.StepReopened | c.StepGranted | c.StepRefused, happened: Happened
) -> Picture:
    step = picture.steps[fact.step]
    match fact:
        case c.StepOpened():
            return _opened(picture, step, fact, happened)
        case c.StepReopened(digest=digest, due=due):
            turned = _turned(step, "reopened", happened)
            return _with(picture, structs.replace(turned, digest=digest, due=due))
        case c.StepGranted():
            return _with(picture, _turned(step, "granted", happened))
        case c.StepRefused():
            return _with(picture, _turned(step, "refused", happened))


def _opened(picture: Picture, step: PicturedStep, fact: c.StepOpened, happened: Happened) -> Picture:
    """A new round: of an earlier one that was refused only recusals stand, and what others asked for is gone."""
    keeps = ("recuse",) if step.state == "refused" else ()
    ended = _fated(
        picture,
        Fate("over", happened),
        lambda one: one.stands and one.step == fact.step and one.decision not in keeps,
        gone=lambda item: item.step == fact.step and item.state == "open",
    )
    turned = _turned(step, "open", happened)
    return _with(ended, structs.replace(turned, round=fact.round, digest=fact.digest, due=fact.due))


def _decided(picture: Picture, fact: Fact, happened: Happened) -> Picture:
    match fact:
        case c.SignOffRecorded():
            replaced = _undone(picture, fact.replaces, Fate("replaced", happened)) if fact.replaces else picture
            items = tuple(
                PicturedCondition(one.condition, fact.step, fact.sign_off, fact.by, one.due, happened)
                for one in fact.conditions
            )
            sign_offs = (*replaced.sign_offs, _sign_off(fact, happened))
            return structs.replace(replaced, sign_offs=sign_offs, conditions=(*replaced.conditions, *items))
        case c.SignOffConfirmed(sign_off=confirmed):
            return structs.replace(
                picture,
                sign_offs=tuple(
                    structs.replace(one, confirmed=True) if one.sign_off == confirmed else one
                    for one in picture.sign_offs
                ),
            )
        case c.SignOffLapsed():
            why = Fate("lapsed", happened, fact.fields, fact.changed_by)
            return _undone(picture, fact.sign_off, why)
        case c.SignOffVoided():
            void = Fate("void", happened, (), None, fact.revoked, fact.effective, fact.revocation)
            return _undone(picture, fact.sign_off, void)
        case c.SignOffDisputed():
            return _undone(picture, fact.sign_off, Fate("disputed", happened))
        case c.ConditionMet():
            return structs.replace(
                picture,
                conditions=tuple(
                    structs.replace(item, state="met", answered=happened, answered_by=fact.by)
                    if item.condition == fact.condition
                    else item
                    for item in picture.conditions
                ),
            )
        case _:
            return picture


def _sign_off(fact: c.SignOffRecorded, happened: Happened) -> SignOff:
    return SignOff(
        fact.sign_off,
        fact.step,
        fact.by,
        fact.decision,
        happened,
        fact.digest,
        fact.revision,
        fact.evidence,
        fact.in_demand,
        fact.assessment_reflects_job,
        fact.comment,
        fact.replaces,
        fact.signature.signing_key if fact.signature else None,
        fact.paper,
        False if fact.paper else None,
    )


def _undone(picture: Picture, sign_off: UUID, fate: Fate) -> Picture:
    """That sign-off counts no longer, and what it asked for is gone with it."""
    return _fated(
        picture, fate, lambda one: one.sign_off == sign_off and one.stands, lambda item: item.sign_off == sign_off
    )


def _fated(
    picture: Picture,
    fate: Fate,
    which: Callable[[SignOff], bool],
    gone: Callable[[PicturedCondition], bool] = lambda _: False,
) -> Picture:
    return structs.replace(
        picture,
        sign_offs=tuple(structs.replace(one, fate=fate) if which(one) else one for one in picture.sign_offs),
        conditions=tuple(
            structs.replace(item, state="gone", answered=fate.happened) if gone(item) else item
            for item in picture.conditions
        ),
    )


def _turned(step: PicturedStep, state: StepState, happened: Happened) -> PicturedStep:
    since = step.since if step.state == state else happened
    return structs.replace(step, state=state, since=since)


def _waiting_for(picture: Picture) -> Picture:
    """Every step beside those it follows."""
    settled = {key for key, step in picture.steps.items() if step.state in ("granted", "waived")}
    steps = {
        key: structs.replace(step, waiting_for=tuple(one for one in step.policy.after if one not in settled))
        for key, step in picture.steps.items()
    }
    return structs.replace(picture, steps=steps)


def _with(picture: Picture, step: PicturedStep) -> Picture:
    return structs.replace(picture, steps={**picture.steps, step.policy.key: step})
