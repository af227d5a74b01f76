"""Revocations: when one takes effect, and whether one has taken away what a decision rested on.

Only revocations do: what is granted later, though it makes an answer ambiguous, leaves what was decided before alone.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from shared.authority.answers import who_decides
from shared.authority.community import Community
from shared.authority.entries import Delegation, Entry, Partner, Position, Responsibility
from shared.authority.keys import Key
from shared.authority.scopes import covers
from shared.authority.signing_keys import SigningKey
from shared.authority.standing_in import order
from shared.contracts.partnerships import (
    DelegationEnded,
    HolderEnded,
    KeyRevoked,
    PositionEnded,
    ResponsibilityEnded,
    SigningKeyRevoked,
)
from shared.contracts.values import Acting, Evidence, RevokedWhat, Scope
from shared.kernel import Value

GRACE = timedelta(seconds=2)
"""After this a revocation takes effect that states no moment; and so old may a picture be that a decision rests on.

The two are one: who decides on a picture that is no older knows every revocation that has taken effect.
"""
Revocation = HolderEnded | ResponsibilityEnded | PositionEnded | DelegationEnded | KeyRevoked | SigningKeyRevoked
REVOCATIONS = (HolderEnded, ResponsibilityEnded, PositionEnded, DelegationEnded, KeyRevoked, SigningKeyRevoked)
"""The kinds of facts that take away what somebody had."""


class Revoked(Value, frozen=True):
    """What was taken away, from when on, and the id of the fact of `partnerships` that says so."""

    what: RevokedWhat
    effective: datetime
    fact: UUID


def effect_of(stated: datetime | None, at: datetime) -> datetime:
    """When a revocation recorded at that moment takes effect: when it says, even if earlier; else after `GRACE`."""
    return stated or at + GRACE


def revoked(
    community: Community, acting: Acting, evidence: Evidence, at: datetime, about: tuple[Scope, ...] | None = ()
) -> Revoked | None:
    """What has taken away the authority somebody acted on at that moment; None where it still held then.

    `about` is what was at hand, None where that is not known: then nothing but the entry that won counts.
    """
    for what, entries in _links(community, acting, evidence, at, about):
        if any(entry.holds(at) for entry in entries):
            continue
        if (ended := _ended(what, entries, at)) is not None:
            return ended
    return None


def revoked_key(key: Key | SigningKey | None, at: datetime) -> Revoked | None:
    """Whether the key opened, or signed, nothing any more at that moment, because it was revoked."""
    if key is None or key.revoked is None or key.revoked_by is None or at < key.revoked:
        return None
    return Revoked("key" if isinstance(key, Key) else "signing-key", key.revoked, key.revoked_by)


Link = tuple[Literal["position", "holding", "delegation", "responsibility"], list[Entry]]


def _links(
    community: Community, acting: Acting, evidence: Evidence, at: datetime, about: tuple[Scope, ...] | None
) -> Iterator[Link]:
    """What the authority hangs on, link by link; of the entries of one link, any will do."""
    if (position := community.positions.get(acting.position)) is None:
        return
    yield "position", [position]
    if acting.delegation is not None:
        yield from _delegated(position, acting.delegation)
    elif acting.alternate is not None and (own := community.positions.get(acting.alternate)) is not None:
        yield "position", [own]
        yield "position", _on_the_way(community, position, own.id, at)
        yield "holding", _held(own, acting.person)
    else:
        yield "holding", _held(position, acting.person)
    partner = community.partners.get(acting.partner)
    won = partner.responsibilities.get(evidence.responsibility) if partner and evidence.responsibility else None
    if partner is not None and won is not None:
        yield "responsibility", [won, *_instead(community, partner, won, at, about)]


def _held(position: Position, person: UUID) -> list[Entry]:
    return [entry for entry in position.holdings.values() if entry.person == person]


def _delegated(position: Position, delegation: UUID) -> Iterator[Link]:
    """The delegation, those it passes on, and the holding it was made from."""
    known: Delegation | None = position.delegations.get(delegation)
    seen: set[UUID] = set()
    while known is not None and known.id not in seen:
        seen.add(known.id)
        yield "delegation", [known]
        if (holding := position.holdings.get(known.holding)) is not None:
            yield "holding", [holding]
        known = position.delegations.get(known.chained_from) if known.chained_from else None


def _on_the_way(community: Community, position: Position, to: UUID, at: datetime) -> list[Entry]:
    """The positions that do not lead on to the one that stood in; none where others still do."""
    tried = list(order(community, position, at))
    if to in tried:
        return []
    found = (community.positions.get(named) for named in tried)
    return [one for one in found if one is not None and not one.holds(at)]


def _instead(
    community: Community, partner: Partner, won: Responsibility, at: datetime, about: tuple[Scope, ...] | None
) -> Iterator[Responsibility]:
    """Where the one that won does not hold: the others by which the same position decides, or did before they ended."""
    if about is None or won.holds(at):
        return
    now = who_decides(community, 0, won.matter, partner.id, at, about).responsibility
    for entry in partner.by_position.get(won.position, ()):
        same = (entry.matter, entry.letter) == (won.matter, won.letter) and covers(entry.scope, about)
        if same and entry is not won and (entry.id == now or not entry.holds(at)):
            yield entry


def _ended(what: RevokedWhat, entries: Iterable[Entry], at: datetime) -> Revoked | None:
    """The last end of one that held before; an end that was known from the outset revokes nothing."""
    ends = [
        (entry.until, entry.ended_by)
        for entry in entries
        if entry.ended_by is not None and entry.until is not None and entry.since <= at and entry.until <= at
    ]
    if not ends:
        return None
    until, fact = max(ends)
    return Revoked(what, until, fact)
