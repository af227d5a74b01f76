"""`/healthz` and `/readyz` tell the truth: on servers of their own, of which one and then the other goes away."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.local.nats import Nats
from deploy.local.postgres import Postgres
from deploy.local.stack import run_services
from tests.support.patience import eventually
from tests.support.serving import client_of

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


async def test_readiness_names_what_is_in_the_way_and_health_says_that_the_process_runs(folder: Path) -> None:
    postgres = Postgres.start(folder / "postgres", durable=False)
    nats = Nats.start(folder / "nats", durable=False)
    try:
        async with (
            run_services(postgres, nats, folder / "keys", services=("partnerships",)) as stack,
            client_of(stack.app, 20) as client,
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
