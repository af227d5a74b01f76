"""Everything that is said on the broker while a microcredential is approved: as described, verbatim, in its trace."""

import json
from collections.abc import AsyncIterator
from typing import Any, NamedTuple

import httpx2
import pytest
import pytest_asyncio
from cloudevents.core.formats.json import JSONFormat

from shared.contracts import LOGS
from tests.services.credentials.journeys import World, accepted
from tests.support.asyncapi import Document, wrong_on_the_wire
from tests.support.community import Communities
from tests.support.logged import Logged, logged
from tests.support.running import Running
from tests.support.servers import Servers
from tests.support.wire import Message, next_on, spoken, violations

pytestmark = pytest.mark.servers
TRACE, CALLER = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
ACCEPTED, OPENED = "intake.proposal-accepted.v1", "credentials.microcredential-opened.v1"


class Told(NamedTuple):
    """The journey, what was said by each service meanwhile, and what was logged."""

    world: World
    said: dict[str, list[Message]]
    logged: Logged

    def of_type(self, tag: str) -> tuple[Message, dict[str, Any]]:
        """The one message of that type, and its event."""
        found = [(one, json.loads(one.body)) for one in self.said[tag.partition(".")[0]]]
        (only,) = [(message, event) for message, event in found if event["type"] == tag]
        return only


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def told(communities: Communities, stack: Running, servers: Servers) -> AsyncIterator[Told]:
    """A proposal accepted in a trace of the client's; its microcredential opened by reaction, and approved."""
    with logged() as taken:
        world = await accepted(communities, f"00-{TRACE}-{CALLER}-01")
        await world.as_("nscc/lead").post(f"{world.path}/request-validation")
        await world.approve()
        await world.community.coordinator.get("/oversight/v1/board")  # it has heard all of it by then
    prefix = stack.platforms["oversight"].settings.nats_prefix
    yield Told(world, {log: await spoken(servers, f"{prefix}-{log}") for log in LOGS}, taken)


async def test_each_service_serves_a_description_that_its_messages_keep_to(
    told: Told, http: httpx2.AsyncClient
) -> None:
    for service, logs in (("oversight", LOGS), *((log, (log,)) for log in LOGS)):
        answer = await http.get(f"/{service}/asyncapi.json")
        assert answer.headers["content-type"] == "application/vnd.aai.asyncapi+json;version=3.0.0"
        described: Document = answer.json()
        for log in logs:
            assert told.said[log]
            assert [wrong for one in told.said[log] if (wrong := wrong_on_the_wire(described, one))] == []


async def test_the_heartbeats_of_each_relay_are_as_described_too(
    told: Told, http: httpx2.AsyncClient, servers: Servers, stack: Running
) -> None:
    prefix = stack.platforms["oversight"].settings.nats_prefix
    for log in LOGS:
        described: Document = (await http.get(f"/{log}/asyncapi.json")).json()
        beat = await next_on(servers, f"{prefix}-heartbeats.{log}")
        assert wrong_on_the_wire(described, beat) == []
        assert json.loads(beat.body)["index"] == len(told.said[log])
        assert wrong_on_the_wire(described, beat._replace(body=b'{"log": "intake", "index": -1}'))


async def test_what_it_describes_elsewhere_is_no_message_of_it(told: Told, http: httpx2.AsyncClient) -> None:
    intake: Document = (await http.get("/intake/asyncapi.json")).json()
    assert all(wrong_on_the_wire(intake, one) for one in told.said["credentials"])


async def test_anybody_reads_them_and_the_bytes_are_those_of_the_log(told: Told, stack: Running) -> None:
    for log, messages in told.said.items():
        stored = await stack.platforms[log].store.page(0, 10_000)
        assert len(messages) == len(stored)
        for message, event in zip(messages, stored, strict=True):
            assert list(violations(message.body)) == []
            read: Any = JSONFormat().read(None, message.body)
            assert (read.get_id(), int(read.get_extension("sequence"))) == (str(event.id), event.index)
            assert read.get_data() == json.loads(event.state)
            assert event.state in message.body
            assert read.get_extension("metadata").encode() == event.metadata


def trace_of(traceparent: str) -> tuple[str, str]:
    """The trace, and the span in it."""
    _, trace, span, _ = traceparent.split("-")
    return trace, span


async def test_what_follows_by_reaction_is_of_the_trace_of_the_request_that_caused_it(told: Told) -> None:
    (trace, span), (caused_in, reaction) = (
        trace_of(told.of_type(tag)[0].headers["traceparent"]) for tag in (ACCEPTED, OPENED)
    )
    assert trace == caused_in == TRACE
    assert len({CALLER, span, reaction}) == 3


async def test_the_trace_stands_in_header_event_and_metadata_alike_and_in_the_history(told: Told) -> None:
    coordinator = told.world.community.coordinator
    for tag in (ACCEPTED, OPENED):
        message, event = told.of_type(tag)
        service = tag.partition(".")[0]
        items = (await coordinator.get(f"/{service}/v1/facts", limit=200))["items"]
        (shown,) = [item["traceparent"] for item in items if item["tag"] == tag]
        metadata = json.loads(event["metadata"])["traceparent"]
        assert message.headers["traceparent"] == event["traceparent"] == metadata == shown


async def test_one_trace_finds_what_every_service_logged_about_it(told: Told) -> None:
    lines = [line for line in told.logged.lines if line.get("trace_id") == TRACE]
    assert {"recorded", "request", "reacted"} <= {line["event"] for line in lines}
    (_, reaction) = trace_of(told.of_type(OPENED)[0].headers["traceparent"])
    assert {line["span_id"] for line in lines if line.get("reaction")} == {reaction}
    assert [line["tags"] for line in lines if line["event"] == "recorded" and line["span_id"] == reaction] == [[OPENED]]
