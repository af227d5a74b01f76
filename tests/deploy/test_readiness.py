"""`/healthz` and `/readyz` tell the truth: on servers of their own, of which one and then the other goes away."""

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx2
import pytest

from deploy.local.nats import Nats
from deploy.local.postgres import Postgres
from deploy.local.stack import run_services
from shared.service.roles import serve
from tests.support.patience import eventually

pytestmark = [pytest.mark.servers, pytest.mark.slow]


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder every user may pass to; pytest's own tmp_path is closed to others."""
    found = Path(tempfile.mkdtemp(prefix="consortia-test-"))
    found.chmod(0o755)
    yield found
    Postgres.remove(found / "postgres")
    Nats.remove(found / "nats")
    shutil.rmtree(found, ignore_errors=True)


@asynccontextmanager
async def served(app: Any) -> AsyncIterator[httpx2.AsyncClient]:
    stop, listening = asyncio.Event(), asyncio.get_running_loop().create_future()

    async def ready(port: int) -> None:
        listening.set_result(port)

    serving = asyncio.ensure_future(serve(app, "127.0.0.1", 0, stop, ready))
    try:
        async with httpx2.AsyncClient(base_url=f"http://127.0.0.1:{await listening}", timeout=20) as client:
            yield client
    finally:
        stop.set()
        await serving


async def test_readiness_names_what_is_in_the_way_and_health_says_that_the_process_runs(folder: Path) -> None:
    postgres = Postgres.start(folder / "postgres", durable=False)
    nats = Nats.start(folder / "nats", durable=False)
    try:
        async with (
            run_services(postgres, nats, folder / "keys", services=("partnerships",)) as stack,
            served(stack.app) as client,
        ):
            assert (await client.get("/partnerships/readyz")).status_code == 200

            async def names(what: str) -> bool:
                answer = await client.get("/partnerships/readyz")
                return answer.status_code == 503 and what in answer.json()["in_the_way"]

            nats.stop()
            await eventually(lambda: names("broker"))
            nats = Nats.start(folder / "nats", port=nats.port, durable=False)

            async def is_ready() -> bool:
                return (await client.get("/partnerships/readyz")).status_code == 200

            await eventually(is_ready, 30)
            postgres.stop()
            await eventually(lambda: names("database"))
            key = {"Authorization": "Bearer " + stack.migrated[0].split()[-1]}
            answer = await client.get("/partnerships/v1/whoami", headers=key)
            assert (answer.status_code, answer.json()["type"]) == (503, "/problems/unavailable")
            assert answer.headers["retry-after"] == "1"
            assert (await client.get("/partnerships/healthz")).status_code == 200
    finally:
        postgres.stop()
        nats.stop()
