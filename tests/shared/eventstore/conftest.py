"""Every store there is, each with an empty log."""

from collections.abc import AsyncIterator

import asyncpg
import pytest
import pytest_asyncio

from shared.eventstore.memory import MemoryStore
from shared.eventstore.vocabulary import EventStore
from tests.shared.eventstore.projecting import make_table
from tests.support.databases import Database, fresh_database, open_store


@pytest_asyncio.fixture
async def empty(request: pytest.FixtureRequest) -> AsyncIterator[Database]:
    """A database of the test's own."""
    async with fresh_database(request.getfixturevalue("servers"), "partnerships") as made:
        yield made


@pytest_asyncio.fixture
async def holder(empty: Database) -> AsyncIterator[asyncpg.Connection]:
    """A connection that can hold up every append, by holding the head of the log."""
    connection = await asyncpg.connect(empty.url)
    yield connection
    await connection.close()


@pytest_asyncio.fixture
async def tallied(empty: Database) -> Database:
    """The same, with the table of the projection that counts facts one by one."""
    await make_table(empty)
    return empty


@pytest_asyncio.fixture(params=["memory", "postgres"])
async def store(request: pytest.FixtureRequest) -> AsyncIterator[EventStore]:
    """Each kind of store in turn; a test that passes on both says that the twin is one."""
    if request.param == "memory":
        yield MemoryStore()
        return
    async with (
        fresh_database(request.getfixturevalue("servers"), "partnerships") as made,
        open_store(made) as opened,
    ):
        yield opened
