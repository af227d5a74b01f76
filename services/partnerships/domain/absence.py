"""Absence: whoever has a holding is away, so that whoever stands in for the position decides."""

from uuid import UUID

from services.partnerships.domain.entries import AlreadyEnded, NoSuchEntry, check_interval, meet
from services.partnerships.domain.position import Established, PositionFact, PositionState, established, held_by
from shared.authority import effect_of
from shared.contracts.partnerships import AbsenceEnded, AbsenceRecorded
from shared.contracts.values import Moment
from shared.kernel import Conflict, Forbidden, Intent, Refused, Unacceptable, refuse_if


class RecordAbsence(Intent, frozen=True):
    """Away from `since` (now, no earlier) until `until` (open). `holding` names whose; one's own where left out."""

    since: Moment | None = None
    until: Moment | None = None
    holding: UUID | None = None


class EndAbsence(Intent, frozen=True):
    """Back from `until` (now) on."""

    until: Moment | None = None


class NotTheirAbsence(Forbidden, frozen=True):
    """Others may record that

    A holder records when they are away, and that they are back; the partner's authority administrator may as well, and
    names whose holding it is.
    """

    says = "This key's person neither has that holding nor administers the partner's authority."


class WhoseAbsence(Unacceptable, frozen=True):
    """Name whose absence it is

    You do not hold the position yourself now; name the holding of whoever is away.
    """

    says = "There is no holding of this key's person here now; name one in `holding`."


class AlreadyAway(Conflict, frozen=True):
    """The absence is recorded already

    End that one first if its dates are to change.
    """

    says = "They are recorded as away from {since} until {until} already."
    since: str
    until: str


class AwayBefore(Unacceptable, frozen=True):
    """An absence begins now at the earliest

    Nobody stood in before it was recorded. Leave `since` out for now.
    """

    says = "The absence cannot begin at {since}, which has passed."
    since: str


class WasAway(Unacceptable, frozen=True):
    """An absence ends from now on

    Whoever stood in until now decided with authority, and what they decided stands. State a moment to come, or none.
    """

    says = "The absence cannot end at {until}, which has passed."
    until: str


def record(
    state: PositionState, absence: UUID, intent: RecordAbsence, by: UUID, administers: bool, at: Moment
) -> tuple[PositionFact, ...]:
    """The holder, or the partner's administrator for them, says from when until when they are away."""
    position = established(state)
    since = intent.since or at
    check_interval(since, intent.until)
    refuse_if(AwayBefore(since.isoformat()) if since < at else None)
    holding = _whose(position, intent.holding, by, administers, at)
    for away in position.absences.values():
        if away.holding == holding and meet(away.since, away.until, since, intent.until):
            ends = away.until.isoformat() if away.until else "further notice"
            raise Refused(AlreadyAway(away.since.isoformat(), ends))
    return (AbsenceRecorded(absence, position.position, holding, by, since, intent.until),)


def end(
    state: PositionState, absence: UUID, intent: EndAbsence, by: UUID, administers: bool, at: Moment
) -> tuple[PositionFact, ...]:
    """They are back; one that has not begun is taken back. What was decided in their stead stands."""
    position = established(state)
    if (away := position.absences.get(absence)) is None:
        raise Refused(NoSuchEntry("absence", str(absence)))
    if not administers and position.holdings[away.holding].person != by:
        raise Refused(NotTheirAbsence())
    until = max(effect_of(intent.until, at), away.since)
    refuse_if(
        WasAway(intent.until.isoformat()) if intent.until is not None and intent.until < at else None,
        AlreadyEnded(away.until.isoformat()) if away.until is not None and away.until <= until else None,
    )
    return (AbsenceEnded(absence, position.position, by, until),)


def _whose(position: Established, stated: UUID | None, by: UUID, administers: bool, at: Moment) -> UUID:
    """The holding they are away from: the one stated, else the one that whoever asks has now."""
    if stated is None:
        if own := held_by(position, by, at):
            return next(iter(own))
        raise Refused(WhoseAbsence() if administers else NotTheirAbsence())
    if stated not in position.holdings:
        raise Refused(NoSuchEntry("holding", str(stated)))
    if not administers and position.holdings[stated].person != by:
        raise Refused(NotTheirAbsence())
    return stated
