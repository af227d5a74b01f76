"""A service's log through the door: facts in their envelopes, for reading only."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest
import pytest_asyncio
from eventsourcing.application import AggregateNotFoundError, Application
from eventsourcing.persistence import Mapper as LibraryMapper
from eventsourcing.persistence import ProgrammingError, StoredEvent

from shared.contracts.partnerships import CommunityOpened, PersonRegistered
from shared.eventstore import vocabulary
from shared.eventstore.door import DoorIsReadOnly, LoggedFact, replaying
from shared.eventstore.door.facts import FactMapper
from shared.eventstore.mapper import Mapper
from shared.kernel import Actor, Decider, Fact, Metadata, UnknownFact, new_id
from tests.shared.eventstore.door.conftest import environment
from tests.support.databases import Database, fresh_database, open_store
from tests.support.servers import Servers

pytestmark = pytest.mark.servers
MAPPER = Mapper("partnerships")
CHEMIST = new_id()
STREAM = f"person-{CHEMIST}"
REGISTERED = PersonRegistered(CHEMIST)
OPENED = CommunityOpened("atlantic", {"en": "Atlantic"}, CHEMIST)
COUNTED: Decider[int, Fact] = Decider("person", 0, lambda state, fact: state + 1, int)
PAST = datetime(2024, 5, 1, tzinfo=UTC)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def logged(servers: Servers) -> AsyncIterator[Database]:
    """A log of partnerships: a person, a fact of a later build on the same stream, and another community's opening."""
    person = MAPPER.to_stored(new_id(), STREAM, 1, REGISTERED)
    later = vocabulary.StoredEvent(new_id(), STREAM, 2, "partnerships.person-promoted.v9", b'{"fact":"x","to":"y"}')
    opening = MAPPER.to_stored(new_id(), f"community-{new_id()}", 1, OPENED)
    async with fresh_database(servers, "partnerships") as made, open_store(made) as store:
        for community, event in (("here", person), ("here", later), ("there", opening)):
            command = new_id()
            metadata = MAPPER.metadata(Metadata(Actor(person=CHEMIST)))
            await store.append(
                vocabulary.AppendRequest(community, command, command, None, PAST, metadata, events=(event,))
            )
        yield made


def opened(logged: Database, **others: str) -> Application[str]:
    """The library's own application on that log; its other settings as if they had been left out."""
    asked = {"CONSORTIA_LOG": "partnerships", "CONSORTIA_READ_ONLY": "", "CONSORTIA_COMMUNITY": "", **others}
    return Application[str](environment(logged.url, **asked))


def test_an_event_is_our_fact_in_its_envelope(logged: Database) -> None:
    with opened(logged) as app:
        (found, later) = app.events.get(STREAM)
    assert isinstance(found, LoggedFact)
    assert isinstance(later, LoggedFact)
    assert (found.originator_id, found.originator_version, found.timestamp) == (STREAM, 1, PAST)
    assert found.fact == REGISTERED
    assert found.recorded.metadata.actor.person == CHEMIST
    assert later.fact == UnknownFact()


def test_notifications_are_chosen_by_tag_and_by_community(logged: Database) -> None:
    with opened(logged) as app:
        assert [found.id for found in app.notification_log.select(1, 10)] == [1, 2, 3]
        chosen = app.notification_log.select(1, 10, topics=[CommunityOpened.fact_tag()])
        (fact,) = (app.mapper.to_domain_event(notification) for notification in chosen)
        assert isinstance(fact, LoggedFact)
        assert fact.fact == OPENED
    with opened(logged, CONSORTIA_COMMUNITY="there") as app:
        assert [found.id for found in app.notification_log.select(1, 10)] == [3]
        assert list(app.events.get(STREAM)) == []


def test_a_decider_is_replayed_over_the_facts_this_build_knows(logged: Database) -> None:
    project: Any = replaying(COUNTED)
    with opened(logged, AGGREGATE_CACHE_MAXSIZE="10", AGGREGATE_CACHE_FASTFORWARD="n") as app:
        for _ in ("read", "from the cache"):
            assert app.repository.get(STREAM, projector_func=project) == 1
        with pytest.raises(AggregateNotFoundError):
            app.repository.get(f"person-{new_id()}", projector_func=project)


def test_a_subscription_follows_a_services_log(logged: Database) -> None:
    with opened(logged) as app, app.recorder.subscribe(gt=1) as subscription:
        assert [next(subscription).id, next(subscription).id] == [2, 3]


def test_a_fact_is_not_written_through_the_door(logged: Database) -> None:
    with opened(logged) as app:
        (found, _) = app.events.get(STREAM)
        with pytest.raises(DoorIsReadOnly, match="written by their service alone"):
            app.save(found)
        assert app.recorder.max_notification_id() == 3


def test_an_event_without_its_envelope_is_no_fact(logged: Database) -> None:
    with opened(logged) as app, pytest.raises(ProgrammingError, match="recorder of the same factory"):
        app.mapper.to_domain_event(StoredEvent(STREAM, 1, REGISTERED.fact_tag(), b"{}"))


def test_snapshots_are_not_consulted_and_another_mapper_may_be_asked_for(logged: Database) -> None:
    with opened(logged, IS_SNAPSHOTTING_ENABLED="y") as app:
        assert app.snapshots is None
        assert isinstance(app.mapper, FactMapper)
    with opened(logged, MAPPER_TOPIC="eventsourcing.persistence:Mapper") as app:
        assert type(app.mapper) is LibraryMapper
