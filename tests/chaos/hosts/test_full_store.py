"""A NATS server as it is shipped, started on a full disk, is of use once there is room: by what it is told."""

import asyncio
from functools import partial
from pathlib import Path

import pytest
from nats.js.errors import Error

from deploy.nats.configuration import jetstream
from tests.chaos.hosts.nats_server import NatsServer
from tests.chaos.hosts.small_disk import SmallDisk
from tests.chaos.publishing import connected
from tests.support.fleet import free_port
from tests.support.patience import eventually

pytestmark = pytest.mark.servers


async def published_after_a_start_on_a_full_disk(folder: Path) -> bool:
    """Whether a stream can be made and published to, on a disk that was full when the server started."""
    disk = SmallDisk(folder / "store", mebibytes=16)
    server = NatsServer("full", disk.mount / "jetstream", "127.0.0.1", free_port(), free_port())
    (disk.mount / "jetstream").mkdir()
    disk.fill()
    server.start()
    try:
        await eventually(partial(asyncio.to_thread, server.is_healthy), 20)
        disk.free()
        client = await connected(server.url)
        try:
            await client.jetstream().add_stream(name="facts", subjects=["facts.>"])
            await client.jetstream().publish("facts.one", b"x")
        except Error:
            return False
        finally:
            await client.close()
        return True
    finally:
        server.kill()


async def test_what_is_shipped_takes_messages_once_there_is_room(folder: Path) -> None:
    assert await published_after_a_start_on_a_full_disk(folder)


async def test_a_server_that_is_not_told_how_much_it_may_keep_takes_none_and_calls_itself_healthy(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def untold(store: object) -> dict[str, object]:
        return {name: value for name, value in jetstream(store).items() if name != "max_file_store"}

    monkeypatch.setattr("tests.chaos.hosts.nats_server.jetstream", untold)
    assert not await published_after_a_start_on_a_full_disk(folder)
