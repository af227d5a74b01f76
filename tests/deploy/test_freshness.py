"""Each service knows how fresh its picture of the others is: in `/readyz`, in its metrics, and for whoever decides."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, cast

import httpx2
import pytest
import pytest_asyncio
from msgspec import structs

from services.intake.app import SERVICE as INTAKE
from services.partnerships.app import SERVICE as PARTNERSHIPS
from shared.service import open_platform
from shared.service.platform import Platform
from shared.service.roles import web_app, workers
from tests.support.databases import create_from_template, drop, fresh_name, settings_for
from tests.support.patience import eventually, meanwhile
from tests.support.running import forget_streams
from tests.support.servers import Servers

pytestmark = [pytest.mark.servers]


class Two:
    """Partnerships and intake on one broker; what runs in them is up to the test."""

    def __init__(self, partnerships: Platform, intake: Platform, http: httpx2.AsyncClient) -> None:
        self.partnerships, self.intake, self._http = partnerships, intake, http

    async def freshness(self) -> dict[str, dict[str, float | None]]:
        found: dict[str, dict[str, float | None]] = (await self._http.get("/intake/readyz")).json()["freshness"]
        return found

    async def in_the_way(self) -> str:
        """What stands against intake for its picture of partnerships; empty where nothing does."""
        said = (await self._http.get("/intake/readyz")).json()["in_the_way"]
        return str(said.get("freshness of partnerships", ""))

    async def metric(self) -> float:
        lines = (await self._http.get("/intake/metrics")).text.splitlines()
        start = 'consortia_heard_freshness_seconds{log="partnerships"}'
        return next(float(line.split()[-1]) for line in lines if line.startswith(start))


@pytest_asyncio.fixture
async def two(servers: Servers) -> AsyncIterator[Two]:
    name = fresh_name()
    async with _platform(servers, name, "partnerships") as partnerships, _platform(servers, name, "intake") as intake:
        transport = httpx2.ASGITransport(app=cast("Any", web_app(intake)))
        async with httpx2.AsyncClient(transport=transport, base_url="http://intake") as http:
            yield Two(partnerships, intake, http)
    await forget_streams(servers, name)


@asynccontextmanager
async def _platform(servers: Servers, name: str, service: str) -> AsyncIterator[Platform]:
    database = f"{name}_{service}"
    await create_from_template(servers, service, database)
    settings = settings_for(servers, database, service)
    described = {"partnerships": PARTNERSHIPS, "intake": INTAKE}[service]
    async with open_platform(described, structs.replace(settings, nats_prefix=name)) as platform:
        yield platform
    await drop(servers, database)


async def test_a_service_is_fresh_while_the_relay_beats_and_it_hears_and_stale_when_either_ends(
    two: Two, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.service.platform.STALE", 1.5)

    async def says(what: str) -> bool:
        return what in await two.in_the_way()

    async def is_fresh() -> bool:
        return not await two.in_the_way()

    assert await two.metric() == float("inf")
    assert "never heard" in await two.in_the_way()
    assert (await two.freshness())["partnerships"] == {"index": 0, "seconds": None}
    async with meanwhile(*workers(two.intake, {"react"})):
        async with meanwhile(*workers(two.partnerships, {"relay"})):
            await eventually(is_fresh)
            assert await two.intake.freshness.age("partnerships") < 2
            assert await two.metric() < 2
            assert (await two.freshness())["partnerships"]["seconds"] is not None
        await eventually(lambda: says("last heard"))
        async with meanwhile(*workers(two.partnerships, {"relay"})):
            await eventually(is_fresh)


async def test_a_service_never_doubts_its_own_log(two: Two) -> None:
    assert await two.partnerships.freshness.age("partnerships") == 0.0
    assert await two.partnerships.fresh() == {}
