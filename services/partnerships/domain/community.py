"""Community and its keys: who may come in at all."""

from collections.abc import Iterable
from typing import assert_never
from uuid import UUID

from msgspec import structs

from services.partnerships.domain import allowance
from shared.authority import effect_of
from shared.authority.keys import Key
from shared.contracts.partnerships import CommunityOpened, KeyIssued, KeyRevoked, Role
from shared.contracts.values import Digest, Moment, Slug
from shared.kernel import Conflict, Decider, Intent, Missing, Refused, Text, Unacceptable, Value
from shared.security.scopes import ROLE_SCOPES, SCOPES

KeyFact = KeyIssued | KeyRevoked


class OpenCommunity(Intent, frozen=True):
    """A community of practice: the tenant everything belongs to."""

    key: Slug
    name: Text


class IssueKey(Intent, frozen=True):
    """A key for a person: its role's scopes, or the `scopes` named; `backdate` only when named, for imports.

    It `expires` a year from now where nothing else is said, and two years from now at the latest. No key its person
    changes it for lasts past an end stated here.
    """

    person: UUID
    role: Role
    scopes: tuple[str, ...] | None = None
    expires: Moment | None = None


class RevokeKey(Intent, frozen=True):
    """The key opens nothing from `effective` on; where that is left out, from two seconds on."""

    effective: Moment | None = None


OPERATORS = "operators"
"""The community of operator keys; nothing else lives in it."""


class KeyReserved(Unacceptable, frozen=True):
    """That key is reserved

    Choose another key for the community.
    """

    says = "A community cannot be called {key!r}."
    key: str


def open_under(intent: OpenCommunity, coordinator: UUID) -> tuple[CommunityOpened, ...]:
    """A community opens, with its first coordinator."""
    if intent.key == OPERATORS:
        raise Refused(KeyReserved(intent.key))
    return (CommunityOpened(intent.key, intent.name, coordinator),)


class NotIssued(Value, frozen=True, tag=True):
    """No such key."""


class Issued(Value, frozen=True, tag=True):
    """A key that opens what its scopes say."""

    key: str
    person: UUID
    revoked: Moment | None = None


KeyState = NotIssued | Issued


class NoSuchKey(Missing, frozen=True):
    """There is no such key

    A key's id is the part between the two underscores.
    """

    says = "There is no such key in this community."


class ScopeNotTheirs(Unacceptable, frozen=True):
    """A key of that role cannot have that scope

    A role's keys have its scopes or fewer, and `backdate` when it is named.
    """

    says = "A key of role {role} cannot have: {scopes}."
    role: str
    scopes: str


class AlreadyRevoked(Conflict, frozen=True):
    """The key was revoked already

    A revocation can only be brought forward.
    """

    says = "The key opens nothing from {effective} on already."
    effective: str


def scopes_for(intent: IssueKey) -> tuple[str, ...]:
    """The scopes the new key has, in the order of the vocabulary."""
    allowed = {*ROLE_SCOPES[intent.role], *(() if intent.role == "operator" else ("backdate",))}
    asked = set(ROLE_SCOPES[intent.role] if intent.scopes is None else intent.scopes)
    if intent.role == "operator" or not asked <= allowed:
        raise Refused(ScopeNotTheirs(intent.role, ", ".join(sorted(asked - allowed)) or "anything, here"))
    return tuple(scope for scope in SCOPES if scope in asked)


def issue(key: str, secret_hash: Digest, intent: IssueKey, held: Iterable[Key], now: Moment) -> tuple[KeyFact, ...]:
    """Record the key by its hash; its text is handed over once and kept nowhere. `held` are the keys there are."""
    scopes = scopes_for(intent)
    allowance.check_room(held, intent.person, intent.role, now)
    until = allowance.lasts_until(intent.expires, now)
    return (KeyIssued(key, intent.person, intent.role, scopes, secret_hash, until, intent.expires),)


def revoke(state: KeyState, intent: RevokeKey, at: Moment) -> tuple[KeyFact, ...]:
    """From then on it opens nothing; what was done with it stands."""
    effective = effect_of(intent.effective, at)
    match state:
        case NotIssued():
            raise Refused(NoSuchKey())
        case Issued() if state.revoked is not None and state.revoked <= effective:
            raise Refused(AlreadyRevoked(state.revoked.isoformat()))
        case Issued():
            return (KeyRevoked(state.key, effective),)
        case _:
            assert_never(state)


def evolve_key(state: KeyState, fact: KeyFact) -> KeyState:
    match state, fact:
        case _, KeyIssued():
            return Issued(fact.key, fact.person)
        case Issued(), KeyRevoked():
            return structs.replace(state, revoked=fact.effective)
        case _:
            return state


class Unknown(Value, frozen=True, tag=True):
    """Not there yet."""


class Known(Value, frozen=True, tag=True):
    """There, by its id."""


COMMUNITY: Decider[Unknown | Known, CommunityOpened] = Decider(
    "community", Unknown(), lambda *_: Known(), Unknown | Known
)
KEY: Decider[KeyState, KeyFact] = Decider("key", NotIssued(), evolve_key, KeyState)
