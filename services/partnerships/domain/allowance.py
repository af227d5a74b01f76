"""How many API keys a person may have of a role, and for how long each opens anything."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from shared.authority.keys import Key
from shared.contracts.partnerships import Role
from shared.kernel import Conflict, Refused, Unacceptable

MOST_LIVE = 2
"""Live keys of one person and role: the one in use, and the one that takes its place."""
DEFAULT_LIFE, LONGEST_LIFE = timedelta(days=365), timedelta(days=730)
"""How long a key opens where nothing is said, and at most. Keys from before there was a longest keep what they have."""


class TwoLiveKeys(Conflict, frozen=True):
    """The person has two live keys of that role

    Two are enough to change from one to the other. End the one that is not used any more, by its id: its person with
    `POST /partnerships/v1/keys/<id>/end`, a coordinator with `POST /partnerships/v1/keys/<id>/revoke`. When each was
    last used each service says for itself, here in `GET /partnerships/v1/keys`, and elsewhere in
    `GET /intake/v1/key-uses`, `GET /credentials/v1/key-uses` and `GET /oversight/v1/key-uses`: ask them all before you
    end a key that seems unused.
    """

    says = "There are {most} live keys of role {role} of this person already: {keys}. End one of them first."
    most: int
    role: str
    keys: str


class ExpiresTooLate(Unacceptable, frozen=True):
    """The key would last too long

    A key that nobody renews should end by itself. Leave `expires` out for a year.
    """

    says = "A key ends at {latest} at the latest, {days} days from now."
    latest: str
    days: int


class ExpiresTooEarly(Unacceptable, frozen=True):
    """The key would open nothing

    State an expiry that is to come, or leave it out for a year.
    """

    says = "A key that ends at {stated} would never open anything."
    stated: str


class OutlastsGrant(Unacceptable, frozen=True):
    """The next key would last longer than this one was granted

    State an earlier end, or leave `expires` out. A coordinator of your community issues a key that lasts longer.
    """

    says = "The key that follows this one ends at {latest} at the latest."
    latest: str


def live(keys: Iterable[Key], person: UUID, role: Role, now: datetime) -> tuple[Key, ...]:
    """That person's keys of that role that open doors now, oldest first."""
    return tuple(key for key in keys if (key.person, key.role) == (person, role) and key.opens(now))


def check_room(keys: Iterable[Key], person: UUID, role: Role, now: datetime) -> None:
    """Refuse a third live key, naming the two there are."""
    if len(found := live(keys, person, role, now)) >= MOST_LIVE:
        names = ", ".join(f"{key.id} (until {key.ends.isoformat() if key.ends else 'it is revoked'})" for key in found)
        raise Refused(TwoLiveKeys(MOST_LIVE, role, names))


def lasts_until(stated: datetime | None, now: datetime) -> datetime:
    """When a key issued now expires: as stated, else a year from now."""
    if stated is None:
        return now + DEFAULT_LIFE
    if stated <= now:
        raise Refused(ExpiresTooEarly(stated.isoformat()))
    if stated > (latest := now + LONGEST_LIFE):
        raise Refused(ExpiresTooLate(latest.isoformat(), LONGEST_LIFE.days))
    return stated


def follows_until(stated: datetime | None, key: Key, now: datetime) -> datetime:
    """When a key expires that its person changes `key` for: as stated, else in a year, and no later than was granted:

    until the end a coordinator stated; where none did, for as long as `key` lasts, a year at most.
    """
    latest = key.granted_until or now + _granted_life(key)
    if stated is not None and stated > latest:
        raise Refused(OutlastsGrant(latest.isoformat()))
    return lasts_until(stated or min(latest, now + DEFAULT_LIFE), now)


def _granted_life(key: Key) -> timedelta:
    if key.expires is None or key.recorded_at is None:
        return DEFAULT_LIFE
    return min(DEFAULT_LIFE, key.expires - key.recorded_at)
