"""`history` as `./dev` calls it: into a stack that runs, into one that does not, and where there is none."""

import asyncio
import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import httpx2
import pytest

from deploy.local import running
from deploy.local.history_command import connect, import_log
from deploy.local.history_progress import Progress
from deploy.local.kept import Kept
from deploy.local.processes import CannotStart
from shared.eventstore.connections import closed
from shared.eventstore.importing import Importer
from tests.deploy.conftest import Run, a_free_port
from tests.shared.eventstore.requests import event, request, stream
from tests.support.databases import Database, open_store
from tests.support.servers import CHECKOUT

pytestmark = [pytest.mark.servers, pytest.mark.slow]


class Person:
    """Somebody of a generated community, with their key."""

    def __init__(self, data: Path, community: str, name: str) -> None:
        found, keys = running.find(data), Kept(data).keys()
        assert found is not None
        assert keys is not None
        self._base = found.base
        self._headers = {"Authorization": f"Bearer {keys.cases[community].people[name]}"}

    def get(self, path: str) -> Any:
        """The answer, once the service has heard of the person's key, and knows that it is heard of lately enough."""
        while (answer := self._ask(path)).status_code in (401, 503):
            time.sleep(0.2)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def _ask(self, path: str) -> "httpx2.Response":
        return httpx2.get(self._base + path, headers=self._headers, timeout=20, trust_env=False)

    def post(self, path: str, body: Any) -> "httpx2.Response":
        return httpx2.post(self._base + path, json=body, headers=self._headers, timeout=20, trust_env=False)


def test_a_history_comes_into_a_running_stack_whose_people_go_on_with_it(run: Run, data: Path) -> None:
    assert run("up", "--detach", "--no-cases", "--port", a_free_port()).returncode == 0
    done = run("history", "--events", "1500", "--json")
    assert done.returncode == 0, done.stderr
    summary = json.loads(done.stdout)
    assert (summary["events"], summary["imported"], summary["there_already"]) == (1500, 1500, 0)
    assert sum(summary["by_log"].values()) == 1500
    (community,) = summary["communities"]
    assert "1,500 of 1,500 events" in done.stderr

    advisor = Person(data, community, "industry-1/senior-member")
    one = until(lambda: next(iter(waiting(advisor)), None))
    steps = advisor.get(f"/credentials/v1/microcredentials/{one}")["steps"]
    digest = next(step["digest"] for step in steps if step["key"] == "industry-validation")
    given = {"decision": "endorse", "digest": digest, "in_demand": True, "assessment_reflects_job": True}
    signed = advisor.post(f"/credentials/v1/microcredentials/{one}/steps/industry-validation/sign-offs", given)
    assert signed.status_code == 201, signed.text
    until(lambda: one not in waiting(advisor))
    told = (data / "stack.log").read_text()
    assert "reaction-refused" not in told
    assert '"level": "error"' not in told

    again = json.loads(run("history", "--events", "1500", "--json").stdout)
    assert (again["imported"], again["there_already"], again["communities"]) == (0, 1500, [community])


def waiting(advisor: Person) -> list[str]:
    """The microcredentials whose industry validation is in the advisor's inbox."""
    return [
        entry["id"]
        for entry in advisor.get("/oversight/v1/inbox")["items"]
        if entry.get("step") == "industry-validation"
    ]


def until(question: Any) -> Any:
    """The answer, once it is true: the relays and projections need a moment."""
    deadline = time.monotonic() + 60
    while not (answer := question()):
        assert time.monotonic() < deadline
        time.sleep(0.2)
    return answer


def test_a_history_comes_into_the_databases_of_a_stopped_stack_and_is_there_when_it_starts(
    run: Run, data: Path
) -> None:
    port = a_free_port()
    assert run("up", "--detach", "--no-cases", "--port", port).returncode == 0
    assert run("down").returncode == 0
    done = run("history", "--events", "1200", "--seed", "other", "--until", "2026-01-01")
    assert done.returncode == 0, done.stderr
    assert "PostgreSQL was started for this" in done.stdout
    assert "1,200 imported" in done.stdout
    assert run("up", "--detach", "--no-cases", "--port", port).returncode == 0
    keys = Kept(data).keys()
    assert keys is not None
    (community,) = keys.cases
    auditor = Person(data, community, "auditor")
    assert until(lambda: [column for column in auditor.get("/oversight/v1/board")["columns"] if column["cards"]])


async def test_an_import_that_falls_silent_in_a_chunk_is_ended_by_the_server_and_appends_go_on(
    database: Database,
) -> None:
    connection = await connect(database.url, silent_for=200)
    try:
        await connection.execute("BEGIN")
        last = await connection.fetchval("SELECT last_index FROM store.begin_import()")
        async with open_store(database) as store, asyncio.timeout(60):
            appended = await store.append(request(event(stream(), 1)))
        assert appended.first_index == last + 1
        with pytest.raises(CannotStart, match="run the same command again"):
            await import_log(Importer(connection), [request(event(stream(), 1))], Progress(1))
    finally:
        await closed(connection)


async def test_an_import_has_limits_for_a_statement_and_for_silence_in_a_chunk(database: Database) -> None:
    connection = await connect(database.url)
    try:
        assert await connection.fetchval("SHOW statement_timeout") == "30s"
        assert await connection.fetchval("SHOW idle_in_transaction_session_timeout") == "10s"
        assert await connection.fetchval("SELECT current_user") == "consortia_importer"
    finally:
        await closed(connection)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--events", "5000"), "run ./dev up once"),
        (("--events", "10"), "1,000 to 20,000,000 events"),
        (("--events", "999999999"), "1,000 to 20,000,000 events"),
        (("--events", "5000", "--until", "2999-01-01"), "has not begun"),
    ],
)
def test_what_cannot_be_done_is_said_with_the_next_step(run: Run, arguments: tuple[str, ...], says: str) -> None:
    refused = run("history", *arguments)
    assert (refused.returncode, refused.stdout) == (1, "")
    assert says in refused.stderr
    assert "Traceback" not in refused.stderr


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("history",), "--events"),
        (("history", "--events", "many"), "many is not a number: give one such as 100000"),
        (("history", "--events", "-5"), "-5"),
        (("history", "--events", "5000", "--until", "soon"), "soon is not a day: give one such as 2026-10-31"),
        (("bench",), "what"),
        (("bench", "nothing"), "nothing"),
    ],
)
def test_dev_says_what_it_does_not_understand_before_it_sets_anything_up(arguments: tuple[str, ...], says: str) -> None:
    command = [sys.executable, str(CHECKOUT / "dev"), *arguments]
    refused = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (refused.returncode, refused.stdout) == (2, "")
    assert says in refused.stderr
    assert "Traceback" not in refused.stderr
