"""A reader at the end of the log while two processes write to it."""

import asyncio
import json
import sys

import pytest

from shared.eventstore.postgres import PostgresStore
from tests.support.databases import Database
from tests.support.servers import CHECKOUT

EACH = 10_000


async def acknowledged_by_a_process(url: str) -> dict[str, int]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.support.writing",
        url,
        str(EACH),
        "32",
        cwd=CHECKOUT,
        stdout=asyncio.subprocess.PIPE,
    )
    told, _ = await process.communicate()
    assert process.returncode == 0
    return dict(json.loads(told))


@pytest.mark.slow
async def test_a_tailing_reader_misses_nothing_of_what_two_processes_commit(empty: Database) -> None:
    store = PostgresStore(empty.appender)
    seen: dict[str, int] = {}
    versions: dict[str, int] = {}

    async def tail() -> None:
        index = 0
        while len(seen) < 2 * EACH:
            page = await store.page(index, 500)
            for one in page:
                assert one.index == index + 1, "no gap, and nothing comes late below what was read"
                assert one.originator_version == versions.get(one.originator_id, 0) + 1
                index, versions[one.originator_id] = one.index, one.originator_version
                seen[str(one.id)] = one.index

    async with asyncio.timeout(120):
        first, second, _ = await asyncio.gather(
            acknowledged_by_a_process(empty.url), acknowledged_by_a_process(empty.url), tail()
        )
    assert first | second == seen
    assert not first.keys() & second.keys()
    assert await store.last_index() == 2 * EACH
