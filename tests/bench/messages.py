"""`./dev bench messages`: facts from a log over the broker into what another service has heard, in one run."""

import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import nats
from msgspec import Struct
from nats.aio.client import Client

from deploy.local import places
from deploy.local.nats import Nats
from deploy.local.postgres import Postgres
from shared.eventstore.connections import Connections
from shared.eventstore.outgoing import Outgoing, OutgoingLog
from tests.bench import hearing, relaying, rows
from tests.bench.figures import Report, Samples
from tests.bench.host import database, machine, opened_store, server

Say = Callable[[str], None]
RATIOS = {
    "relay_vs_one_by_one": ("relay", "one_by_one"),
    "relay_vs_raw_batches": ("relay", "raw_batches"),
    "window_vs_one_by_one": ("relay_without_batches", "one_by_one"),
    "window_vs_raw_window": ("relay_without_batches", "raw_window"),
    "relay_vs_one_by_one_unsynced": ("relay_unsynced", "one_by_one_unsynced"),
    "relay_vs_raw_batches_unsynced": ("relay_unsynced", "raw_batches_unsynced"),
    "window_vs_one_by_one_unsynced": ("relay_without_batches_unsynced", "one_by_one_unsynced"),
    "window_vs_raw_window_unsynced": ("relay_without_batches_unsynced", "raw_window_unsynced"),
    "hearer_vs_raw_pull": ("hearer", "raw_pull"),
}
"""Each a figure over another, in the same repetition."""


class Sizes(Struct, frozen=True):
    """How many facts go each way; `patience` is the most seconds that publishing one by one may take."""

    repetitions: int = 5
    facts: int = 6000
    patience: float = 2.0


QUICK = Sizes(repetitions=2, facts=600, patience=0.5)


async def run(quick: bool, say: Say) -> Report:
    """The whole bench. Its servers and their folders are gone at the end."""
    sizes, samples, began = QUICK if quick else Sizes(), Samples(), time.monotonic()
    with server() as postgres, broker(durable=True) as synced, broker(durable=False) as unsynced:
        report = Report("messages", quick, machine=await machine(postgres))
        url = await database(postgres, "said")
        await _fill(url, sizes.facts)
        async with _log(url) as outgoing, _client(synced) as durable, _client(unsynced) as fast:
            report.machine["nats"] = {"version": str(durable.connected_server_version), "sync_interval": "always"}
            for repetition in range(sizes.repetitions):
                say(f"repetition {repetition + 1} of {sizes.repetitions}")
                turn = Turn(postgres, outgoing, sizes, samples, repetition)
                await turn.published(durable, "")
                await turn.published(fast, "_unsynced")
                await turn.heard(durable)
    report.commands = {"this": "./dev bench messages --json" + (" --quick" if quick else "")}
    report.figures = samples.spreads()
    report.spreads_of_ratios = {name: samples.ratio(*of) for name, of in RATIOS.items()}
    report.ratios = {name: one.median for name, one in report.spreads_of_ratios.items()}
    report.took_seconds = round(time.monotonic() - began, 1)
    return report


class Turn(Struct, frozen=True):
    """One repetition: everything once, on streams of its own, now the one first and now the other."""

    postgres: Postgres
    outgoing: Outgoing
    sizes: Sizes
    samples: Samples
    number: int

    async def published(self, client: Client, suffix: str) -> None:
        """The same facts by each way of publishing; streams are gone afterwards, but for the relay's durable one."""
        facts, samples, outgoing, patience = self.sizes.facts, self.samples, self.outgoing, self.sizes.patience
        prefix = {way: f"{way}-{self.number}" for way in ("relay", "alone", "single", "window", "batches")}
        ways: list[Callable[[], Awaitable[None]]] = [
            lambda: relaying.ours(client, prefix["relay"], outgoing, facts, samples, f"relay{suffix}", together=True),
            lambda: relaying.ours(
                client, prefix["alone"], outgoing, facts, samples, f"relay_without_batches{suffix}", together=False
            ),
            lambda: relaying.one_by_one(
                client, prefix["single"], outgoing, facts, samples, f"one_by_one{suffix}", patience
            ),
            lambda: relaying.raw_window(client, prefix["window"], outgoing, facts, samples, f"raw_window{suffix}"),
            lambda: relaying.raw_batches(client, prefix["batches"], outgoing, facts, samples, f"raw_batches{suffix}"),
        ]
        for way in ways if self.number % 2 else reversed(ways):
            await way()
        for of in ("alone", "single", "window", "batches"):
            await client.jetstream().delete_stream(f"{prefix[of]}-{relaying.LOG}")

    async def heard(self, client: Client) -> None:
        """What the relay has just published, heard by the hearer and by a mere pull."""
        facts, samples, prefix = self.sizes.facts, self.samples, f"relay-{self.number}"
        url = await database(self.postgres, f"heard{self.number}")
        ways: list[Callable[[], Awaitable[None]]] = [
            lambda: hearing.ours(client, prefix, url, facts, samples, "hearer"),
            lambda: hearing.raw(client, prefix, facts, samples, "raw_pull"),
        ]
        for way in ways if self.number % 2 else reversed(ways):
            await way()
        await client.jetstream().delete_stream(f"{prefix}-{relaying.LOG}")


@contextmanager
def broker(*, durable: bool) -> Iterator[Nats]:
    """A broker of the bench's own; durable as `./dev up` runs it, with every message on the disk."""
    folder = Path(tempfile.mkdtemp(prefix="consortia-bench-"))
    try:
        made = Nats.start(folder / "nats", durable=durable)
        try:
            yield made
        finally:
            made.stop()
            Nats.remove(folder / "nats")
    finally:
        places.remove_folder(folder)


async def _fill(url: str, facts: int) -> None:
    async with opened_store(url) as store:
        for own in zip(*rows.callers(64, facts // 64 + 1, rows.sample()), strict=True):
            for appending in [store.append(request) for request in own]:
                await appending


@asynccontextmanager
async def _log(url: str) -> AsyncIterator[OutgoingLog]:
    outgoing = OutgoingLog(Connections(url, "consortia_appender"))
    try:
        yield outgoing
    finally:
        await outgoing.close()


@asynccontextmanager
async def _client(of: Nats) -> AsyncIterator[Client]:
    client = await nats.connect(of.url)
    try:
        yield client
    finally:
        await client.close()
