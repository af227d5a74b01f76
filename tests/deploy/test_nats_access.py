"""The broker's doors, on a server that runs on the very file operators are given: each opens to its own user only."""

import asyncio
import json
import subprocess
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import nats
import pytest
from nats.aio.client import Client
from nats.js.api import ConsumerConfig
from nats.js.errors import NotFoundError

from deploy.local.nats import Nats, _program
from deploy.nats.configuration import MEMBERS, Member
from deploy.nats.files import FOLDER
from shared.messaging.permissions import grants, inbox_prefix, loans
from tests.deploy.test_nats_configuration import PASSWORDS
from tests.support.doors import answer_to_login, listening

pytestmark = pytest.mark.servers
HEARD = "facts-partnerships"
CONSUMER = "facts-credentials-hears-partnerships"
OTHERS = (
    "$JS.API.INFO", "$JS.API.STREAM.LIST", "$JS.API.STREAM.NAMES", "$JS.API.STREAM.PURGE.facts-intake",
    "$JS.API.STREAM.MSG.DELETE.facts-intake", "$JS.API.STREAM.INFO.other", "$JS.API.STREAM.CREATE.other",
    "$JS.API.CONSUMER.LIST.facts-intake", "$JS.API.CONSUMER.CREATE.facts-intake",
    "$JS.intake.API.STREAM.DELETE.facts-intake", "$JS.intake.API.STREAM.UPDATE.facts-intake",
    "$JS.intake.API.CONSUMER.DELETE.facts-intake.other",
    "$SYS.REQ.SERVER.PING", "_INBOX_intake.x.y", "_INBOX.x", "facts.ns.other.x.y", "facts-heartbeats.other", "anything",
)  # fmt: skip
"""Subjects nobody is granted."""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator["Server"]:
    """`deploy/nats/nats.conf` as it is, but for its ports."""
    folder = tmp_path_factory.mktemp("nats")
    command: list[str | Path] = [_program(), "--config", FOLDER / "nats.conf", "--port", "-1", "--http_port", "-1"]
    command += ["--ports_file_dir", folder]
    environment = PASSWORDS | {"NATS_STORE": str(folder / "store")}
    with (folder / "log").open("wb") as log, subprocess.Popen(command, env=environment, stderr=log) as process:
        said, deadline = folder / f"nats-server_{process.pid}.ports", time.monotonic() + 20
        while not (said.exists() and said.read_text().endswith("}")) and time.monotonic() < deadline:
            time.sleep(0.02)
        yield Server(process.pid, json.loads(said.read_text())["nats"][0])
        process.terminate()


class Server:
    def __init__(self, pid: int, address: str) -> None:
        self.pid, self.address = pid, address

    @asynccontextmanager
    async def as_user(self, user: str) -> AsyncIterator["User"]:
        async with connected(self.address, user, PASSWORDS[f"NATS_{user.upper()}_PASSWORD"]) as made:
            yield made


class User:
    """A connection, and what was denied to it, in lower case as nats-py tells it."""

    def __init__(self, client: Client, denied: list[str]) -> None:
        self.client, self._denied = client, denied

    async def denied(self, publish: Sequence[str] = (), subscribe: Sequence[str] = ()) -> set[str]:
        """Which of these are, when each is tried."""
        found = set()
        for subject in (*publish, *subscribe):
            self._denied.clear()
            if subject in publish:
                await self.client.publish(subject, b"{}")
            else:
                await self.client.subscribe(subject)
            await self.heard_by_the_server()
            if any("permissions violation" in each and f'"{subject.lower()}"' in each for each in self._denied):
                found.add(subject)
        return found

    async def heard_by_the_server(self) -> None:
        """Twice, for nats-py takes the answer to a ping it sent before for that to the first."""
        await self.client.flush()
        await self.client.flush()


@asynccontextmanager
async def connected(address: str, user: str, password: str) -> AsyncIterator[User]:
    denied: list[str] = []

    async def on_error(error: Exception) -> None:
        denied.append(str(error))

    client = await nats.connect(
        address, user=user, password=password, inbox_prefix=inbox_prefix(user), error_cb=on_error, allow_reconnect=False
    )
    try:
        yield User(client, denied)
    finally:
        await client.close()


def said(pattern: str) -> str:
    """A subject the pattern stands for."""
    return pattern.replace("*", "ns").replace(">", "thing.happened")


def granted(member: Member) -> tuple[set[str], set[str]]:
    found = grants("facts", member.name, decides=member.decides, hears=member.hears)
    return set(found.publish), set(found.subscribe)


TO_PUBLISH = sorted({*map(said, set().union(*(granted(member)[0] for member in MEMBERS))), *OTHERS})
TO_SUBSCRIBE = sorted(
    {*set().union(*(granted(member)[1] for member in MEMBERS)), ">", "*", "_INBOX.>", "*.>", "facts.>", "$JS.>",
     "facts.ns.intake.>", "facts-heartbeats.>", "$SYS.>", "$JS.API.STREAM.INFO.facts-intake", "_R_.>"}
)  # fmt: skip


@pytest.mark.parametrize("member", MEMBERS, ids=lambda member: member.name)
async def test_a_user_may_publish_what_it_is_granted_and_nothing_else(server: Server, member: Member) -> None:
    async with server.as_user(member.name) as user:
        denied = await user.denied(publish=TO_PUBLISH)
    assert set(TO_PUBLISH) - denied == set(map(said, granted(member)[0]))


