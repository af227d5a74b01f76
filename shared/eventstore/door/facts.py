"""Our facts, as the library's applications meet them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from eventsourcing.application import ProjectorFunction
from eventsourcing.domain import DomainEventProtocol
from eventsourcing.persistence import Mapper as LibraryMapper
from eventsourcing.persistence import Notification as LibraryNotification
from eventsourcing.persistence import ProgrammingError, StoredEvent, Transcoder

from shared.eventstore.door.refusals import DoorIsReadOnly
from shared.eventstore.mapper import Mapper, readable
from shared.eventstore.vocabulary import Notification
from shared.kernel import Decider, Fact, Recorded, UnknownFact, Value, fold

S = TypeVar("S")


@dataclass(frozen=True)
class NotificationWithEnvelope(LibraryNotification):
    """The library's notification, with everything we recorded around the event."""

    envelope: Notification


class LoggedFact(Value, frozen=True):
    """A fact as a domain event of the library: its stream is the originator, `timestamp` is when it occurred.

    `recorded` is the whole envelope: tag, index, both times, command, cause; `recorded.metadata.actor` is who did it.
    """

    recorded: Recorded[Fact]

    @property
    def originator_id(self) -> str:
        return self.recorded.stream

    @property
    def originator_version(self) -> int:
        return self.recorded.version

    @property
    def timestamp(self) -> datetime:
        return self.recorded.occurred_at

    @property
    def fact(self) -> Any:
        """One of `shared.contracts`; `UnknownFact` or `UnreadableFact` where this build does not know tag or bytes."""
        return self.recorded.fact


class FactMapper(LibraryMapper[str]):
    """For reading a service's log: bytes to facts by their tag. It writes nothing."""

    def __init__(self, log: str, transcoder: Transcoder) -> None:
        super().__init__(transcoder)
        self._facts = Mapper(log)

    def to_domain_event(self, stored_event: StoredEvent) -> LoggedFact:
        if not isinstance(stored_event, NotificationWithEnvelope):
            raise ProgrammingError("A fact is read with its envelope: from a recorder of the same factory.")
        return LoggedFact(self._facts.to_recorded(stored_event.envelope))

    def to_stored_event(self, domain_event: DomainEventProtocol[str]) -> StoredEvent:
        raise DoorIsReadOnly(
            f"{type(domain_event).__name__} was not written: facts are decided and written by their service alone. Ask "
            "for what you want through its HTTP API."
        )


def replaying(decider: Decider[S, Any]) -> ProjectorFunction[Any, Any]:
    """A decider's fold as a `projector_func`, for `repository.get(stream, version=…, projector_func=replaying(…))`."""

    def project(state: S | None, events: Iterable[LoggedFact]) -> S | None:
        facts = [readable(event.recorded).fact for event in events]
        if state is None and not facts:
            return None
        return fold(decider, (fact for fact in facts if not isinstance(fact, UnknownFact)), state)

    return project
