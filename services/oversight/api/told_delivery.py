"""What credentials says of offerings, reviews and the end, as sentences. Pure."""

from services.oversight.api.speaking import Speaker
from shared.contracts import credentials as c
from shared.kernel import Fact
from shared.pages import N_

DECIDED_OF_REVIEWS = {
    "renew": N_("{who} decided to renew it{more}."),
    "revise": N_("{who} decided that it be revised{more}."),
    "retire": N_("{who} decided to retire it{more}."),
}
"""`{more}` is a clause: how many conditions it answered."""


def said(fact: Fact, speak: Speaker) -> str | None:
    """The sentence of a fact about what follows an approval; None of others."""
    match fact:
        case c.OfferingOpened():
            return _opened(fact, speak)
        case c.OfferingClosed():
            return _closed(fact, speak)
        case c.ReviewSubmitted(by=by):
            return speak._("{who} submitted a review.", who=speak.who(by))
        case c.ReviewDecided(by=by, decision=decision, conditions=conditions):
            answered = speak.ngettext(
                ", answering {count} condition", ", answering {count} conditions", len(conditions)
            )
            more = answered if conditions else ""
            return speak._(DECIDED_OF_REVIEWS[decision], who=speak.who(by), more=more)
        case c.AgreementNamed(by=by, version=version):
            return speak._(
                "{who} named the agreement it runs under, in force as version {version}.",
                who=speak.who(by), version=version,
            )  # fmt: skip
        case c.MicrocredentialRetired():
            return speak._("The microcredential was retired.")
        case c.MicrocredentialNudged(acting_as=acting_as, position=position, partner=partner):
            on = speak.position(position) if position else speak.partner(partner)
            if acting_as is None:
                return speak._("A coordinator reminded {on} of what the microcredential waits for.", on=on)
            return speak._(
                "{who} reminded {on} of what the microcredential waits for.", who=speak.position(acting_as), on=on
            )
        case _:
            return None


def _opened(fact: c.OfferingOpened, speak: Speaker) -> str:
    said = {"who": speak.who(fact.by), "starts": fact.starts.isoformat(), "ends": fact.ends.isoformat()}
    if fact.learners is None:
        return speak._("{who} opened an offering, {starts} to {ends}, with an unknown number of learners.", **said)
    return speak.ngettext(
        "{who} opened an offering, {starts} to {ends}, with {count} learner.",
        "{who} opened an offering, {starts} to {ends}, with {count} learners.",
        fact.learners,
        **said,
    )


def _closed(fact: c.OfferingClosed, speak: Speaker) -> str:
    who = speak.who(fact.by)
    if fact.completed is None:
        return speak._("{who} closed the offering; an unknown number of learners completed.", who=who)
    return speak.ngettext(
        "{who} closed the offering; {count} learner completed.",
        "{who} closed the offering; {count} learners completed.",
        fact.completed,
        who=who,
    )
