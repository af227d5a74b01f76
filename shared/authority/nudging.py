"""Who may remind whom of what: asked by every service of what waits there. Pure.

A nudge changes nothing but that it is known: whom something waits on was reminded, by whom, and when.
"""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from uuid import UUID

from shared.authority.community import Community
from shared.contracts.values import Matter
from shared.kernel import Conflict, Forbidden, Reason, Value

EVERY = timedelta(hours=24)
"""How long nobody is reminded of the same thing again."""


class NothingLikeThatWaits(Conflict, frozen=True):
    """It does not wait for that

    It may have been done a moment ago. `waiting_on` lists what it waits for now, as it is to be named.
    """

    says = "It does not wait for {act}; what it waits for now: {waits}."
    act: str
    waits: str


class NotOnThatPartner(Conflict, frozen=True):
    """It does not wait on that partner

    `waiting_on` lists whom it waits on. A partner that has spoken already, or where nobody answers for it, is not
    reminded.
    """

    says = "For {act} it does not wait on {partner}, but on: {others}."
    act: str
    partner: str
    others: str


class NudgedAlready(Conflict, frozen=True):
    """They were reminded of it today

    Nobody is reminded of the same thing twice within 24 hours, by whomever. Write or call, if it cannot wait.
    """

    says = "They were reminded of it on {at} by {by}, and can be again from {again}."
    at: str
    by: str
    again: str


class NotYoursToNudge(Forbidden, frozen=True):
    """Nudging is for whom it keeps waiting

    Coordinators remind others, and so does whoever acts for the proposing partner, or for a partner whose step is held
    up behind what is waited for.
    """

    says = "Coordinators nudge, and whoever acts for one of: {partners}."
    partners: str


class Awaited(Value, frozen=True):
    """One thing waited for: of `position`, else of whoever owns the matter at `partner`.

    Without a partner, of its owners at any partner not in `apart`. `behind` are the partners whose own steps are held
    up by it.
    """

    act: str
    partner: UUID | None
    position: UUID | None = None
    matter: Matter | None = None
    step: str | None = None
    refers: UUID | None = None
    apart: tuple[UUID, ...] = ()
    behind: frozenset[UUID] = frozenset()


class WaitedFor(Value, frozen=True, omit_defaults=True):
    """The same as people name it, partner and position by their keys."""

    act: str
    partner: str | None = None
    step: str | None = None
    position: str | None = None
    matter: Matter | None = None
    refers: UUID | None = None


class Nudger(Value, frozen=True):
    """Whoever nudges: somebody who acts in a position of a partner, or `coordinates` the community, or both."""

    person: UUID
    position: UUID | None = None
    partner: UUID | None = None
    coordinates: bool = False


class Asked(Value, frozen=True):
    """What somebody is to be reminded of, and at which partner."""

    act: str
    partner: UUID
    step: str | None = None
    refers: UUID | None = None


class Nudge(Value, frozen=True):
    """An earlier one, and by which position; None for a coordinator."""

    asked: Asked
    at: datetime
    acting_as: UUID | None


class Case(Value, frozen=True):
    """What a nudge is judged on: what waits, whose it is, and who was reminded before.

    `private`: nobody but the proposing partner, and whom it invited, knows of it yet.
    """

    waits: tuple[Awaited, ...]
    proposing: UUID
    before: tuple[Nudge, ...] = ()
    private: bool = False


def why_not(
    case: Case, asked: Asked, by: Nudger, community: Community, at: datetime, answers: Callable[[Awaited], bool]
) -> tuple[Reason, ...]:
    """Every reason against it. `answers`: whether somebody there does what any partner may do."""
    alike = [one for one in case.waits if _alike(one, asked)]
    found = [one for one in alike if _is_on(one, asked.partner, answers)]
    concerned = found or alike or case.waits
    reasons: list[Reason] = [*_not_theirs(case, concerned, by, community)]
    if not alike:
        reasons.append(NothingLikeThatWaits(_said(asked.act, asked.step), _listed(case.waits, community)))
    elif not found:
        reasons.append(NotOnThatPartner(asked.act, _partner(community, asked.partner), _listed(alike, community)))
    last = max((one.at for one in case.before if one.asked == asked), default=None)
    if last is not None and at < last + EVERY:
        earlier = next(one for one in case.before if one.asked == asked and one.at == last)
        by_whom = community.position_key(earlier.acting_as) if earlier.acting_as else "a coordinator"
        again = (last + EVERY).isoformat(timespec="seconds")
        reasons.append(NudgedAlready(last.isoformat(timespec="seconds"), by_whom, again))
    return tuple(reasons)


def found(case: Case, asked: Asked, answers: Callable[[Awaited], bool]) -> Awaited:
    """What it is about, where nothing stands against it; of several seats of one partner none in particular."""
    waits = [one for one in case.waits if _alike(one, asked) and _is_on(one, asked.partner, answers)]
    first = waits[0]
    alone = len({one.position for one in waits}) == 1
    return Awaited(first.act, asked.partner, first.position if alone else None, first.matter, first.step, first.refers)


def named(waits: Iterable[Awaited], community: Community) -> tuple[WaitedFor, ...]:
    """What waits, as people name it."""
    return tuple(
        WaitedFor(
            one.act,
            _partner(community, one.partner) if one.partner else None,
            one.step,
            community.position_key(one.position) if one.position else None,
            one.matter,
            one.refers,
        )
        for one in waits
    )


def _alike(one: Awaited, asked: Asked) -> bool:
    return (one.act, one.step, one.refers) == (asked.act, asked.step, asked.refers)


def _is_on(one: Awaited, partner: UUID, answers: Callable[[Awaited], bool]) -> bool:
    if one.partner is not None:
        return one.partner == partner
    return partner not in one.apart and answers(one)


def _not_theirs(
    case: Case, concerned: Iterable[Awaited], by: Nudger, community: Community
) -> tuple[NotYoursToNudge, ...]:
    behind: frozenset[UUID] = frozenset().union(*(one.behind for one in concerned))
    if by.coordinates and not case.private:
        return ()
    if by.partner is not None and by.partner in {case.proposing, *behind}:
        return ()
    partners = dict.fromkeys((case.proposing, *sorted(behind)))
    return (NotYoursToNudge(", ".join(_partner(community, one) for one in partners)),)


def _listed(waits: Iterable[Awaited], community: Community) -> str:
    named_ = (f"{_said(one.act, one.step)} ({_partner(community, one.partner)})" for one in waits)
    return ", ".join(dict.fromkeys(named_)) or "-"


def _said(act: str, step: str | None) -> str:
    return f"{act} {step}" if step else act


def _partner(community: Community, partner: UUID | None) -> str:
    if partner is None:
        return "*"
    found = community.partners.get(partner)
    return found.key if found else str(partner)
