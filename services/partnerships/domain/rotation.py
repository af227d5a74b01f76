"""One's own API keys: the next one takes the place of this one, and one that is not used any more is ended."""

from collections.abc import Iterable
from uuid import UUID

from services.partnerships.domain import allowance
from services.partnerships.domain.community import KeyFact, KeyState, NoSuchKey, RevokeKey, revoke
from shared.authority.keys import Key
from shared.contracts.partnerships import KeyIssued
from shared.contracts.values import Moment
from shared.kernel import Intent, Refused, Unacceptable
from shared.security.keys import NewKey
from shared.security.scopes import SCOPES


class RotateKey(Intent, frozen=True):
    """A second key like the one that asks, which ends at `former_ends`; without that moment both go on.

    It `expires` no later than a coordinator said of the key they issued; where they said nothing, it lasts no longer
    than the one that asks, a year at most.
    """

    expires: Moment | None = None
    former_ends: Moment | None = None


class EndKey(Intent, frozen=True):
    """One's own key opens nothing from `effective` on; from two seconds on, where it is left out."""

    effective: Moment | None = None


class EndsInThePast(Unacceptable, frozen=True):
    """A key is not ended in the past

    Leave the moment out for now. A coordinator revokes a key as of an earlier moment.
    """

    says = "{stated} has passed."
    stated: str


def rotate(
    state: KeyState, key: Key, held: Iterable[Key], made: NewKey, intent: RotateKey, now: Moment
) -> tuple[KeyFact, ...]:
    """Another key of the same person, role and scopes; the one it follows, of that `state`, ends when it says so."""
    allowance.check_room(held, key.person, key.role, now)
    scopes = tuple(scope for scope in SCOPES if scope in key.scopes)
    until = allowance.follows_until(intent.expires, key, now)
    issued = KeyIssued(made.id, key.person, key.role, scopes, made.secret_hash, until, key.granted_until)
    if intent.former_ends is None:
        return (issued,)
    _check_to_come(intent.former_ends, now)
    return (issued, *revoke(state, RevokeKey(intent.former_ends), now))


def end_own(state: KeyState, key: Key | None, person: UUID, intent: EndKey, at: Moment) -> tuple[KeyFact, ...]:
    """End a key of one's own; another's is not there for whoever asks."""
    if key is None or key.person != person:
        raise Refused(NoSuchKey())
    if intent.effective is not None:
        _check_to_come(intent.effective, at)
    return revoke(state, RevokeKey(intent.effective), at)


def _check_to_come(stated: Moment, now: Moment) -> None:
    if stated < now:
        raise Refused(EndsInThePast(stated.isoformat()))
