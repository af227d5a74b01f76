"""None of the library's cases is left out, skipped, or overridden to say less."""

import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from unittest import TestCase
from uuid import UUID

import pytest
from eventsourcing.tests import application, persistence, projection

from tests.shared.eventstore import door
from tests.shared.eventstore.door.test_recorders import Opens

CASES: tuple[type[TestCase], ...] = (
    persistence.AggregateRecorderTestCase,
    persistence.ApplicationRecorderTestCase,
    persistence.TrackingRecorderTestCase,
    persistence.ProcessRecorderTestCase,
    persistence.NonInterleavingNotificationIDsBaseCase,
    persistence.InfrastructureFactoryTestCase,
    application.ExampleApplicationTestCase,
    application.ApplicationTestCase,
    projection.EventSourcedProjectionTestCase,
)
WITH_BOTH_KINDS_OF_IDS = (persistence.AggregateRecorderTestCase, persistence.ApplicationRecorderTestCase)


def here(case: type[TestCase]) -> Iterator[type[TestCase]]:
    """Its subclasses that pytest collects in this folder."""
    for info in pkgutil.iter_modules(door.__path__, f"{door.__name__}."):
        for name, found in vars(importlib.import_module(info.name)).items():
            if name.startswith("Test") and inspect.isclass(found) and issubclass(found, case):
                yield found


def cases_in(case: type[TestCase]) -> dict[str, object]:
    return {name: getattr(case, name) for name in dir(case) if name.startswith("test")}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.__name__)
def test_every_case_of_the_library_runs_here_just_as_it_is(case: type[TestCase]) -> None:
    subclasses = list(here(case))
    assert subclasses
    assert cases_in(case)
    for subclass in subclasses:
        assert not inspect.isabstract(subclass)
        assert not getattr(subclass, "__unittest_skip__", False)
        assert cases_in(case).items() <= cases_in(subclass).items(), f"{subclass.__name__} overrides a test"
        assert all(mark.name != "skip" for mark in getattr(subclass, "pytestmark", ()))


@pytest.mark.parametrize("case", WITH_BOTH_KINDS_OF_IDS, ids=lambda case: case.__name__)
def test_ids_of_both_kinds_are_tried(case: type[TestCase]) -> None:
    kinds = {
        (subclass.id_type, type(subclass("run").new_originator_id()))  # type: ignore[attr-defined]  # has it by its case
        for subclass in here(case)
        if issubclass(subclass, Opens)
    }
    assert kinds == {("uuid", UUID), ("text", str)}


def test_subscribing_is_tried_wherever_events_are_recorded_with_contiguous_ids() -> None:
    optional = persistence.ApplicationRecorderTestCase.optional_test_insert_subscribe
    for subclass in here(persistence.ApplicationRecorderTestCase):
        assert cases_in(subclass)["test_insert_subscribe"] is optional
        assert vars(persistence.ApplicationRecorderTestCase)["EXPECT_CONTIGUOUS_NOTIFICATION_IDS"]
        assert subclass.EXPECT_CONTIGUOUS_NOTIFICATION_IDS  # type: ignore[attr-defined]  # has it by its case
