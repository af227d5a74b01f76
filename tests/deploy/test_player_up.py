"""`up`, `cases` and `down` as `./dev` calls them: the stack as a process, killed and resumed."""

import json
import os
import re
import signal
import socket
from pathlib import Path

import httpx2
import pytest

from deploy.local import running
from tests.deploy.conftest import Run, a_free_port

pytestmark = [pytest.mark.servers, pytest.mark.slow]
KEY = re.compile(r"consortia_\w+")


def test_a_killed_stack_resumes_with_its_keys_and_the_cases_agree(run: Run, data: Path) -> None:
    port = a_free_port()
    first = run("up", "--detach", "--no-cases", "--port", port)
    assert first.returncode == 0, first.stdout + first.stderr
    played = run("cases", "--json")
    assert played.returncode == 0, played.stdout + played.stderr
    acts = json.loads(played.stdout)
    assert (len(acts), all(act["agrees"] for act in acts)) == (51, True)
    found = running.find(data)
    assert found is not None

    os.kill(found.pid, signal.SIGKILL)
    resumed = run("up", "--detach", "--port", port)
    assert resumed.returncode == 0, resumed.stdout + resumed.stderr
    assert "27 of 27 acts, 23 accepted, 4 refused, as the case expects" in resumed.stdout
    keys = set(KEY.findall(resumed.stdout))
    assert keys
    assert keys <= set(KEY.findall((data / "keys.json").read_text()))
    curl = next(line.strip() for line in resumed.stdout.splitlines() if line.strip().startswith("curl"))
    header, address = re.findall(r"'([^']+)'", curl)
    answer = httpx2.get(address, headers=dict([header.split(": ")]), trust_env=False)
    assert answer.json()["columns"]

    again = run("up", "--port", port)
    assert (again.returncode, f"http://127.0.0.1:{port}" in again.stdout) == (0, True)
    assert run("down").returncode == 0
    assert running.find(data) is None
    assert "run ./dev up --detach first" in run("cases", "--json").stderr


def test_a_port_that_is_taken_is_named_with_the_next_step(run: Run, data: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        refused = run("up", "--port", str(taken.getsockname()[1]))
    assert refused.returncode == 1
    assert "Choose another: ./dev up --port" in refused.stderr
    assert not (data / "postgres").exists()
