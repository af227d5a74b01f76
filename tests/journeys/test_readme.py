"""The README is executed: every line of its shell blocks, in order, in one shell, on a stack of its own."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.fleet import free_port

ROOT = Path(__file__).parents[2]
BLOCK = re.compile(r"^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def lines() -> list[str]:
    """Every line to paste. `./dev up` is started detached, with its default port moved; `./dev test` runs this test."""
    found = [line for block in BLOCK.findall((ROOT / "README.md").read_text()) for line in block.splitlines() if line]
    assert [line.split("  ")[0] for line in found[:2]] == ["./dev up", "./dev test"]
    return found[2:]


@pytest.mark.servers
@pytest.mark.slow
def test_every_line_of_the_readme_works_when_pasted(tmp_path: Path) -> None:
    environment = os.environ | {
        "CONSORTIA_DATA": str(tmp_path),
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
    }

    def run(script: str) -> str:
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", script],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=240,
            check=False,
        )
        assert done.returncode == 0, f"{script}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
        return done.stdout

    try:
        run(f"./dev up --detach --port {free_port()}")
        told = run("\n".join(f"printf '%s\\n' {quoted(line)}\n{line}" for line in lines()))
    finally:
        run("./dev down")
    answers = answered(told)
    assert "cican/programs" in answers["?matter=funding"]
    assert '"stage": "sign-off"' in answers["/oversight/v1/board"]
    assert "/responses" in answers["/oversight/v1/inbox"]
    assert "intake.concept-responded.v1" in answers["/responses"]
    assert "not-theirs-to-decide" in answers["/accept"]
    assert "nscc/dean approved academic-approval" in answers["/story"]
    assert '"state": "validating"' in answers["?at=2023-02-21"]
    assert '"status": "decided"' in answers["&at=2023-02-20"]
    assert "credentials.pathway-published.v1" in answers["/facts?"]


def answered(told: str) -> dict[str, str]:
    """What each line printed, by a telling part of the line."""
    found = {}
    for part in ("?matter=funding", "/oversight/v1/board", "/oversight/v1/inbox", "/responses", "/accept", "/story",
                 "?at=2023-02-21", "&at=2023-02-20", "/facts?"):  # fmt: skip
        line = next(line for line in lines() if part in line)
        found[part] = told.partition(line + "\n")[2].partition("\ncurl ")[0]
    return found


def quoted(line: str) -> str:
    return "'" + line.replace("'", "'\\''") + "'"
