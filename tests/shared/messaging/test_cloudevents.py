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
from shared.kernel import Actor, Metadata, UnknownFact, UnreadableFact, new_id
from shared.messaging.cloudevents import CloudEvent, NotOfThisLog, decoder, encode, headers, index_of
from shared.messaging.subjects import subject

TRACEPARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
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
    metadata=msgspec.json.encode(Metadata(Actor(person=PERSON, key="0" * 16), request_id="é", traceparent=TRACEPARENT)),
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
    assert envelope.stored == stored.state
    assert envelope.metadata.encode() == stored.metadata
    assert stored.state in message


@pytest.mark.parametrize(
    "state",
    [
        b'{"fact": "partnerships.person-reg',
        b"",
        b"\x00\xff",
        b'{"person":"\xff"}',
        b' {"a":1}\n',
        b'1,"id":2',
        b"null,",
    ],
)
@pytest.mark.parametrize("metadata", [STORED.metadata, b'{"actor":"\xff"}', b'{"actor":'])
def test_bytes_that_are_no_json_travel_untouched_as_a_fact_that_cannot_be_read(state: bytes, metadata: bytes) -> None:
    stored = structs.replace(STORED, state=state, metadata=metadata)
    message = encode("partnerships", stored)
    assert json.loads(message)["datacontenttype"] == "application/octet-stream"
    assert "data" not in json.loads(message)
    assert decoder("partnerships").envelope(message) == stored
    assert decoder("partnerships")(message) == Mapper("partnerships").to_recorded(stored)
    assert isinstance(decoder("partnerships")(message).fact, UnreadableFact)
    assert (index_of(message), headers(stored)["Nats-Msg-Id"]) == (12, str(STORED.id))


def test_metadata_that_is_no_text_travels_untouched_beside_a_sound_fact() -> None:
    stored = structs.replace(STORED, metadata=b'{"actor":"\xff"}')
    message = encode("partnerships", stored)
    assert msgspec.json.decode(message, type=CloudEvent).stored_metadata == stored.metadata
    assert decoder("partnerships").envelope(message) == stored
    assert isinstance(decoder("partnerships")(message).fact, UnreadableFact)


def test_an_event_without_a_fact_cannot_be_read() -> None:
    event = json.loads(encode("partnerships", STORED))
    del event["data"]
    with pytest.raises(NotOfThisLog, match="data_base64"):
        decoder("partnerships")(json.dumps(event).encode())


def former(message: bytes) -> bytes:
    """The same as the build before said it: its index as a number only, and no trace."""
    event = json.loads(message)
    metadata = {name: value for name, value in json.loads(event["metadata"]).items() if name != "traceparent"}
    since = ("sequence", "traceparent", "logindex")
    return json.dumps(
        {name: value for name, value in event.items() if name not in since}
        | {"logindex": int(event["sequence"]), "metadata": json.dumps(metadata)}
    ).encode()


def test_what_the_build_before_said_is_heard_as_ever() -> None:
    message = former(encode("partnerships", STORED))
    heard, now = decoder("partnerships")(message), Mapper("partnerships").to_recorded(STORED)
    assert heard == structs.replace(now, metadata=structs.replace(now.metadata, traceparent=None))
    assert index_of(message) == 12


def test_the_build_before_reads_the_index_where_it_looks_for_it() -> None:
    assert json.loads(encode("partnerships", STORED))["logindex"] == 12


def test_the_build_after_may_leave_that_out() -> None:
    event = json.loads(encode("partnerships", STORED))
    del event["logindex"]
    assert decoder("partnerships")(json.dumps(event).encode()) == Mapper("partnerships").to_recorded(STORED)


@pytest.mark.parametrize("said", [{}, {"sequence": "0" * 19}, {"sequence": "9" * 19}, {"logindex": -1}])
def test_an_event_that_says_nowhere_where_it_stands_cannot_be_read(said: dict[str, object]) -> None:
    event = json.loads(encode("partnerships", STORED))
    del event["logindex"], event["sequence"]
    event |= said
    with pytest.raises(NotOfThisLog, match="sequence"):
        decoder("partnerships")(json.dumps(event).encode())


@pytest.mark.parametrize(
    "stored", [b'{"actor":{}}', b'{"traceparent":"x\r\nNats-Rollup: all"}', b"\xff", b'{"traceparent":1}']
)
def test_what_is_no_traceparent_becomes_no_header(stored: bytes) -> None:
    assert headers(structs.replace(STORED, metadata=stored)) == {
        "Content-Type": "application/cloudevents+json",
        "Nats-Msg-Id": str(STORED.id),
    }


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
