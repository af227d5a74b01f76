"""Several `project` processes of one service: one leads; when it is killed another goes on. And the role `rebuild`."""

import os
import signal
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest

from shared.eventstore.projections import PAGE
from shared.kernel import new_id
from tests.shared.eventstore.deciding import commands, register
from tests.shared.eventstore.projecting import as_administrator
from tests.support.databases import Database, fresh_database, open_store
from tests.support.patience import eventually
from tests.support.servers import CHECKOUT, Servers

pytestmark = [pytest.mark.servers, pytest.mark.slow]


def start(database: Database, role: str) -> subprocess.Popen[str]:
    """A process of its own, told by environment variables alone."""
    settings = database.settings
    environment = {
        "PATH": os.environ["PATH"],
        "CONSORTIA_DATABASE_URL": settings.database_url,
        "CONSORTIA_NATS_URL": settings.nats_url,
        "CONSORTIA_NATS_PREFIX": settings.nats_prefix,
        "CONSORTIA_NOTE_KEYS": settings.note_keys,
    }
    command = [sys.executable, "-m", "services.partnerships", role]
    return subprocess.Popen(command, env=environment, cwd=CHECKOUT, stderr=subprocess.PIPE, text=True)


async def say(database: Database, facts: int) -> None:
    async with open_store(database) as store:
        await register(commands(store), [new_id() for _ in range(facts)])


async def stands_at(database: Database, index: int) -> bool:
    asked = "select exists (select from read.positions where projection = 'agreements' and index = $1)"
    return bool(await database.appender.fetchval(asked, index))


async def leading(database: Database) -> int | None:
    """The process that leads the projection of agreements, by what its connection says of itself."""
    asked = "select holder from read.leases where projection = 'agreements'"
    (row,) = await as_administrator(database, asked) or [{"holder": None}]
    return None if row["holder"] is None else int(row["holder"].rstrip(")").rpartition(":")[2])


async def test_when_the_leading_process_is_killed_outright_another_goes_on(servers: Servers, tmp_path: Path) -> None:
    async with fresh_database(servers, "partnerships") as database:
        processes = {process.pid: process for process in (start(database, "project") for _ in range(2))}
        try:
            await say(database, 30)
            await eventually(partial(stands_at, database, 30), 60)
            first = await leading(database)
            assert first in processes
            os.kill(first, signal.SIGKILL)
            await say(database, 30)
            await eventually(partial(stands_at, database, 60), 60)
            assert {first, await leading(database)} == set(processes)
        finally:
            for process in processes.values():
                process.terminate()
            ended = {process.pid: process.wait(20) for process in processes.values()}
            for process in processes.values():
                assert process.stderr is not None
                process.stderr.close()
    assert sorted(ended.values()) == [-signal.SIGKILL, 0]


async def test_the_role_rebuild_says_how_many_facts_it_folded_how_fast(servers: Servers) -> None:
    async with fresh_database(servers, "partnerships") as database:
        await say(database, PAGE)
        await say(database, 10)
        rebuilding = start(database, "rebuild")
        _, told = rebuilding.communicate(timeout=60)
        assert rebuilding.returncode == 0, told
        assert f"agreements: {PAGE + 10} facts folded in " in told
        assert await stands_at(database, PAGE + 10)
