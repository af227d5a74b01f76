"""`/v1/facts`: a community's own facts, whatever others write between them, in pages of bounded work."""

from typing import Any

import pytest

from shared.web import history
from tests.support.community import Communities, Community

SERVICES = ("partnerships",)
pytestmark = pytest.mark.servers


async def pages(here: Community, limit: int) -> list[dict[str, Any]]:
    """Every page, followed by `next` to the end."""
    found: list[dict[str, Any]] = [await here.coordinator.get("/partnerships/v1/facts", limit=limit)]
    while (after := found[-1]["next"]) is not None:
        found.append(await here.coordinator.get("/partnerships/v1/facts", limit=limit, after=int(after)))
    return found


def indexes(found: list[dict[str, Any]]) -> list[int]:
    return [int(item["recorded"]["index"].split("@")[1]) for page in found for item in page["items"]]


async def test_pages_of_any_size_and_stretch_give_every_fact_of_the_community_once(
    communities: Communities, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = await communities.open()
    await here.partner("nscc")
    other = await communities.open()
    for name in ("one", "two", "three"):
        await other.partner(name)
    await here.partner("plant")
    whole = await pages(here, limit=200)
    assert len(whole) == 1
    assert indexes(whole) == sorted(set(indexes(whole)))
    assert {item["recorded"]["fact"]["fact"].split(".")[0] for item in whole[0]["items"]} == {"partnerships"}
    assert set(indexes(whole)).isdisjoint(indexes(await pages(other, limit=200)))
    monkeypatch.setattr(history, "STRETCH", 3)
    for limit in (1, 2, 3, 200):
        found = await pages(here, limit=limit)
        assert indexes(found) == indexes(whole)
        assert all(len(page["items"]) <= limit for page in found)
        assert limit < 3 or any(not page["items"] for page in found), "others wrote a whole stretch"


async def test_after_the_last_fact_there_is_an_empty_page_and_no_next(communities: Communities) -> None:
    here = await communities.open()
    assert await here.coordinator.get("/partnerships/v1/facts", after=10**9) == {"items": [], "next": None}
