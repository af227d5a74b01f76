"""The library's cases for factories, applications and projections. Its `Counters` project another application's log."""

import os

import pytest
from eventsourcing.cipher import AESCipher
from eventsourcing.persistence import AggregateRecorder, ApplicationRecorder, ProcessRecorder, TrackingRecorder
from eventsourcing.tests import application, persistence, projection
from eventsourcing.utils import Environment, get_topic

from shared.eventstore.door import Factory
from shared.eventstore.door.recorders import (
    StoreAggregateRecorder,
    StoreApplicationRecorder,
    StoreProcessRecorder,
    StoreTrackingRecorder,
)

pytestmark = [pytest.mark.servers, pytest.mark.usefixtures("writing")]


class OwnTrackingRecorder(StoreTrackingRecorder):
    """What somebody might name in TRACKING_RECORDER_TOPIC."""


class TestFactory(persistence.InfrastructureFactoryTestCase[Factory]):
    def setUp(self) -> None:
        self.env = Environment("", os.environ)
        super().setUp()

    def expected_factory_class(self) -> type[Factory]:
        return Factory

    def expected_aggregate_recorder_class(self) -> type[AggregateRecorder]:
        return StoreAggregateRecorder

    def expected_application_recorder_class(self) -> type[ApplicationRecorder]:
        return StoreApplicationRecorder

    def expected_tracking_recorder_class(self) -> type[TrackingRecorder]:
        return StoreTrackingRecorder

    def tracking_recorder_subclass(self) -> type[TrackingRecorder]:
        return OwnTrackingRecorder

    def expected_process_recorder_class(self) -> type[ProcessRecorder]:
        return StoreProcessRecorder


class TestExampleApplication(application.ExampleApplicationTestCase):
    expected_factory_topic = get_topic(Factory)


class TestExampleApplicationCompressedAndEncrypted(TestExampleApplication):
    """The same, with the library's own compressor and cipher."""

    def setUp(self) -> None:
        patched = pytest.MonkeyPatch()
        self.addCleanup(patched.undo)
        patched.setenv("COMPRESSOR_TOPIC", "zlib")
        patched.setenv("CIPHER_TOPIC", "eventsourcing.cipher:AESCipher")
        patched.setenv("CIPHER_KEY", AESCipher.create_key(16))


@pytest.mark.filterwarnings("always:'log' is deprecated:DeprecationWarning")  # it asserts the library's own warning
class TestApplication(application.ApplicationTestCase):
    """Every application of it on one log, as the class shares its environment."""


@pytest.mark.usefixtures("projecting")
class TestEventSourcedProjection(projection.EventSourcedProjectionTestCase):
    """Two applications, each with a log of its own, as our services."""
