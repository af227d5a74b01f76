"""A community with its people, whose oversight hears what tests let intake and credentials say."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest_asyncio

from shared.contracts.values import Acting
from tests.services.oversight.telling import CAST, Telling, message_of
from tests.support.community import Communities, Community
from tests.support.running import Running

OWNS = {
    "nscc/lead": ["delivery"],
    "nscc/dean": ["academic-approval", "review"],
    "b/dean": ["academic-approval"],
    "cican/programs": ["proposal-acceptance", "funding"],
    "plant/foreman": ["industry-validation"],
    "clinic/chief": ["industry-validation"],
    "farm/owner": ["industry-validation"],
}


@dataclass
class Place:
    """A community with its people, and a way to let oversight hear what the other services would say of it."""

    community: Community
    stack: Running
    cast: dict[str, Acting]

    def telling(self, key: str) -> Telling:
        return Telling(self.cast, self.community.key, key)

    async def hears(self, *tellings: Telling) -> None:
        """Lay the facts told into the heard logs, behind what is there; requests then wait for them."""
        platform = self.stack.platforms["oversight"]
        for log in ("intake", "credentials"):
            last = await platform.heard[log].last_index()
            facts = [recorded for said in tellings for recorded in said.facts(log)]
            if facts:
                await platform.heard[log].hear([message_of(one, last + place) for place, one in enumerate(facts, 1)])
                self.community.seen[log] = last + len(facts)

    async def board(self, as_: str = "coordinator", **query: Any) -> dict[str, Any]:
        return dict(await self.community.person(as_).get("/oversight/v1/board", **query))

    async def card(self, key: str, **query: Any) -> dict[str, Any]:
        """The card of that key, with its stage as the column says it."""
        board = await self.board(limit=200, **query)
        [found] = [card for column in board["columns"] for card in column["cards"] if card["key"] == key]
        return dict(found)

    async def inbox(self, position: str) -> list[dict[str, Any]]:
        return list((await self.community.as_(position).get("/oversight/v1/inbox"))["items"])


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def place(communities: Communities, stack: Running) -> AsyncIterator[Place]:
    made = await communities.open()
    for key in ("nscc", "b", "cican", "plant", "clinic", "farm"):
        await made.partner(key)
    for name in CAST:
        await made.position(name, name.replace("/", "-"), OWNS[name])
    await made.invite("auditor", "auditor")
    await made.invite("guest")
    cast = {
        name: Acting(
            UUID(made.persons[made.holders[name]]),
            UUID(made.positions[name]),
            UUID(made.partners[name.partition("/")[0]]),
        )
        for name in CAST
    }
    yield Place(made, stack, cast)
