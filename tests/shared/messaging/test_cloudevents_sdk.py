"""Anybody's CloudEvents SDK reads our messages: every fact ever published, around it what the specification allows."""

import json
from typing import Any

import pytest
from cloudevents.core.exceptions import CloudEventValidationError
from cloudevents.core.formats.json import JSONFormat
from msgspec import structs

from shared.contracts import LOGS
from shared.eventstore.vocabulary import LARGEST_FACT
from shared.messaging.cloudevents import encode, headers, index_of
from tests.shared.contracts.golden.keeping import FOLDER, Samples, kept
from tests.shared.messaging.test_cloudevents import STORED, TRACEPARENT
from tests.support.wire import violations

GOLDEN = [(log, samples) for log in LOGS for samples in kept(FOLDER, log)]


def read(message: bytes) -> Any:
    """The event, as the SDK reads it."""
    return JSONFormat().read(None, message)


@pytest.mark.parametrize(("log", "samples"), GOLDEN, ids=[f"{one.tag} {one.file.name}" for _, one in GOLDEN])
def test_the_sdk_reads_every_fact_ever_published(log: str, samples: Samples) -> None:
    for state in samples.lines:
        stored = structs.replace(STORED, topic=samples.tag, state=state)
        message = encode(log, stored)
        event = read(message)
        assert (event.get_id(), event.get_type(), event.get_source()) == (str(stored.id), samples.tag, f"/{log}")
        assert (event.get_subject(), event.get_time()) == (stored.originator_id, stored.occurred_at)
        assert (event.get_specversion(), event.get_datacontenttype()) == ("1.0", "application/json")
        assert int(event.get_extension("sequence")) == stored.index
        assert event.get_extension("traceparent") == headers(stored)["traceparent"] == TRACEPARENT
        assert event.get_data() == json.loads(state)
        assert state in message
        assert list(violations(message)) == []


def test_the_largest_fact_is_still_an_event_that_everybody_forwards() -> None:
    text = json.dumps({"fact": STORED.topic, "words": ""})
    largest = structs.replace(STORED, state=text.replace('""', f'"{"x" * (LARGEST_FACT - len(text))}"').encode())
    assert len(largest.state) == LARGEST_FACT
    assert list(violations(encode("partnerships", largest))) == []


def test_an_index_beyond_what_an_integer_of_theirs_can_be_goes_out_as_a_sequence_alone() -> None:
    beyond = structs.replace(STORED, index=2**31)
    message = encode("partnerships", beyond)
    assert list(violations(message)) == []
    assert index_of(message) == int(read(message).get_extension("sequence")) == 2**31


def test_sequences_compare_as_texts_in_the_order_of_the_log() -> None:
    indexes = [1, 9, 10, 99, 2**31, 2**63 - 1]
    said = [json.loads(encode("x", structs.replace(STORED, index=one)))["sequence"] for one in indexes]
    assert sorted(said) == said


def test_what_breaks_the_rules_is_seen() -> None:
    message = json.loads(encode("partnerships", STORED))
    wrong = message | {"log_index": 1, "logindex": 2**31, "subject": "", "time": "2026-03-01 09:00", "metadata": "\x07"}
    assert len(list(violations(json.dumps(wrong).encode()))) == 5
    with pytest.raises(CloudEventValidationError):
        read(json.dumps(message | {"log_index": 1}).encode())
    naive = STORED.occurred_at.replace(tzinfo=None).isoformat()
    with pytest.raises(CloudEventValidationError):
        read(json.dumps(message | {"time": naive}).encode())
