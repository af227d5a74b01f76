"""The auditor's page is executed, line by line, on the logs of a stack that has played the cases."""

import asyncio
import doctest
import os
import re
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest
import pytest_asyncio

from deploy.local.case_file import read_cases
from deploy.local.kept import Kept, Keys
from deploy.local.player import play
from tests.support.running import Running
from tests.support.servers import Servers

pytestmark = pytest.mark.servers
ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "auditing-with-eventsourcing.md"


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def played(stack: Running, servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Running]:
    """The cases, played; and the page's auditor, who may read."""
    kept = Kept(tmp_path_factory.mktemp("player"))
    kept.save_keys(Keys(stack.operator_key))
    await play(read_cases(), stack.url, kept, lambda *_: None)
    administrator = await asyncpg.connect(servers.postgres.url("postgres"))
    create, grant = blocks("sql")
    await administrator.execute(create)
    owners = [
        await asyncpg.connect(stack.platforms[log].settings.database_url) for log in ("credentials", "partnerships")
    ]
    for owner in owners:
        await owner.execute(grant)
    yield stack
    for owner in owners:
        await owner.execute("DROP OWNED BY auditor")
        await owner.close()
    await administrator.execute("DROP ROLE auditor")
    await administrator.close()


def exported(stack: Running, servers: Servers) -> dict[str, str]:
    """What the page's shell block exports, with the stack's own databases and socket in the place of `./dev up`'s."""
    (script,) = blocks("sh")
    script = script.replace(".local/postgres", str(servers.folder / "postgres"))
    for log in ("credentials", "partnerships"):
        name = stack.platforms[log].settings.database_url.partition("@/")[2].partition("?")[0]
        script = script.replace(f"@/{log}?", f"@/{name}?")
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    told = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", f"{script}\nenv -0"],
        cwd=ROOT, env={"PATH": path}, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    return dict(line.partition("=")[::2] for line in told.split("\0") if "CONSORTIA_" in line or "PERSISTENCE" in line)


async def test_every_line_of_the_auditors_page_says_what_it_says(
    played: Running, servers: Servers, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in exported(played, servers).items():
        monkeypatch.setenv(name, value)
    session = doctest.DocTestParser().get_doctest("\n".join(blocks("python")), {}, PAGE.name, str(PAGE), 0)
    said: list[str] = []
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS)
    before = await played.last_index()
    failures = await asyncio.to_thread(runner.run, session, out=said.append)
    assert not failures.failed, "".join(said)
    assert failures.attempted > 20
    assert await played.last_index() == before
