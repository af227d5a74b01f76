"""The infrastructure factory the library makes from `PERSISTENCE_MODULE=shared.eventstore.door`."""

from typing import Any, TypeVar

from eventsourcing.persistence import (
    AggregateRecorder,
    ApplicationRecorder,
    InfrastructureFactory,
    InfrastructureFactoryError,
    Mapper,
    ProcessRecorder,
    Transcoder,
)
from eventsourcing.utils import Environment, EnvType, resolve_topic

from shared.eventstore.door.bridge import Bridge
from shared.eventstore.door.facts import FactMapper
from shared.eventstore.door.recorders import (
    DoorRecorder,
    StoreAggregateRecorder,
    StoreApplicationRecorder,
    StoreProcessRecorder,
    StoreTrackingRecorder,
)
from shared.eventstore.door.settings import read
from shared.eventstore.door.snapshots import SnapshotRecorder

R = TypeVar("R", bound=DoorRecorder)


class DoorFactory(InfrastructureFactory[StoreTrackingRecorder]):
    """One loop and one small pool for all its recorders: connected at first use, closed by `close()` or when forgotten.

    Tracking recorders of one's own take a bridge and settings, and write nothing but tracking through them.
    """

    def __init__(self, env: Environment | EnvType | None) -> None:
        super().__init__(env)
        self.settings = read(self.env)
        self._bridge = Bridge(self.settings)

    def close(self) -> None:
        """End the loop and its connections; work under way finishes. Closing again does nothing."""
        self._bridge.close()

    def mapper(
        self, transcoder: Transcoder | None = None, mapper_class: type[Mapper[Any]] | None = None
    ) -> Mapper[Any]:
        """One that reads our facts, of a service's log, unless another is asked for; the library's own otherwise."""
        if self.settings.log is not None and mapper_class is None and not self.env.get(self.MAPPER_TOPIC):
            return FactMapper(self.settings.log, transcoder or self.transcoder())
        return super().mapper(transcoder, mapper_class)

    def is_snapshotting_enabled(self) -> bool:
        """Never for a service's log: an auditor replays the facts themselves."""
        return self.settings.log is None and super().is_snapshotting_enabled()

    def aggregate_recorder(self, purpose: str = "events") -> AggregateRecorder:
        match purpose:
            case "events":
                return StoreAggregateRecorder(self._bridge, self.settings)
            case "snapshots":
                return SnapshotRecorder(self._bridge, self.settings)
            case _:
                raise InfrastructureFactoryError(f"There are recorders of events and of snapshots, none of {purpose}.")

    def application_recorder(self) -> ApplicationRecorder:
        return self._made(StoreApplicationRecorder, self.APPLICATION_RECORDER_TOPIC)

    def tracking_recorder(
        self, tracking_recorder_class: type[StoreTrackingRecorder] | None = None
    ) -> StoreTrackingRecorder:
        if tracking_recorder_class is not None:
            return tracking_recorder_class(self._bridge, self.settings)
        return self._made(StoreTrackingRecorder, self.TRACKING_RECORDER_TOPIC)

    def process_recorder(self) -> ProcessRecorder:
        return self._made(StoreProcessRecorder, self.PROCESS_RECORDER_TOPIC)

    def _made(self, kind: type[R], topic: str) -> R:
        """A recorder of that kind, or of the subclass the environment names."""
        named: type[R] = resolve_topic(found) if (found := self.env.get(topic)) else kind
        if not issubclass(named, kind):
            raise InfrastructureFactoryError(f"{topic} names {named.__name__}, which is no {kind.__name__}.")
        return named(self._bridge, self.settings)
