"""A fact on its way: nothing is lost, and its own bytes are untouched."""

import json
from datetime import UTC, datetime
from uuid import UUID

import msgspec
import pytest
from msgspec import structs

from shared.contracts.partnerships import PersonRegistered
from shared.eventstore.mapper import Mapper
from shared.eventstore.vocabulary import Notification
from shared.kernel import Actor, Metadata, UnknownFact, new_id
from shared.messaging.cloudevents import CloudEvent, decoder, encode
from shared.messaging.subjects import subject

PERSON = UUID("0198c0de-0000-7000-8000-000000000001")
STORED = Notification(
    index=12,
    id=new_id(),
    community="atlantic",
    originator_id=f"person-{PERSON}",
    originator_version=3,
    topic="partnerships.person-registered.v1",
    occurred_at=datetime(2026, 3, 1, 9, 0, 0, 1, UTC),
    recorded_at=datetime(2026, 3, 1, 9, 0, 0, 999_999, UTC),
    command_id=new_id(),
    ordinal=2,
    correlation=new_id(),
    causation=new_id(),
    metadata=msgspec.json.encode(Metadata(Actor(person=PERSON, key="0" * 16), request_id="é")),
    state=msgspec.json.encode(PersonRegistered(PERSON)),
)


@pytest.mark.parametrize(
    "stored",
    [
        STORED,
        structs.replace(STORED, causation=None),
        structs.replace(
            STORED, state=b'{ "person" : "0198c0de-0000-7000-8000-000000000001", "later": 1.0, "later": 2}'
        ),
        structs.replace(STORED, topic="partnerships.of-a-later-version.v9", state=b'{"anything": ["\xc3\xa9"]}'),
    ],
)
def test_the_round_trip_loses_nothing(stored: Notification) -> None:
    message = encode("partnerships", stored)
    assert decoder("partnerships")(message) == Mapper("partnerships").to_recorded(stored)
    envelope = msgspec.json.decode(message, type=CloudEvent)
    assert bytes(envelope.data) == stored.state
    assert envelope.metadata.encode() == stored.metadata
    assert stored.state in message


def test_a_fact_of_a_later_version_keeps_its_place() -> None:
    later = structs.replace(STORED, topic="partnerships.of-a-later-version.v9", state=b'{"anything": 1}')
    heard = decoder("partnerships")(encode("partnerships", later))
    assert (heard.index, heard.tag, heard.fact) == (12, "partnerships.of-a-later-version.v9", UnknownFact())


def test_the_attributes_are_those_of_the_specification() -> None:
    message = json.loads(encode("partnerships", STORED))
    assert message["specversion"] == "1.0"
    assert message["type"] == STORED.topic
    assert message["source"] == "/partnerships"
    assert message["subject"] == STORED.originator_id
    assert all(name.isalnum() and name == name.lower() for name in message)
    assert datetime.fromisoformat(message["time"]) == STORED.occurred_at


def test_a_subject_names_community_service_aggregate_and_fact() -> None:
    named = subject("facts", "atlantic", f"person-{PERSON}", "partnerships.person-registered.v1")
    assert named == "facts.atlantic.partnerships.person.person-registered"
