"""The envelope: a fact with everything that was recorded around it."""

from datetime import datetime
from typing import Generic, TypeVar
from uuid import UUID

from shared.kernel.context import Actor
from shared.kernel.values import Fact, Value

F_co = TypeVar("F_co", bound=Fact, covariant=True)


class UnknownFact(Fact, frozen=True, tag="unknown"):
    """A fact whose tag this build does not know; it keeps its place in the order and is passed over."""


class UnreadableFact(Fact, frozen=True, tag="unreadable"):
    """A fact of a kind this build knows, in bytes it cannot decode: `of` is the kind's tag of today, `error` says why.

    It keeps its place in the order. It is never passed over as if it meant nothing: nobody here knows what it says.
    """

    of: str
    error: str


class Metadata(Value, frozen=True, omit_defaults=True):
    """What is stored beside a fact as bytes: who, in whose name, through which request and in which trace."""

    actor: Actor
    on_behalf_of: UUID | None = None
    request_id: str | None = None
    body_digest: str | None = None
    backdated: bool = False
    traceparent: str | None = None


class Recorded(Value, Generic[F_co], frozen=True):
    """A fact as recorded in a service's log.

    `index` is gapless per log from 1, `version` per stream from 1; `occurred_at` is when it happened, `recorded_at`
    when it was written, never before the fact ahead of it. `causation` is the fact that caused it, in any log.

    `tag` is the one stored, for whoever looks into the log; a fact stored under a former tag comes as today's struct,
    whose own tag is another. What a fact is, is asked of the fact.
    """

    id: UUID
    tag: str
    log: str
    community: str
    stream: str
    version: int
    index: int
    occurred_at: datetime
    recorded_at: datetime
    command_id: UUID
    ordinal: int
    correlation: UUID
    causation: UUID | None
    metadata: Metadata
    fact: F_co
