"""What cannot be read closes what rests on it, clearly and with a way out, and nothing else."""

from typing import Any
from uuid import UUID

import httpx2
import pytest

from shared.eventstore.vocabulary import AppendRequest, StoredEvent
from shared.kernel import new_id, utc_now
from tests.support.community import Communities
from tests.support.running import Running

SERVICES = ("partnerships",)
pytestmark = pytest.mark.servers
PARTNERS = "/partnerships/v1/partners"


async def append(stack: Running, community: str, stream: str, version: int, tag: str) -> int:
    """A fact of that kind in bytes nobody can make anything of."""
    command = new_id()
    event = StoredEvent(new_id(), stream, version, tag, b'{"garbled": true}')
    asked = AppendRequest(
        community, command, command, None, utc_now(), b'{"actor":{}}', (event,), {stream: version - 1}
    )
    return (await stack.platforms["partnerships"].store.append(asked)).first_index


async def test_where_authority_cannot_be_judged_that_community_gets_503_and_all_others_are_served(
    communities: Communities, stack: Running, http: httpx2.AsyncClient
) -> None:
    here, there = await communities.open(), await communities.open()
    await here.partner("nscc")
    index = await append(stack, here.key, f"key-{new_id()}", 1, "partnerships.key-revoked.v1")
    for method, path in (("GET", PARTNERS), ("GET", "/partnerships/v1/facts"), ("POST", "/partnerships/v1/persons")):
        problem = await here.coordinator.refused(503, path, method=method)
        assert problem["type"] == "/problems/cannot-be-read"
        assert f"partnerships@{index}, a partnerships.key-revoked.v1," in problem["detail"]
        assert problem["reasons"][0]["index"] == index
    assert "starts a build that can read it" in (await http.get("/problems/cannot-be-read")).text
    await there.partner("nscc")
    operator = {"Authorization": f"Bearer {stack.operator_key}"}
    letters: dict[str, Any] = (await http.get("/partnerships/v1/dead-letters", headers=operator)).json()
    named = {(one["consumer"], one["index"]) for one in letters["items"]}
    assert named == {("agreements", index), ("persons", index)}


async def test_what_is_no_ground_of_authority_is_shown_as_unreadable_and_closes_its_own_aggregate_only(
    communities: Communities, stack: Running
) -> None:
    here = await communities.open()
    stream = f"agreement-{UUID(int=0xA6)}"
    index = await append(stack, here.key, stream, 1, "partnerships.agreement-proposed.v1")
    items = (await here.coordinator.get("/partnerships/v1/facts", limit=200))["items"]
    (shown,) = [one["recorded"] for one in items if one["recorded"]["index"] == f"partnerships@{index}"]
    assert shown["fact"]["fact"] == "unreadable"
    assert shown["fact"]["of"] == "partnerships.agreement-proposed.v1"
    await here.partner("nscc")
    await here.position("nscc/president", "pia", ["agreement-signing"])
    path = f"/partnerships/v1/agreements/{UUID(int=0xA6)}/sign"
    problem = await here.as_("nscc/president").refused(503, path, {"digest": "sha-256:" + "0" * 64})
    assert problem["type"] == "/problems/cannot-be-read"
