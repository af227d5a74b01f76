"""`up --nats-cluster 3`: three servers on loopback, of which one may go; and back to one, on the same data."""

import json
import os
import signal
from pathlib import Path

import httpx2
import nats
import nats.errors
import pytest

from deploy.local import broker, running
from deploy.local.nats_cluster import folders
from shared.messaging.permissions import inbox_prefix
from tests.deploy.conftest import Run, a_free_port
from tests.support.doors import listening
from tests.support.patience import eventually

pytestmark = [pytest.mark.servers, pytest.mark.slow]


async def test_the_cases_agree_on_three_servers_of_which_one_is_killed_and_then_on_one(run: Run, data: Path) -> None:
    port = a_free_port()
    up = run("up", "--detach", "--no-cases", "--nats-cluster", "3", "--port", port)
    assert up.returncode == 0, up.stdout + up.stderr
    assert "PostgreSQL and three NATS servers started" in up.stdout
    await eventually(lambda: has_replicas(data, 3))
    pids = [int((folder / "nats.pid").read_text()) for folder in folders(data)]
    assert {address for pid in pids for address in listening(pid)} == {"127.0.0.1"}
    os.kill(pids[1], signal.SIGKILL)

    played = run("cases", "--json")
    assert played.returncode == 0, played.stdout + played.stderr
    acts = json.loads(played.stdout)
    assert (len(acts), all(act["agrees"] for act in acts)) == (51, True)
    await eventually(lambda: is_ready(port), 30)
    assert "nats-server-ended" in (data / "stack.log").read_text()

    found = running.find(data)
    assert found is not None
    os.kill(found.pid, signal.SIGKILL)
    resumed = run("up", "--detach", "--no-cases", "--port", port)
    assert resumed.returncode == 0, resumed.stdout + resumed.stderr
    assert "its streams are filled anew from the databases" in resumed.stdout
    await eventually(lambda: is_ready(port))
    await eventually(lambda: has_replicas(data, 1))
    assert "with 1 NATS server" in run("up", "--nats-cluster", "3", "--port", port).stderr
    assert run("down").returncode == 0


async def is_ready(port: str) -> bool:
    """Whether every service answers that it is."""
    async with httpx2.AsyncClient(trust_env=False, timeout=20) as client:
        answers = [
            await client.get(f"http://127.0.0.1:{port}/{service}/readyz")
            for service in ("partnerships", "intake", "credentials", "oversight")
        ]
    return all(answer.status_code == 200 for answer in answers)


async def has_replicas(data: Path, count: int) -> bool:
    """Whether so many servers keep the stream of partnerships, as its own user is told."""
    passwords = broker.kept_passwords(data / "nats-passwords.json")
    used = [folder for folder in (data / "nats", *folders(data)) if (folder / "jetstream").exists()]
    ports = [json.loads(next(folder.glob("*.ports")).read_text())["nats"][0] for folder in used]
    client = await nats.connect(
        ports, user="partnerships", password=passwords["partnerships"], inbox_prefix=inbox_prefix("partnerships")
    )
    try:
        info = await client.jetstream().stream_info("facts-partnerships")
        return (info.config.num_replicas or 1) == count
    except nats.errors.Error:  # its relay has not made it yet, or the servers are choosing a leader
        return False
    finally:
        await client.close()
