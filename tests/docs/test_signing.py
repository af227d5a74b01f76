"""The page on signing is executed: its key is registered, its decision signed, its signature verified."""

import asyncio
import os
import re
import subprocess
import sys
from pathlib import Path

from services.credentials.domain import statement
from shared.kernel import Reason
from shared.security.dsse import NotAnEnvelope
from shared.web.problems import title_of
from tests.services.credentials.journeys import requested
from tests.support.community import Communities
from tests.support.running import Running

PAGE = Path(__file__).resolve().parents[2] / "docs" / "signing.md"


async def test_the_example_registers_signs_and_verifies(
    communities: Communities, stack: Running, tmp_path: Path
) -> None:
    world = await requested(communities)
    program = tmp_path / "signing.py"
    program.write_text("\n".join(re.findall(r"^```python\n(.*?)^```$", PAGE.read_text(), re.MULTILINE | re.DOTALL)))
    environment = os.environ | {
        "BASE": stack.url,
        "KEY": world.community.keys["fred"],
        "MICROCREDENTIAL": world.id,
        "STEP": "industry-validation",
    }
    done = await asyncio.to_thread(
        subprocess.run, [sys.executable, str(program)], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    registered, wording, signed, verified = done.stdout.splitlines()
    assert registered.startswith("registered sha-256:")
    assert wording.startswith("Acting as plant/foreman, I decide 'endorse'")
    assert verified == "endorse - The signature holds, by a key that was its signer's when it was given."
    (seen,) = (await world.step("industry-validation"))["sign_offs"]
    assert signed == f"signed {seen['sign_off']}"


def test_the_page_names_every_reason_against_a_signature() -> None:
    told, base = PAGE.read_text(), statement.SignedForOther
    kinds = {NotAnEnvelope} | {
        kind
        for kind in vars(statement).values()
        if isinstance(kind, type) and issubclass(kind, Reason) and kind.__module__ == statement.__name__
    }
    named = told.replace("`-decision`", "`signed-for-other-decision`").replace("`-step`", "`signed-for-other-step`")
    named = named.replace("`-position`", "`signed-for-other-position`")
    assert [kind.slug() for kind in kinds - {base} if kind.slug() not in named] == []
    assert all(title_of(kind) for kind in kinds)


def test_the_page_claims_no_more_than_a_verifiable_signature() -> None:
    told = " ".join(PAGE.read_text().split())
    assert "*verifiable electronic signature*" in told
    assert 'no "secure electronic signature" in the sense of PIPEDA' in told
