"""Who asks, on what ground, and because of what: everything about a command that is not its content."""

from datetime import datetime
from typing import Protocol
from uuid import UUID

from shared.kernel.refusals import Refused
from shared.kernel.values import Value


class Actor(Value, frozen=True, omit_defaults=True):
    """Who did it: a person acting in a position of a partner, with a key; or a service reacting to a fact."""

    person: UUID | None = None
    position: UUID | None = None
    partner: UUID | None = None
    key: str | None = None
    service: str | None = None


class Picture(Protocol):
    """What was known of who may do what when somebody asked: what is judged on it is good for a while only."""

    @property
    def index(self) -> int:
        """How much of partnerships' log it holds by now."""

    @property
    def good_until(self) -> float:
        """Until when what is judged on it may be sent to be recorded, in seconds of the monotonic clock."""

    async def renew(self) -> None:
        """Bring it level with what is known by now; `Refused` where that is too old, or whoever asks is out."""

    def stale(self) -> Refused:
        """Why nothing can be decided on it."""


class Context(Value, frozen=True):
    """One command's surroundings.

    `occurred_at` is the moment the client states (scope `backdate`), None for now. `body_digest` is a keyed digest of
    what was asked, by which a repeat under the same command id is told from another question. `traceparent` names the
    span, as W3C has it, in which this is asked. `on_behalf_of` is whose authority the actor exercises, where it is
    another person's. `picture` is what whoever asks is judged on; None where nobody is.
    """

    community: str
    actor: Actor
    command_id: UUID
    correlation: UUID
    causation: UUID | None = None
    occurred_at: datetime | None = None
    scopes: frozenset[str] = frozenset()
    body_digest: str | None = None
    request_id: str | None = None
    traceparent: str | None = None
    on_behalf_of: UUID | None = None
    picture: Picture | None = None
