"""The operator's key: another one takes the place of what was lost, or is from before a scope existed."""

import httpx2
import pytest

from services.partnerships.app import SERVICE
from shared.service.roles import run
from tests.support.running import Running

SERVICES = ("partnerships",)
PATH = "/partnerships/v1/dead-letters"


async def another(stack: Running, capsys: pytest.CaptureFixture[str]) -> str:
    """The key that the command line prints."""
    capsys.readouterr()
    await run(SERVICE, stack.platforms["partnerships"].settings, "operator-key")
    return capsys.readouterr().out.split()[-1]


async def test_another_key_has_every_scope_of_today_and_those_before_it_open_nothing(
    http: httpx2.AsyncClient, stack: Running, capsys: pytest.CaptureFixture[str]
) -> None:
    keys = [stack.operator_key, await another(stack, capsys), await another(stack, capsys)]
    answers = [(await http.get(PATH, headers={"Authorization": f"Bearer {key}"})).status_code for key in keys]
    assert answers == [401, 401, 200]
