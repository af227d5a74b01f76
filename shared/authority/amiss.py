"""What is amiss at every partner now, kept until it may be another: nobody looks a large register through each time."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from uuid import UUID

from shared.authority.community import Community
from shared.authority.endings import SOON
from shared.authority.entries import Entry, Partner
from shared.authority.findings import Finding, findings
from shared.contracts.values import Matter
from shared.kernel import Text, Value

NEVER = datetime.max.replace(tzinfo=UTC)


class _Kept(Value, frozen=True):
    """What was found at a partner, as its register was at index `touched`; it is so from `since` until `until`."""

    of: Partner
    touched: int
    since: datetime
    until: datetime
    found: tuple[Finding, ...]


class Amiss:
    """Answers what `findings` would, from what was found before wherever neither facts nor time have changed it."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, UUID], _Kept] = {}

    def at(
        self, community: Community, index: int, partner: UUID, matters: Mapping[Matter, Text], now: datetime
    ) -> tuple[Finding, ...]:
        """Everything amiss at that partner now; `KeyError` where it is not known. For what was, ask `findings`."""
        known = community.partners[partner]
        touched = max(community.touched.get(partner, 0), community.touched_whole)
        kept = self._kept.get((community.key, partner))
        if kept is None or kept.of is not known or kept.touched != touched or not kept.since <= now < kept.until:
            found = findings(community, index, partner, matters, now)
            kept = _Kept(known, touched, now, changes(community, known, now), found)
            self._kept[community.key, partner] = kept
        return kept.found


def changes(community: Community, partner: Partner, at: datetime) -> datetime:
    """When next something begins, ends, takes effect or ends soon at that partner, if no fact says otherwise."""
    return min((moment for moment in _moments(community, partner) if moment > at), default=NEVER)


def _moments(community: Community, partner: Partner) -> Iterator[datetime]:
    for one in community.positions_of.get(partner.id, ()):
        position = community.positions[one]
        yield from _of(position)
        yield from (terms.since for terms in position.terms)
        yield from (moment for held in position.holdings.values() for moment in _of(held))
        yield from (moment for granted in position.delegations.values() for moment in _of(granted))
        for absence in position.absences.values():
            yield absence.since
            if absence.until is not None:
                yield absence.until
    yield from (moment for entry in partner.responsibilities.values() for moment in _of(entry))


def _of(entry: Entry) -> Iterator[datetime]:
    yield entry.since
    if entry.confirmed_at is not None:
        yield entry.confirmed_at
    if entry.until is not None:
        yield entry.until - SOON
        yield entry.until
