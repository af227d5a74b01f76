"""The connection to the broker, on servers of its own: as whom, to which of several, and what it says when denied."""

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import nats.errors
import pytest
import uvloop
from structlog.testing import capture_logs

from deploy.local.nats import Nats, Users
from shared.messaging.connection import BrokerConnection, BrokerEnded, open_broker
from tests.support.patience import eventually

pytestmark = pytest.mark.servers
PASSWORDS = {"partnerships": "a", "intake": "a word, with: signs/@%", "credentials": "c", "oversight": "d"}


@asynccontextmanager
async def two_servers(folder: Path) -> AsyncIterator[tuple[Nats, Nats]]:
    """Apart from each other, with the same users: enough for whoever only wants to be connected."""
    started = [Nats.start(folder / name, users=Users(PASSWORDS), durable=False) for name in ("one", "two")]
    try:
        yield started[0], started[1]
    finally:
        for server in started:
            server.stop()


async def is_connected_to(connection: BrokerConnection, server: Nats) -> bool:
    address = connection.client.connected_url
    return connection.in_the_way() is None and address is not None and address.port == server.port


async def test_a_server_that_goes_away_is_left_for_another_with_the_same_user(tmp_path: Path) -> None:
    async with two_servers(tmp_path) as (one, two):
        url = f"{one.url_for('intake')},{two.url_for('intake')}"
        async with open_broker(url, "intake") as connection:
            first, other = (one, two) if await is_connected_to(connection, one) else (two, one)
            assert await is_connected_to(connection, first)
            first.stop()
            await eventually(lambda: is_connected_to(connection, other))
            assert connection.user == "intake"
            other.stop()
            await eventually(lambda: waits_for_the_broker(connection))


def test_whoever_has_something_to_send_still_may_leave_a_broker_that_is_gone(tmp_path: Path) -> None:
    """As every role runs: uvloop refuses what is written to a socket that broke, where asyncio drops it."""

    async def leave() -> None:
        server = Nats.start(tmp_path / "nats", users=Users(PASSWORDS), durable=False)
        try:
            async with open_broker(server.url_for("intake"), "intake") as connection:
                server.stop()
                await eventually(lambda: waits_for_the_broker(connection))
                await connection.client.publish("facts.intake.anything", b"kept until it is back")
        finally:
            server.stop()

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(leave())


async def waits_for_the_broker(connection: BrokerConnection) -> bool:
    return connection.in_the_way() == "not connected; facts wait in the database until it is"


async def test_what_is_denied_is_logged_and_in_the_way_though_the_caller_sees_a_timeout(tmp_path: Path) -> None:
    server = Nats.start(tmp_path / "nats", users=Users(PASSWORDS), durable=False)
    try:
        async with open_broker(server.url_for("intake"), "intake") as connection:
            assert connection.in_the_way() is None
            with capture_logs() as logs, pytest.raises(nats.errors.TimeoutError):
                await connection.client.jetstream(timeout=0.3).stream_info("facts-credentials")
            (said,) = [line for line in logs if line["event"] == "broker-denies"]
            assert (said["user"], said["log_level"]) == ("intake", "error")
            assert "$js.api.stream.info.facts-credentials" in said["error"]
            assert "$js.api.stream.info.facts-credentials" in str(connection.in_the_way())
            connection._denied_at -= 31
            assert connection.in_the_way() is None
    finally:
        server.stop()


async def test_a_password_changed_while_connected_ends_the_process_s_work_with_what_to_do(tmp_path: Path) -> None:
    server = Nats.start(tmp_path / "nats", users=Users(PASSWORDS), durable=False)
    try:
        async with open_broker(server.url_for("credentials"), "credentials") as connection:
            lasting = asyncio.ensure_future(connection.lasts())
            change_password(server, '"password": "c"', '"password": "changed"')
            with pytest.raises(BrokerEnded, match=r"authorization failed\). Start this process again"):
                await lasting
            assert "start this process again" in str(connection.in_the_way())
    finally:
        server.stop()


def change_password(server: Nats, old: str, new: str) -> None:
    """In the file of a server that runs, which is told to read it again."""
    file = server.data / "nats.conf"
    file.write_text(file.read_text().replace(old, new))
    server._process.send_signal(signal.SIGHUP)


async def test_a_wrong_password_is_logged_with_what_to_check(tmp_path: Path) -> None:
    server = Nats.start(tmp_path / "nats", users=Users(PASSWORDS), durable=False)
    try:
        url = server.url_for("intake").replace("a%20word", "another")
        with capture_logs() as logs, pytest.raises(TimeoutError):
            async with asyncio.timeout(1), open_broker(url, "intake"):
                pass
        said = [line for line in logs if line["event"] == "broker-refuses-login"]
        assert said
        assert said[0]["next"] == "check the user and password in CONSORTIA_NATS_URL"
    finally:
        server.stop()
