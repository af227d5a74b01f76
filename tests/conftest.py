"""Fixtures for every test. Servers start when the first test asks for them, one pair per run, whatever the workers."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
import pytest_asyncio
from hypothesis import HealthCheck, settings

from tests.support.community import Communities
from tests.support.databases import Database, fresh_database
from tests.support.running import Running, client, present_services, running
from tests.support.servers import HostProcess, Servers, reach

HOST = pytest.StashKey[HostProcess]()
FOLDER = pytest.StashKey[Path]()


def pytest_configure(config: pytest.Config) -> None:
    """The controller (or the only process) holds the host; workers are told its folder."""
    settings.register_profile("under load", deadline=None, suppress_health_check=[HealthCheck.too_slow])
    settings.load_profile("under load")  # a machine with much to do draws slowly: that says nothing of the code
    if (told := getattr(config, "workerinput", None)) is not None:
        config.stash[FOLDER] = Path(told["host"])
        return
    config.stash[HOST] = HostProcess()
    config.stash[FOLDER] = config.stash[HOST].folder


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Of pytest-xdist: what a new worker is told."""
    node.workerinput["host"] = str(node.config.stash[FOLDER])


def pytest_unconfigure(config: pytest.Config) -> None:
    if HOST in config.stash:
        config.stash[HOST].stop()


@pytest.fixture(scope="session")
def servers(pytestconfig: pytest.Config) -> Servers:
    """The run's PostgreSQL and NATS."""
    return reach(pytestconfig.stash[FOLDER])


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def database(servers: Servers, request: pytest.FixtureRequest) -> AsyncIterator[Database]:
    """A migrated database for the module; of partnerships, or of the service the module names in `SCHEMA`."""
    async with fresh_database(servers, getattr(request.module, "SCHEMA", "partnerships")) as made:
        yield made


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stack(servers: Servers, request: pytest.FixtureRequest) -> AsyncIterator[Running]:
    """Every service in the tree, running; or those the module names in `SERVICES`."""
    async with running(servers, getattr(request.module, "SERVICES", None) or present_services()) as started:
        yield started


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def http(stack: Running) -> AsyncIterator[httpx2.AsyncClient]:
    """A client of the running services."""
    async with client(stack.url) as made:
        yield made


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def communities(stack: Running, http: httpx2.AsyncClient) -> Communities:
    """Opens communities on the module's stack; each is invisible from the others."""
    return Communities(stack, http)
