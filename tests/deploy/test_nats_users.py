"""The embedded broker's users and routes: made once, kept private, and nobody else gets in."""

import asyncio
import json
from pathlib import Path

import nats
import pytest
from nats.js.errors import NotFoundError

from deploy.local.broker import kept_passwords
from deploy.local.nats import FORMER_ACCOUNT, ONLY_USER, Nats, Peers, Users
from tests.support.doors import answer_to_login
from tests.support.fleet import free_port

pytestmark = pytest.mark.servers


async def test_a_folder_from_before_each_service_had_a_user_goes_on_with_users_and_without_its_old_streams(
    data: Path,
) -> None:
    former = Nats.start(data / "nats", durable=False)
    client = await nats.connect(former.url)
    await client.jetstream().add_stream(name="facts-intake", subjects=["facts.*.intake.>"])
    await client.close()
    former.stop()
    old_streams = data / "nats" / FORMER_ACCOUNT
    assert old_streams.exists()
    now = Nats.start(data / "nats", users=Users(kept_passwords(data / "nats-passwords.json")), durable=False)
    try:
        client = await nats.connect(now.url_for("intake"), inbox_prefix="_INBOX_intake")
        with pytest.raises(NotFoundError):
            await client.jetstream().stream_info("facts-intake")
        await client.close()
        assert (
            await answer_to_login(now.port, ONLY_USER, former.passwords[ONLY_USER]) == b"-ERR 'Authorization Violation'"
        )
    finally:
        now.stop()
    assert not old_streams.exists()
    assert not (data / "nats" / "password").exists()


def test_passwords_are_made_once_one_for_each_service_and_are_private(data: Path) -> None:
    made = kept_passwords(data / "nats-passwords.json")
    assert len(set(made.values())) == len(made) == 4
    assert kept_passwords(data / "nats-passwords.json") == made
    assert (data / "nats-passwords.json").stat().st_mode & 0o077 == 0


async def test_a_server_without_the_password_of_the_routes_joins_no_cluster(data: Path) -> None:
    port = free_port()
    member = Nats.start(data / "nats", peers=Peers((port, port + 1, port + 2), "of-routes"), durable=False)
    try:
        for password, said in (("wrong", b"-ERR 'Authorization Violation'\r\n"), ("of-routes", b"PING\r\n")):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            greeting = json.loads((await reader.readline()).removeprefix(b"INFO "))
            login = {"user": "routes", "pass": password, "name": "stranger", "cluster": "consortia"}
            info = greeting | {"server_id": "STRANGER", "server_name": "stranger"}
            writer.write(f"CONNECT {json.dumps(login)}\r\nINFO {json.dumps(info)}\r\n".encode())
            answer = await reader.readline()
            writer.close()
            await writer.wait_closed()
            assert answer.startswith(said), answer
    finally:
        member.stop()
