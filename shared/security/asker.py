"""Who asks: an authenticated key, its person, and the position they act in at the moment in question."""

import base64
import binascii
import hmac
from datetime import datetime
from uuid import UUID, uuid5

from shared.authority import Community, Register, acting_in, on_behalf_of
from shared.authority.keys import Key
from shared.authority.reading import Reader, reader
from shared.authority.standing import possible_actings
from shared.contracts.values import Acting, Matter
from shared.kernel import Actor, Context, Forbidden, Picture, Reason, Refused, Unacceptable, Value, new_id
from shared.security.keys import parse_key


class KeyNeeded(Reason, frozen=True):
    """A valid key is needed

    Send `Authorization: Bearer consortia_…`, or the key as the password of HTTP Basic. A coordinator of your community
    issues keys; one that was revoked or has expired opens nothing.
    """

    says = "This needs a valid API key; {what}."
    what: str


class ScopeMissing(Forbidden, frozen=True):
    """The key has not that scope

    Ask a coordinator for a key with it, or let somebody act whose key has it. What only the operator's key opens needs
    that key: `python -m services.partnerships operator-key` issues another.
    """

    says = "This needs a key with the scope {scope!r}; yours, of role {role}, has: {held}."
    scope: str
    role: str
    held: str


class InTheFuture(Unacceptable, frozen=True):
    """That moment has not come yet

    What happened is recorded when it has happened; leave the moment out for now.
    """

    says = "{stated} lies in the future."
    stated: str


def presented_key(authorization: str | None) -> str | None:
    """The key in an Authorization header, as Bearer token or as Basic password; None where there is none."""
    scheme, _, value = (authorization or "").partition(" ")
    match scheme.lower():
        case "bearer":
            return value.strip()
        case "basic":
            try:
                return base64.b64decode(value, validate=True).decode().partition(":")[2]
            except (binascii.Error, UnicodeDecodeError):
                return None
        case _:
            return None


def is_well_formed(authorization: str | None) -> bool:
    """Whether a key of ours is presented, its check right, known or not."""
    text = presented_key(authorization)
    return text is not None and parse_key(text) is not None


def is_unknown(register: Register, authorization: str | None) -> bool:
    """Whether the register has never heard of the key presented."""
    text = presented_key(authorization)
    parsed = parse_key(text) if text is not None else None
    return parsed is not None and parsed.id not in register.keys


def matching(register: Register, authorization: str | None) -> Key | None:
    """The key presented, its secret right, whether it opens anything or has ended."""
    text = presented_key(authorization)
    parsed = parse_key(text) if text is not None else None
    known = register.keys.get(parsed.id) if parsed is not None else None
    if parsed is None or known is None or not hmac.compare_digest(known.secret_hash, parsed.secret_hash):
        return None
    return known


def authenticate(register: Register, authorization: str | None, now: datetime) -> Key:
    """The key presented, as registered and valid now; `Refused(KeyNeeded)` otherwise.

    `Refused(CannotBeRead)` where a fact of the key's community cannot be: whether it is valid is then not known.
    """
    if (text := presented_key(authorization)) is None:
        raise Refused(KeyNeeded("none was presented"))
    if parse_key(text) is None:
        raise Refused(KeyNeeded("what was presented is no key, or was mistyped"))
    if (known := matching(register, authorization)) is None:
        raise Refused(KeyNeeded("the one presented is not known here"))
    register.check_readable(known.community)  # the key may have been revoked by what cannot be read
    if not known.opens(now):
        raise Refused(KeyNeeded("the one presented was revoked or has expired"))
    return known


def authenticate_session(register: Register, key: str, now: datetime) -> Key:
    """The key a session was opened with, as registered and valid now; refused as `authenticate` does."""
    if (known := register.keys.get(key)) is None:
        raise Refused(KeyNeeded("the one this session was opened with is not known here"))
    register.check_readable(known.community)
    if not known.opens(now):
        raise Refused(KeyNeeded("the one this session was opened with was revoked or has expired"))
    return known


def require_scope(key: Key, scope: str) -> None:
    """Pass, or `Refused(ScopeMissing)`."""
    if scope not in key.scopes:
        raise Refused(ScopeMissing(scope, key.role, ", ".join(sorted(key.scopes)) or "none"))


class NotYourKeys(Forbidden, frozen=True):
    """These keys are another's

    Everybody reads of their own keys; a coordinator of the community reads of anybody's.
    """

    says = "Only that person and coordinators read of their keys."


class Asker(Value, frozen=True):
    """One request's asker: the key, the community as known to this service, and what the headers state.

    `picture` is that knowledge, whose age a write depends on; `log_index` says how much of partnerships' log it rests
    on, `heard` how much that was in the beginning.
    """

    key: Key
    community: Community
    heard: int
    acting_as: str | None = None
    occurred_at: datetime | None = None
    idempotency_key: str | None = None
    body_digest: str | None = None
    request_id: str | None = None
    traceparent: str | None = None
    picture: Picture | None = None

    @property
    def log_index(self) -> int:
        """How much of partnerships' log `community` holds."""
        return self.picture.index if self.picture else self.heard

    @property
    def coordinates(self) -> bool:
        """Whether they act as a coordinator of the community, in no position."""
        return self.key.role == "coordinator" and self.acting_as is None

    def acting(self, at: datetime, matter: Matter | None = None) -> Acting:
        """The position acted in at that moment; refused where the person does not act in it.

        With the `matter` that is to be decided, by a delegation too: whether of that matter, `evidence_for` says.
        """
        return acting_in(self.community, self.key.person, self.acting_as, at, matter)

    def reader(self, at: datetime) -> Reader:
        """What the asker may read, through the positions they hold at that moment."""
        return reader(self.community, self.key.person, self.key.role, at)

    def context(self, now: datetime, community: str | None = None) -> Context:
        """The surroundings of a command this asker gives. A stated moment needs the scope `backdate`."""
        if self.occurred_at is not None:
            require_scope(self.key, "backdate")
            if self.occurred_at > now:
                raise Refused(InTheFuture(self.occurred_at.isoformat()))
        at = self.occurred_at or now
        # coordinators and auditors need no position; commands that need one ask `acting` and are refused there
        acting = possible_actings(self.community, self.key.person, self.acting_as, at)
        behalf = {on_behalf_of(self.community, one, at) for one in acting}
        command_id = uuid5(self.key.person, self.idempotency_key) if self.idempotency_key else new_id()
        return Context(
            community=community or self.key.community,
            actor=Actor(person=self.key.person, key=self.key.id, position=acting[0].position if acting else None),
            command_id=command_id,
            correlation=command_id,
            occurred_at=self.occurred_at,
            scopes=self.key.scopes,
            body_digest=self.body_digest,
            request_id=self.request_id,
            traceparent=self.traceparent,
            on_behalf_of=behalf.pop() if len(behalf) == 1 else None,
            picture=self.picture,
        )


def whose(asker: Asker, person: UUID | None) -> UUID:
    """The person whose API keys are asked about: oneself, or for coordinators anybody."""
    if person is None or person == asker.key.person:
        return asker.key.person
    if asker.key.role != "coordinator":
        raise Refused(NotYourKeys())
    return person
