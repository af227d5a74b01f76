"""Who asks, on what ground, and because of what: everything about a command that is not its content."""

from datetime import datetime
from uuid import UUID

from shared.kernel.values import Value


class Actor(Value, frozen=True, omit_defaults=True):
    """Who did it: a person acting in a position of a partner, with a key; or a service reacting to a fact."""

    person: UUID | None = None
    position: UUID | None = None
    partner: UUID | None = None
    key: str | None = None
    service: str | None = None


class Context(Value, frozen=True):
    """One command's surroundings.

    `occurred_at` is the moment the client states (scope `backdate`), None for now. `body_digest` is a keyed digest of
    what was asked, by which a repeat under the same command id is told from another question. `traceparent` names the
    span, as W3C has it, in which this is asked. `on_behalf_of` is whose
    authority the actor exercises, where it is another person's.
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
