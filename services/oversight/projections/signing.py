"""One step of the pathway as the board sees it: who has spoken, and whom it still waits on. Pure."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from msgspec import structs

from services.oversight.projections.waits import DotState, Wait
from shared.authority.quorums import lacking
from shared.contracts.credentials import (
    Decision,
    SignOffDisputed,
    SignOffLapsed,
    SignOffRecorded,
    SignOffVoided,
    StepOpened,
    StepReopened,
)
from shared.contracts.values import Acting, Party, PathwayStep, RosterOf, Round
from shared.kernel import Value


class Voice(Value, frozen=True):
    """A standing sign-off; `unmet` are its conditions due before the grant and not met yet.

    `on_behalf`: somebody recorded it from a paper, and its decider has not confirmed it.
    """

    sign_off: UUID
    by: Acting
    decision: Decision
    at: datetime
    unmet: tuple[UUID, ...] = ()
    on_behalf: bool = False

    @property
    def affirms(self) -> bool:
        """Whether it speaks for the step, conditions or not."""
        return self.decision.removesuffix("-with-conditions") in ("endorse", "recommend", "approve")


class Awaited(Value, frozen=True):
    """A party that has not spoken, and since when it is waited on."""

    party: Party
    since: datetime


class Step(Value, frozen=True):
    """A step with its round as opened; `awaited` are the parties not heard, `voices` the sign-offs that stand.

    `again`: it was open before, and waits for what it already had.
    """

    key: str
    verb: str
    matter: str
    state: Literal["waiting", "open", "granted", "refused"] = "waiting"
    round: Round | None = None
    digest: str | None = None
    due: datetime | None = None
    awaited: tuple[Awaited, ...] = ()
    voices: tuple[Voice, ...] = ()
    after: tuple[str, ...] = ()
    again: bool = False


def planned(policy: PathwayStep) -> Step:
    """The step before it opens."""
    return Step(policy.key, policy.verb, policy.matter, after=policy.after)


def restarted(step: Step) -> Step:
    """The step as it was planned, for the next version."""
    return Step(step.key, step.verb, step.matter, after=step.after)


def opened(step: Step, fact: StepOpened, at: datetime) -> Step:
    """A new round: everybody it names is waited on from now."""
    awaited = tuple(Awaited(party, at) for party in fact.waits_on)
    recusals = tuple(voice for voice in step.voices if voice.decision == "recuse") if step.state == "refused" else ()
    return structs.replace(
        restarted(step),
        voices=recusals,
        state="open",
        round=fact.round,
        digest=fact.digest,
        due=fact.due,
        awaited=awaited,
    )


def reopened(step: Step, fact: StepReopened, at: datetime) -> Step:
    """The same round on new content; who was waited on already is so since then."""
    since = {one.party: one.since for one in step.awaited}
    awaited = tuple(Awaited(party, since.get(party, at)) for party in fact.waits_on)
    return structs.replace(step, state="open", digest=fact.digest, due=fact.due, awaited=awaited, again=True)


def signed(step: Step, fact: SignOffRecorded, at: datetime) -> Step:
    """A party has spoken, or spoken anew."""
    unmet = tuple(one.condition for one in fact.conditions if one.due == "grant")
    voice = Voice(fact.sign_off, fact.by, fact.decision, at, unmet, fact.paper is not None)
    voices = (*(one for one in step.voices if one.sign_off != fact.replaces), voice)
    if fact.waits_on is None:
        awaited = tuple(one for one in step.awaited if not _speaks_for(fact.by, one.party))
    else:
        since = {one.party: one.since for one in step.awaited}
        unmet_by = tuple(one.by for one in voices if one.unmet)  # those are asked to say that it is met
        awaited = tuple(
            Awaited(party, since.get(party, at))
            for party in fact.waits_on
            if not any(_speaks_for(by, party) for by in unmet_by)
        )
    return structs.replace(step, voices=voices, awaited=awaited)


def dot(step: Step) -> DotState:
    """How it stands, in one word."""
    return "reopened" if step.state == "open" and step.again else step.state


def confirmed(step: Step, sign_off: UUID) -> Step:
    """Its decider has confirmed what was recorded on their behalf."""
    voices = tuple(structs.replace(one, on_behalf=False) if one.sign_off == sign_off else one for one in step.voices)
    return structs.replace(step, voices=voices)


def confirmations(step: Step) -> tuple[Wait, ...]:
    """Whom it waits on to confirm what was recorded on their behalf; nothing is held up by it."""
    return tuple(
        Wait(
            "confirm-sign-off", voice.at, step.matter, voice.by.partner, voice.by.position, step=step.key,
            refers=voice.sign_off, only=voice.by.person,
        )
        for voice in step.voices
        if voice.on_behalf
    )  # fmt: skip


def lapsed(step: Step, fact: SignOffLapsed | SignOffDisputed, at: datetime) -> Step:
    """A sign-off no longer counts, and its party is waited on again."""
    voices = tuple(one for one in step.voices if one.sign_off != fact.sign_off)
    known = any(one.party == fact.waits_on for one in step.awaited)
    awaited = step.awaited if known else (*step.awaited, Awaited(fact.waits_on, at))
    return structs.replace(step, voices=voices, awaited=awaited)


def voided(step: Step, fact: SignOffVoided, at: datetime) -> Step:
    """A sign-off never counted; an open step waits on whoever is left without it."""
    voices = tuple(one for one in step.voices if one.sign_off != fact.sign_off)
    since = {one.party: one.since for one in step.awaited}
    awaited = tuple(Awaited(party, since.get(party, at)) for party in fact.waits_on)
    return structs.replace(step, voices=voices, awaited=awaited if step.state == "open" else step.awaited)


def met(step: Step, condition: UUID) -> Step:
    """A condition is met; its sign-off may now count."""
    voices = tuple(
        structs.replace(voice, unmet=tuple(one for one in voice.unmet if one != condition)) for voice in step.voices
    )
    return structs.replace(step, voices=voices)


def waits(step: Step, proposer: Acting, authors: tuple[UUID, ...] = ()) -> tuple[Wait, ...]:
    """Whom an open step waits on: the parties not heard, a revision where changes were asked, conditions to be met."""
    if step.state != "open":
        return ()
    recused = {voice.by.person for voice in step.voices if voice.decision == "recuse"}
    barred = tuple(sorted({*authors, *recused}))
    parties = tuple(_party_wait(step, one, barred) for one in step.awaited if not _heard_already(step, one.party))
    revisions = tuple(
        Wait("revise-outline", voice.at, partner=proposer.partner, position=proposer.position, step=step.key)
        for voice in step.voices
        if voice.decision == "request-changes"
    )
    conditions = tuple(
        Wait(
            "meet-condition", voice.at, step.matter, voice.by.partner, voice.by.position, step.due, step.key, refers=one
        )
        for voice in step.voices
        for one in voice.unmet
    )
    return (*parties, *revisions[:1], *conditions)


def needed(step: Step) -> int | None:
    """How many more voices a quorum needs; None where every voice is needed."""
    match step.round:
        case RosterOf(seats=seats, quorum=quorum, sectors=sectors):
            affirming = {voice.by.position for voice in step.voices if voice.affirms and not voice.unmet}
            return lacking(quorum, (seat for seat in seats if seat.position in affirming), sectors).least
        case _:
            return None


def _party_wait(step: Step, one: Awaited, barred: tuple[UUID, ...]) -> Wait:
    return Wait(
        "sign-off",
        one.since,
        one.party.matter,
        one.party.partner,
        one.party.position,
        step.due,
        step.key,
        step.verb,
        step.digest,
        needed=needed(step),
        barred=barred,
    )


def _speaks_for(by: Acting, party: Party) -> bool:
    return by.partner == party.partner and party.position in (None, by.position)


def _heard_already(step: Step, party: Party) -> bool:
    """In a quorum of distinct partners a second seat of a partner that affirmed adds nothing, unless it is required."""
    match step.round:
        case RosterOf(seats=seats, quorum=quorum) if quorum.distinct_partners and party.position not in quorum.seats:
            personal = {seat.position for seat in seats if seat.capacity == "personal"}
            return any(
                voice.affirms and voice.by.partner == party.partner and voice.by.position not in personal
                for voice in step.voices
            )
        case _:
            return False
