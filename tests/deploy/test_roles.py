"""A real case once more, with every role of compose.yaml as its own process, told by environment variables alone.

Each is on the broker as the user of its service, with what that is granted.
"""

import asyncio
import os
import re
import subprocess
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx2
import pytest

from deploy.local.broker import kept_passwords
from deploy.local.case_file import Case, read_cases
from deploy.local.kept import Kept, Keys, Outcome
from deploy.local.nats import Nats, Users
from deploy.local.player import play
from deploy.local.stack import SERVICES
from shared.service.roles import serve
from tests.deploy.test_compose import OURS
from tests.support.databases import drop, fresh_name
from tests.support.fleet import ROLES, Fleet
from tests.support.servers import CHECKOUT, Servers

pytestmark = [pytest.mark.servers, pytest.mark.slow]


@asynccontextmanager
async def one_address(ports: dict[str, int]) -> AsyncIterator[str]:
    """An ingress, as small as can be: each prefix goes to its service."""
    async with httpx2.AsyncClient(timeout=20) as client:

        async def app(scope: Any, receive: Any, send: Any) -> None:
            if scope["type"] == "lifespan":
                while True:
                    message = await receive()
                    await send({"type": f"{message['type']}.complete"})
                    if message["type"] == "lifespan.shutdown":
                        return
            body, more = b"", True
            while more:
                message = await receive()
                body, more = body + message.get("body", b""), message.get("more_body", False)
            port = ports[scope["path"].split("/")[1]]
            url = f"http://127.0.0.1:{port}{scope['raw_path'].decode()}?{scope['query_string'].decode()}"
            headers = [(name, value) for name, value in scope["headers"] if name != b"host"]
            answer = await client.request(scope["method"], url.rstrip("?"), content=body, headers=headers)
            told = [(name.lower(), value) for name, value in answer.headers.raw]
            await send({"type": "http.response.start", "status": answer.status_code, "headers": told})
            await send({"type": "http.response.body", "body": answer.content})

        stop, listening = asyncio.Event(), asyncio.get_running_loop().create_future()

        async def ready(port: int) -> None:
            listening.set_result(port)

        serving = asyncio.ensure_future(serve(app, "127.0.0.1", 0, stop, ready))
        try:
            yield f"http://127.0.0.1:{await listening}"
        finally:
            stop.set()
            await serving


def told_nobody(case: Case, outcomes: Sequence[Outcome]) -> None:
    """A player that is not listened to."""


async def test_a_case_plays_over_fifteen_processes_and_each_ends_in_good_order(
    servers: Servers, tmp_path: Path
) -> None:
    assert sorted(f"{service}-{role}" for service, role in ROLES) == sorted(
        name for name, each in OURS.items() if each["command"][1] != "migrate"
    )
    prefix = fresh_name()
    users = Users(kept_passwords(tmp_path / "nats-passwords.json"), prefix)
    broker = Nats.start(tmp_path / "nats", users=users, durable=False)
    fleet = Fleet(prefix, servers.postgres, broker.url_for, tmp_path)
    try:
        printed = [fleet.migrate(service) for service in SERVICES]
        (operator,) = re.findall(r"consortia_\S+", "".join(printed))
        fleet.start_all()
        await fleet.until_ready()
        kept = Kept(tmp_path)
        kept.save_keys(Keys(operator))
        async with one_address(fleet.ports) as base:
            outcomes = await play([case for case in read_cases() if case.key == "nscc-cican"], base, kept, told_nobody)
    finally:
        ended = fleet.stop()
        broker.stop()
        await drop(servers, *(fleet.database(service) for service in SERVICES))
    assert [outcome for outcome in outcomes if not outcome.agrees] == []
    assert len(outcomes) == 27
    assert len(ended) == 15
    assert set(ended.values()) == {0}, ended
    assert "broker-denies" not in logs_in(tmp_path)


def logs_in(folder: Path) -> str:
    """What all the processes logged."""
    return "".join(log.read_text() for log in folder.glob("*.log"))


def test_wrong_settings_are_all_named_in_one_message() -> None:
    command = [sys.executable, "-m", "services.intake", "serve"]
    wrong = {"PATH": os.environ["PATH"], "CONSORTIA_DATABASE_URL": "mysql://x", "CONSORTIA_PORT": "many"}
    done = subprocess.run(command, env=wrong, cwd=CHECKOUT, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    for name in ("DATABASE_URL is wrong", "PORT is wrong", "NATS_URL is missing", "NOTE_KEYS is missing"):
        assert f"CONSORTIA_{name}" in done.stderr
