"""The AsyncAPI document: right by the standard's own schema, and true of every fact."""

import copy
import json
from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from msgspec import structs

from deploy.docs.asyncapi import SERVICES
from shared.contracts import LOGS, facts_of
from shared.messaging.asyncapi import document, served
from shared.messaging.cloudevents import CloudEvent, encode, headers
from shared.messaging.schemas import ATTRIBUTES
from shared.messaging.subjects import subject
from tests.shared.contracts.golden.keeping import FOLDER, Samples, kept
from tests.shared.messaging.test_cloudevents import STORED
from tests.support.asyncapi import Document, examples_of, wrong_in, wrong_on_the_wire, wrong_with
from tests.support.wire import Message

HEARS = {"oversight": LOGS}
GOLDEN = [(log, tag, one) for log in LOGS for tag in facts_of(log) for one in kept(FOLDER, log, tag)]


@pytest.fixture(scope="module")
def everything() -> Document:
    return document("every service", LOGS, HEARS)


def own(name: str) -> Document:
    """The document that service serves."""
    found: Document = msgspec.json.decode(served(name, name in LOGS, LOGS, "facts")[0])
    return found


@pytest.mark.parametrize("name", SERVICES)
def test_what_each_service_serves_is_right_by_the_official_schema(name: str) -> None:
    assert wrong_in(own(name)) == []


def test_a_service_that_decides_describes_its_own_facts_and_sends_them() -> None:
    found = own("intake")
    assert set(found["channels"]) == {"intake", "intake-heartbeats"}
    assert {one["action"] for one in found["operations"].values()} == {"send"}
    assert set(found["components"]["messages"]) == {*facts_of("intake"), "heartbeat"}


def test_oversight_describes_all_facts_and_receives_them() -> None:
    found = own("oversight")
    assert set(found["components"]["messages"]) == {tag for log in LOGS for tag in facts_of(log)} | {"heartbeat"}
    assert {one["action"] for one in found["operations"].values()} == {"receive"}


def test_addresses_stand_under_the_prefix_of_the_installation() -> None:
    found = document("x", ("intake",), {}, "demo")
    assert found["channels"]["intake"]["address"] == "demo.{community}.intake.{aggregate}.{fact}"
    assert found["channels"]["intake-heartbeats"]["address"] == "demo-heartbeats.intake"


def channel_without_a_server_to_be_found(broken: Document) -> None:
    broken["channels"]["intake"]["servers"] = [{"$ref": "#/servers/nowhere"}]


def operation_of_no_known_action(broken: Document) -> None:
    broken["operations"]["intake.says"]["action"] = "shout"


def channel_with_a_field_of_version_two(broken: Document) -> None:
    broken["channels"]["intake"]["publish"] = {}


def server_without_protocol(broken: Document) -> None:
    del broken["servers"]["broker"]["protocol"]


def schema_that_is_none(broken: Document) -> None:
    broken["components"]["schemas"]["ProposalAccepted"]["properties"]["by"] = {"type": "thing"}


def discriminator_as_openapi_has_it(broken: Document) -> None:
    broken["components"]["schemas"]["StepOpened"]["properties"]["round"]["discriminator"] = {"propertyName": "type"}


@pytest.mark.parametrize(
    "spoil",
    [
        channel_without_a_server_to_be_found,
        operation_of_no_known_action,
        channel_with_a_field_of_version_two,
        server_without_protocol,
        schema_that_is_none,
        discriminator_as_openapi_has_it,
    ],
)
def test_a_document_that_is_wrong_is_seen(everything: Document, spoil: Callable[[Document], None]) -> None:
    broken = copy.deepcopy(everything)
    assert wrong_in(broken) == []
    spoil(broken)
    assert wrong_in(broken) != []


def test_every_message_has_an_example_that_is_as_it_says(everything: Document) -> None:
    named = [name for name, _ in examples_of(everything)]
    assert named == list(everything["components"]["messages"])
    assert {name: wrong for name, one in examples_of(everything) if (wrong := wrong_with(everything, name, one))} == {}


@pytest.mark.parametrize(
    "spoiled",
    [
        {"type": "intake.proposal-accepted.v2"},
        {"source": "/credentials"},
        {"sequence": 57},
        {"sequence": None},
        {"time": "2026-03-02T12:00:00"},
        {"id": "57"},
        {"data": {"fact": "intake.proposal-accepted.v1"}},
        {"traceparent": "nonsense"},
        {"metadata": {}},
    ],
)
def test_an_example_that_is_wrong_is_seen(everything: Document, spoiled: dict[str, Any]) -> None:
    tag = "intake.proposal-accepted.v1"
    (example,) = [one for name, one in examples_of(everything) if name == tag]
    assert wrong_with(everything, tag, {**example, "payload": {**example["payload"], **spoiled}}) != []


def test_a_header_that_is_wrong_is_seen(everything: Document) -> None:
    tag = "intake.proposal-accepted.v1"
    (example,) = [one for name, one in examples_of(everything) if name == tag]
    for spoiled in ({"Content-Type": "application/json"}, {"Nats-Msg-Id": "57"}, {"traceparent": ""}):
        assert wrong_with(everything, tag, {**example, "headers": {**example["headers"], **spoiled}}) != []


@pytest.mark.parametrize(("log", "tag", "samples"), GOLDEN, ids=[f"{one.tag} {one.file.name}" for *_, one in GOLDEN])
def test_every_fact_ever_published_is_one_of_its_channels_messages_and_no_other(
    everything: Document, log: str, tag: str, samples: Samples
) -> None:
    example = dict(examples_of(everything))[tag]
    for state in samples.lines:
        stored = structs.replace(STORED, topic=tag, originator_id=example["payload"]["subject"], state=state)
        where = subject("facts", "atlantic", stored.originator_id, tag)
        said = Message(where, headers(stored), encode(log, stored))
        assert wrong_on_the_wire(everything, said) == []


def test_messages_that_are_not_described_are_seen(everything: Document) -> None:
    example = dict(examples_of(everything))["intake.proposal-accepted.v1"]
    right = "facts.atlantic.intake.proposal.proposal-accepted"

    def wrong(where: str = right, payload: dict[str, Any] | None = None) -> list[str]:
        body = json.dumps(example["payload"] | (payload or {})).encode()
        return wrong_on_the_wire(everything, Message(where, example["headers"], body))

    assert wrong() == []
    assert wrong("facts.atlantic.intake.proposal.of-a-later-version")
    assert wrong("facts.atlantic.intake.pathway.proposal-accepted")
    assert wrong("facts.atlantic.here.intake.proposal.proposal-accepted")
    assert wrong("facts.atlantic.credentials.proposal.proposal-accepted")
    assert wrong(payload={"type": "intake.of-a-later-version.v1"})
    assert wrong(payload={"streamversion": "3"})


def test_every_attribute_is_explained() -> None:
    assert set(ATTRIBUTES) == {field.encode_name for field in msgspec.structs.fields(CloudEvent)}
