"""The fault `replica-promoted`: the primary fails under load, its standby is promoted, and everything goes on unaided.

Commits first wait for the standby: nothing acknowledged may be lost then. Afterwards they do not: what the standby had
not received is gone, and counted. That it is seen is shown by a standby that receives nothing for a moment.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx2

from deploy.local.nats import Nats
from deploy.local.stack import run_services
from shared.eventstore.vocabulary import Notification
from shared.observability import end
from tests.support.cluster import Cluster, cluster
from tests.support.community import Caller, Communities
from tests.support.patience import eventually
from tests.support.running import Running, client, served

NAME = "replica-promoted"
CALLERS = 4
BETWEEN = 25
"""Acknowledgements awaited before each fault, and after it."""
PERSON = "partnerships.person-registered.v1"


@dataclass
class Told:
    """What clients were told, in the order they were."""

    acknowledged: list[tuple[int, UUID, int]] = field(default_factory=list)
    """Whose (the caller's number), the fact's id, and its index."""
    answers: Counter[int] = field(default_factory=Counter)
    """Answers by status; 0 for no answer."""


class Load:
    """Callers that register one person after the other, and repeat what was not answered until it is."""

    def __init__(self, coordinator: Caller) -> None:
        self._coordinator = coordinator
        self.told = Told()
        self.over = False

    async def calls(self, number: int) -> None:
        """One after the other, until it is over; what was asked is answered first."""
        while not self.over:
            once = str(uuid4())
            while (receipt := await self._ask(once)) is None:  # noqa: ASYNC110 - as a client would, who knows no Event
                await asyncio.sleep(0.05)
            (fact,) = receipt["recorded"]
            self.told.acknowledged.append((number, UUID(fact["id"]), int(fact["index"].partition("@")[2])))

    async def _ask(self, once: str) -> dict[str, Any] | None:
        try:
            answer = await self._coordinator.send("POST", "/partnerships/v1/persons", wait=None, once=once)
        except httpx2.TransportError:
            self.told.answers[0] += 1
            return None
        self.told.answers[answer.status_code] += 1
        if answer.status_code == 503:
            assert "retry-after" in answer.headers
            return None
        assert answer.status_code in (200, 201), answer.text
        receipt: dict[str, Any] = answer.json()
        return receipt

    async def more(self, acknowledgements: int = BETWEEN) -> None:
        """Return once so many more were acknowledged."""
        wanted = len(self.told.acknowledged) + acknowledgements

        async def there() -> bool:
            return len(self.told.acknowledged) >= wanted

        await eventually(there, 60)


@asynccontextmanager
async def load(coordinator: Caller) -> AsyncIterator[Load]:
    """The callers, at it for the length of the block."""
    made = Load(coordinator)
    calling = [asyncio.ensure_future(made.calls(number)) for number in range(CALLERS)]
    try:
        yield made
        made.over = True
        async with asyncio.timeout(60):
            await asyncio.gather(*calling)
    finally:
        await end(calling)


@dataclass
class Site:
    """Two services on a cluster and a broker, and somebody who may register persons."""

    servers: Cluster
    running: Running
    coordinator: Caller

    async def log(self) -> list[Notification]:
        """The whole log as it is now."""
        return await self.running.platforms["partnerships"].store.page(0, 1_000_000)

    async def all_heard(self) -> bool:
        """Whether oversight has heard the log to its end, and taken it in."""
        last = await self.running.platforms["partnerships"].store.last_index()
        return await self.running.platforms["oversight"].reached("partnerships") == last

    async def heard(self) -> list[UUID]:
        """What oversight has heard, by id."""
        log = self.running.platforms["oversight"].heard["partnerships"]
        return [recorded.id for recorded in await log.after(0, 1_000_000)]


@dataclass
class Machines:
    """What outlives the services: their servers, the folder of their keys, and the operator's key, told once."""

    servers: Cluster
    nats: Nats
    keys: Path
    operator_key: str = ""


@contextmanager
def machines(folder: Path) -> Iterator[Machines]:
    """Servers of their own, in a folder that every user can pass to; gone at the end."""
    with cluster(folder) as servers:
        nats = Nats.start(folder / "nats", durable=False)
        try:
            yield Machines(servers, nats, folder / "keys")
        finally:
            nats.stop()
            Nats.remove(folder / "nats")


@asynccontextmanager
async def site(on: Machines) -> AsyncIterator[Site]:
    """Two services at work on these machines, with a community of its own."""
    async with (
        run_services(on.servers, on.nats, on.keys, services=("partnerships", "oversight")) as stack,
        served(stack) as running,
        client(running.url) as http,
    ):
        on.operator_key = running.operator_key or on.operator_key
        community = await Communities(replace(running, operator_key=on.operator_key), http).open()
        yield Site(on.servers, running, community.coordinator)


async def run(folder: Path, rounds: int) -> dict[str, Any]:
    """`rounds` promotions with commits that wait for the standby; as many, and one more, with commits that do not."""
    with machines(folder) as on:
        async with site(on) as made:
            figures = await safe_rounds(made, rounds)
            apart = await unsafe_rounds(made, rounds)
    return {
        "name": NAME,
        "rounds": rounds,
        **figures,
        "control_seen": apart["held_back"]["lost"] > 0,
        "skipped": None,
        "asynchronous": apart,
    }


async def safe_rounds(made: Site, rounds: int) -> dict[str, int]:
    """Commits wait for the standby."""
    async with load(made.coordinator) as under:
        for _ in range(rounds):
            await asyncio.to_thread(made.servers.primary.commits_wait_for, made.servers.standby)
            await under.more()
            await asyncio.to_thread(made.servers.fail_over)
            await under.more()
            await asyncio.to_thread(made.servers.rejoin)
        await under.more()
    await eventually(made.all_heard, 30)
    return compared(under.told, await made.log(), await made.heard())


async def unsafe_rounds(made: Site, rounds: int) -> dict[str, dict[str, int]]:
    """Commits wait for no standby, which in the last round receives nothing for a moment before the primary fails.

    Once something was lost, the stream is ahead of the log and its relay refuses: only the log is compared.
    """
    servers = made.servers
    await asyncio.to_thread(servers.primary.commits_wait_for, None)
    figures = {}
    async with load(made.coordinator) as under:
        for _ in range(rounds):
            await under.more()
            await asyncio.to_thread(servers.fail_over)
            await under.more()
            await asyncio.to_thread(servers.rejoin)
        figures["received"] = compared(under.told, await made.log())
        under.told = Told()
        await asyncio.to_thread(servers.primary.send_nothing)
        await under.more()
        await asyncio.to_thread(servers.fail_over)
        await under.more()
        figures["held_back"] = compared(under.told, await made.log())
    return figures


def compared(told: Told, log: list[Notification], heard: list[UUID] | None = None) -> dict[str, int]:
    """What clients were told against what is there, and what was heard of it where that is given."""
    index = {stored.id: stored.index for stored in log}
    acknowledged = {fact for _, fact, _ in told.acknowledged}
    last: dict[int, int] = {}
    reordered = 0
    for whose, fact, _ in told.acknowledged:
        reordered += index.get(fact, last.get(whose, 0)) < last.get(whose, 0)
        last[whose] = index.get(fact, last.get(whose, 0))
    persons = Counter(stored.command_id for stored in log if stored.topic == PERSON)
    heard_only = set(heard or ()) - index.keys()
    unheard = index.keys() - set(heard) if heard is not None else set()
    return {
        "acknowledged": len(acknowledged),
        "lost": sum(index.get(fact) != at for _, fact, at in told.acknowledged) + len(unheard),
        "doubled": sum(count - 1 for count in persons.values()) + len(told.acknowledged) - len(acknowledged),
        "reordered": reordered,
        "phantom": len(heard_only),
    }
