"""An environment in which the library finds our door, with a database of each test's own: indexes begin at 1."""

import asyncio
import gc
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.support.databases import create_from_template, drop, fresh_name
from tests.support.servers import Servers


@contextmanager
def empty_log(servers: Servers) -> Iterator[str]:
    """The address of a database with an empty log, dropped at the end."""
    name = fresh_name()
    asyncio.run(create_from_template(servers, "partnerships", name))
    try:
        yield servers.postgres.url(name)
    finally:
        gc.collect()  # an application the test let go of closes its connections before the database goes
        asyncio.run(drop(servers, name))


@pytest.fixture
def url(servers: Servers) -> Iterator[str]:
    """Where an empty log is."""
    with empty_log(servers) as address:
        yield address


@pytest.fixture
def writing(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The library's own variables: its applications persist through our door."""
    for name, value in environment(url).items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def projecting(writing: None, servers: Servers, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """As `writing`; and the application Counters has a log of its own, as every application that writes."""
    with empty_log(servers) as address:
        monkeypatch.setenv("COUNTERS_CONSORTIA_DATABASE_URL", address)
        yield


def environment(url: str, **others: str) -> dict[str, str]:
    """To write through the door."""
    return {
        "PERSISTENCE_MODULE": "shared.eventstore.door",
        "CONSORTIA_DATABASE_URL": url,
        "CONSORTIA_COMMUNITY": "here",
        "CONSORTIA_READ_ONLY": "n",
        **others,
    }
