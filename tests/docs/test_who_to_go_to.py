"""The worked examples of the page are asked of a stack that has played the cases, and answer what the page says."""

import re
from pathlib import Path
from typing import Any

import httpx2
import msgspec
import pytest
import pytest_asyncio

from deploy.local.case_file import read_cases
from deploy.local.kept import Kept, Keys
from deploy.local.player import play
from deploy.local.signposts import SHOWN
from tests.support.running import Running

pytestmark = pytest.mark.servers
PAGE = Path(__file__).resolve().parents[2] / "docs" / "who-to-go-to.md"
EXAMPLE = re.compile(r"^```sh\n(?P<asked>.+?)^```\n+```json\n(?P<answer>.+?)^```", re.MULTILINE | re.DOTALL)
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
NOW = ("at", "log_index")
PERSON_OF = "/partnerships/v1/who-decides?matter=academic-approval&partner=nscc"


def examples() -> list[tuple[str, str]]:
    """What is asked and what is answered, as the page has them."""
    page = PAGE.read_text(encoding="utf-8")
    return [(found["asked"], found["answer"]) for found in EXAMPLE.finditer(page)]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def played(stack: Running, tmp_path_factory: pytest.TempPathFactory) -> Kept:
    """What is kept of the cases, once they are played."""
    kept = Kept(tmp_path_factory.mktemp("player"))
    kept.save_keys(Keys(stack.operator_key))
    await play(read_cases(), stack.url, kept, lambda *_: None)
    return kept


async def answered(kept: Kept, running: Running, asked: str) -> Any:
    """What the stack answers to the last command of an example; `$PATHWAY` and `$PERSON` are looked up as it does."""
    keys = kept.keys()
    path = re.findall(r'"\$BASE([^"]+)"', asked)[-1]
    assert keys is not None
    headers = {"Authorization": f"Bearer {keys.cases[SHOWN].people['coordinator']}"}
    async with httpx2.AsyncClient(base_url=running.url, trust_env=False, timeout=30, headers=headers) as http:
        if "$PATHWAY" in path:
            listed = (await http.get("/credentials/v1/pathways")).json()["items"]
            path = path.replace("$PATHWAY", listed[0]["pathway"])
        if "$PERSON" in path:
            answer = (await http.get(PERSON_OF)).json()
            path = path.replace("$PERSON", answer["position"]["holders"][0]["person"])
        return (await http.get(path)).json()


def alike(answer: Any) -> Any:
    """The answer with its ids numbered in the order they come, and without what is of the moment of asking."""
    numbers: dict[str, str] = {}
    text = msgspec.json.encode(_timeless(answer)).decode()
    return msgspec.json.decode(UUID.sub(lambda found: numbers.setdefault(found[0], f"id-{len(numbers) + 1}"), text))


def _timeless(plain: Any) -> Any:
    match plain:
        case dict():
            return {name: _timeless(value) for name, value in plain.items() if name not in NOW}
        case list():
            return [_timeless(value) for value in plain]
        case _:
            return plain


def test_the_page_has_three_examples() -> None:
    assert len(examples()) >= 3


async def test_every_example_answers_as_the_page_says(played: Kept, stack: Running) -> None:
    for asked, answer in examples():
        found = await answered(played, stack, asked)
        expected = msgspec.json.decode(answer)
        shown = msgspec.json.format(msgspec.json.encode(found)).decode()
        assert alike(found) == alike(expected), f"{asked}\nanswers\n{shown}"
