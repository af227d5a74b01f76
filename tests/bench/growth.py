"""What the length of the log costs: the same appends and sign-offs on a short log and on a long one."""

import asyncio
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from uuid import UUID

import msgspec
from msgspec import Struct

from deploy.local.history.cast import ADVISORS, Cast
from deploy.local.history.telling import Extent
from services.credentials.commands.approving import sign_off
from services.credentials.domain.sign_off import SignOff
from shared.contracts.credentials import StepOpened
from shared.eventstore.commands import Commands
from shared.eventstore.importing import Importer, import_requests
from shared.eventstore.vocabulary import AppendRequest
from shared.kernel import stream_id, stream_key
from shared.security.asker import Asker
from tests.bench.figures import Samples
from tests.bench.host import connected, left_alone, memory_mib

UNTIL = datetime(2026, 10, 1, tzinfo=UTC).date()
WAITING = """
SELECT community, stream, data FROM store.events AS opened
 WHERE version = 3 AND tag = 'credentials.step-opened.v1'
   AND NOT EXISTS (SELECT FROM store.events AS later WHERE later.stream = opened.stream AND later.version = 4)
 ORDER BY index
"""
SIGNERS = ADVISORS[:3]
"""A quorum: the third grants the step and opens the next ones."""


class Waiting(Struct, frozen=True):
    """A microcredential whose first step waits for its first sign-off."""

    community: str
    microcredential: UUID
    digest: str


class Grown(Struct):
    """A log of a known length, with who may sign in its communities and what waits for them."""

    casts: dict[str, Cast]
    waiting: list[Waiting]
    events: int

    def take(self, count: int) -> list[Waiting]:
        """Some that nobody has signed yet, from all over the years."""
        every = max(1, len(self.waiting) // count)
        taken = self.waiting[::every][:count]
        chosen = {one.microcredential for one in taken}
        self.waiting = [one for one in self.waiting if one.microcredential not in chosen]
        return taken


def resting(waiting: list[Waiting]) -> dict[str, int]:
    """The streams of these, with the version each stays at."""
    return {stream_id("microcredential", one.microcredential): 3 for one in waiting}


async def grow(url: str, events: int, waiting: int, samples: Samples, name: str, told: Callable[[int], None]) -> Grown:
    """Import a history of `credentials` alone, of so many events; `told` hears how many are in."""
    extent, casts, done, memory = Extent("bench", events, UNTIL, ("credentials",), waiting), {}, 0, [memory_mib()]
    telling = 0.0

    def timed(requests: Iterator[AppendRequest]) -> Iterator[AppendRequest]:
        nonlocal telling
        while True:
            began = time.perf_counter()
            request = next(requests, None)
            telling += time.perf_counter() - began
            if request is None:
                return
            yield request

    def step(count: int, *, there: bool) -> None:
        nonlocal done
        done += count
        memory.append(memory_mib())
        told(done)

    began = time.perf_counter()
    async with connected(url, "consortia_importer") as connection:
        for number in range(extent.communities):
            community = extent.community(number)
            casts[community.cast.key] = community.cast
            await import_requests(Importer(connection), timed(community.requests("credentials")), step)
    took = time.perf_counter() - began
    samples.rate(f"{name}_told_and_imported", done, took, "events")
    samples.rate(f"{name}_import_alone", done, took - telling, "events")
    samples.add(f"{name}_memory_before", memory[0], "MiB")
    samples.add(f"{name}_memory_after_a_tenth", memory[max(1, len(memory) // 10)], "MiB")
    samples.add(f"{name}_memory_most", max(memory), "MiB")
    return Grown(casts, await _waiting(url), done)


async def _waiting(url: str) -> list[Waiting]:
    decoder = msgspec.json.Decoder(StepOpened)
    async with connected(url) as connection:
        rows = await connection.fetch(WAITING)
    return [Waiting(row[0], stream_key(row[1]), decoder.decode(row[2]).digest) for row in rows]


async def sign_offs(
    commands: Commands, grown: Grown, signed: list[Waiting], samples: Samples, name: str, clients: int
) -> None:
    """So many clients at once take what waits and have a quorum sign it, each through the command."""
    queue, took = list(signed), []
    askers = {(key, position): _asker(cast, position) for key, cast in grown.casts.items() for position in SIGNERS}

    async def client() -> None:
        while queue:
            one = queue.pop()
            intent = SignOff("endorse", one.digest, True, True)
            for position in SIGNERS:
                began = time.perf_counter()
                asker = askers[one.community, position]
                await sign_off(commands, asker, one.microcredential, "industry-validation", intent)
                took.append(time.perf_counter() - began)

    with left_alone():
        began = time.perf_counter()
        await asyncio.gather(*(client() for _ in range(clients)))
        samples.rate(name, len(took), time.perf_counter() - began, "sign-offs")
    samples.latencies(name, took)


def _asker(cast: Cast, position: str) -> Asker:
    """As the gate would make it of that person's key."""
    register = cast.register
    return Asker(register.keys[cast.people[position].id], cast.community, register.index, position)
