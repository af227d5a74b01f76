"""What every page owes everybody, whoever looks at it and with what."""

import pytest
from axe_playwright_python.async_playwright import Axe  # type: ignore[import-untyped]  # it ships no types

from tests.browser.conftest import Visit
from tests.browser.stand import Stand
from tests.browser.visiting import Visitor

SERIOUS = ("serious", "critical")


async def serious_of(visitor: Visitor) -> list[str]:
    """What axe finds on the page that keeps somebody from using it."""
    found = (await Axe().run(visitor.page)).response["violations"]
    return [
        f"{one['id']}: {node['html']} ({node['failureSummary']})"
        for one in found
        if one["impact"] in SERIOUS
        for node in one["nodes"]
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_axe_finds_nothing_serious(stand: Stand, visit: Visit, scheme: str) -> None:
    visitor = await visit(color_scheme=scheme)
    await visitor.go("/sign-in")
    assert await serious_of(visitor) == []
    await visitor.sign_in(stand.key_of("coordinator"))
    assert await serious_of(visitor) == []