@pytest.mark.parametrize("member", MEMBERS, ids=lambda member: member.name)
async def test_a_user_may_subscribe_to_what_it_is_granted_and_nothing_else(server: Server, member: Member) -> None:
    async with server.as_user(member.name) as user:
        denied = await user.denied(subscribe=TO_SUBSCRIBE)
    assert set(TO_SUBSCRIBE) - denied == granted(member)[1]


async def test_a_user_without_limits_is_denied_none_of_it(tmp_path: Path) -> None:
    unlimited = Nats.start(tmp_path / "nats", durable=False)
    try:
        address = f"nats://127.0.0.1:{unlimited.port}"
        async with connected(address, "consortia", unlimited.passwords["consortia"]) as user:
            assert await user.denied(publish=TO_PUBLISH, subscribe=TO_SUBSCRIBE) == set()
    finally:
        unlimited.stop()


@pytest.mark.parametrize(
    ("user", "password"),
    [(None, None), ("intake", None), ("intake", ""), ("intake", "wrong"), ("intake", "ofcredentials"), ("admin", "a")],
)
async def test_nobody_gets_in_without_the_password_of_a_user(
    server: Server, user: str | None, password: str | None
) -> None:
    port = int(server.address.rpartition(":")[2])
    assert await answer_to_login(port, user, password) == b"-ERR 'Authorization Violation'"


async def test_it_listens_on_loopback_only(server: Server) -> None:
    assert listening(server.pid) == {"127.0.0.1"}


async def test_a_service_keeps_its_stream_and_another_hears_it_by_its_own_consumer(server: Server) -> None:
    async with server.as_user("partnerships") as speaker, server.as_user("credentials") as listener:
        own, heard = speaker.client.jetstream(), listener.client.jetstream(domain="partnerships")
        await own.add_stream(name=HEARD, subjects=["facts.*.partnerships.>"])
        await own.update_stream(name=HEARD, subjects=["facts.*.partnerships.>"], max_msgs=1000)
        await own.publish("facts.ns.partnerships.partner.joined", b"one")
        assert ((await own.get_msg(HEARD, 1)).data, (await heard.get_msg(HEARD, 1)).data) == (b"one", b"one")
        assert (await heard.stream_info(HEARD)).state.messages == 1
        pulled = await heard.pull_subscribe("facts.*.partnerships.>", durable=CONSUMER, stream=HEARD)
        (message,) = await pulled.fetch(10, timeout=2)
        await message.ack_sync()
        assert (await heard.consumer_info(HEARD, CONSUMER)).num_ack_pending == 0
        beats = await listener.client.subscribe("facts-heartbeats.partnerships")
        await listener.heard_by_the_server()
        await speaker.client.publish("facts-heartbeats.partnerships", b"beat")
        assert (await beats.next_msg(2)).data == b"beat"
        assert await heard.delete_consumer(HEARD, CONSUMER)
        whole = ConsumerConfig(durable_name=CONSUMER, name=CONSUMER)
        assert (await heard.add_consumer(HEARD, whole)).name == CONSUMER
        assert await own.delete_stream(HEARD)
        with pytest.raises(NotFoundError):
            await heard.stream_info(HEARD)


async def injected(speaker: Client, listener: Client, *, domain: str | None) -> int:
    """How many messages another service gets into partnerships' stream by asking JetStream to send them there."""
    own, heard = speaker.jetstream(), listener.jetstream(domain=domain) if domain else listener.jetstream()
    api, forged = f"$JS.{domain}.API" if domain else "$JS.API", "facts.ns.partnerships.key.issued"
    await own.add_stream(name=HEARD, subjects=["facts.*.partnerships.>"])
    await own.publish("facts.ns.partnerships.partner.joined", b"one")
    await heard.add_consumer(HEARD, ConsumerConfig(durable_name=CONSUMER, name=CONSUMER))
    await listener.publish(f"{api}.STREAM.INFO.{HEARD}", b"", reply=forged)
    await listener.publish(f"{api}.CONSUMER.MSG.NEXT.{HEARD}.{CONSUMER}", b"", reply=forged)
    mine = {"name": "facts-credentials", "subjects": ["facts.*.credentials.>"]}
    copied = {"republish": {"src": ">", "dest": "facts.ns.partnerships.>"}}
    await listener.request("$JS.API.STREAM.CREATE.facts-credentials", json.dumps(mine | copied).encode(), timeout=2)
    await listener.publish("facts.ns.credentials.pathway.published", b"forged")
    await listener.flush()
    await asyncio.sleep(0.3)  # what comes is sent by the server, at its leisure
    return (await own.stream_info(HEARD)).state.messages - 1


async def test_nobody_gets_a_message_into_another_s_stream_by_way_of_the_server(server: Server) -> None:
    async with server.as_user("partnerships") as speaker, server.as_user("credentials") as listener:
        assert await injected(speaker.client, listener.client, domain="partnerships") == 0
        await speaker.client.jetstream().delete_stream(HEARD)


async def test_in_one_account_for_all_that_could_be_done(tmp_path: Path) -> None:
    shared = Nats.start(tmp_path / "nats", durable=False)
    try:
        client = await nats.connect(shared.url)
        assert await injected(client, client, domain=None) == 3
        await client.close()
    finally:
        shared.stop()


def test_only_who_hears_a_log_is_lent_anything_of_it() -> None:
    for log, listener in ((member, other) for member in MEMBERS for other in MEMBERS if member.name not in other.hears):
        lent = {loan.known_as for loan in loans("facts", log.name, listener.name)}
        assert not lent & granted(listener)[0]
