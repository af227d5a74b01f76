"""The library's cases for recorders, with ids that are UUIDs and ids that are text."""

import os
from unittest import TestCase
from uuid import UUID

import pytest
from eventsourcing.persistence import AggregateRecorder, ApplicationRecorder, ProcessRecorder, TrackingRecorder
from eventsourcing.tests import persistence
from eventsourcing.utils import Environment

from shared.eventstore.door import Factory
from shared.kernel import new_id, stream_id

pytestmark = [pytest.mark.servers, pytest.mark.usefixtures("writing")]


class Opens(TestCase):
    """Opens a door in the environment of the test, and closes it at its end."""

    id_type = "uuid"

    def opened(self) -> Factory:
        factory = Factory(Environment("", {**os.environ, "ORIGINATOR_ID_TYPE": self.id_type}))
        self.addCleanup(factory.close)
        return factory


class TextIds(Opens):
    """Streams are named as in our live logs."""

    id_type = "text"

    def new_originator_id(self) -> UUID | str:
        return stream_id("microcredential", new_id())


class TestAggregateRecorder(Opens, persistence.AggregateRecorderTestCase):
    def create_recorder(self) -> AggregateRecorder:
        return self.opened().aggregate_recorder()


class TestAggregateRecorderWithTextIds(TextIds, TestAggregateRecorder):
    """The same, of text."""


class TestSnapshotRecorder(Opens, persistence.AggregateRecorderTestCase):
    def create_recorder(self) -> AggregateRecorder:
        return self.opened().aggregate_recorder("snapshots")


class TestSnapshotRecorderWithTextIds(TextIds, TestSnapshotRecorder):
    """The same, of text."""


class TestApplicationRecorder(Opens, persistence.ApplicationRecorderTestCase):
    EXPECT_CONTIGUOUS_NOTIFICATION_IDS = True
    test_insert_subscribe = persistence.ApplicationRecorderTestCase.optional_test_insert_subscribe

    def create_recorder(self) -> ApplicationRecorder:
        return self.opened().application_recorder()


class TestApplicationRecorderWithTextIds(TextIds, TestApplicationRecorder):
    """The same, of text."""


class TestTrackingRecorder(Opens, persistence.TrackingRecorderTestCase):
    def create_recorder(self) -> TrackingRecorder:
        return self.opened().tracking_recorder()


class TestProcessRecorder(Opens, persistence.ProcessRecorderTestCase):
    def create_recorder(self) -> ProcessRecorder:
        return self.opened().process_recorder()


class TestProcessRecorderAsApplicationRecorder(TestApplicationRecorder):
    """A process recorder is an application recorder, too."""

    def create_recorder(self) -> ApplicationRecorder:
        return self.opened().process_recorder()


class TestProcessRecorderAsTrackingRecorder(TestTrackingRecorder):
    """And a tracking recorder."""

    def create_recorder(self) -> TrackingRecorder:
        return self.opened().process_recorder()


class TestNonInterleaving(Opens, persistence.NonInterleavingNotificationIDsBaseCase):
    def create_recorder(self) -> ApplicationRecorder:
        return self.opened().application_recorder()
