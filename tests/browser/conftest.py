"""One stand and one browser for every test here, on each worker; a window of its own for whoever visits."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack

import pytest
import pytest_asyncio
from playwright.async_api import Browser

from tests.browser.stand import Stand, standing
from tests.browser.visiting import Visitor, chromium, visiting
from tests.support.community import Communities
from tests.support.running import client
from tests.support.servers import Servers

Visit = Callable[..., Awaitable[Visitor]]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What is made once for the package lives on the package's loop, and so do its tests."""
    here = str(__package__)
    for item in items:
        if isinstance(item, pytest.Function) and item.module.__name__.startswith(here):
            item.add_marker(pytest.mark.asyncio(loop_scope="package"), append=False)
            item.add_marker(pytest.mark.servers)


@pytest_asyncio.fixture(scope="package", loop_scope="package")
async def browser() -> AsyncIterator[Browser]:
    """Debian's chromium; asked for before `stand`, so that nothing is played where there is none."""
    async with chromium() as started:
        yield started


@pytest_asyncio.fixture(scope="package", loop_scope="package")
async def stand(browser: Browser, servers: Servers) -> AsyncIterator[Stand]:
    """The pages, with the real cases played."""
    async with standing(servers) as made:
        yield made


@pytest_asyncio.fixture(scope="package", loop_scope="package")
async def here(stand: Stand) -> AsyncIterator[Communities]:
    """Opens communities of a test's own on the stand: what changes something happens there."""
    async with client(stand.url) as http:
        yield Communities(stand.running, http)


@pytest_asyncio.fixture(loop_scope="package")
async def visit(browser: Browser, stand: Stand) -> AsyncIterator[Visit]:
    """Opens windows. By the end none may have asked another host, nor complained of anything."""
    async with AsyncExitStack() as windows:
        visitors: list[Visitor] = []

        async def opened(**seen: object) -> Visitor:
            visitors.append(await windows.enter_async_context(visiting(browser, stand.url, **seen)))
            return visitors[-1]

        yield opened
        assert [complaint for visitor in visitors for complaint in visitor.complaints] == []
