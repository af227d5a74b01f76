"""`./dev bench store`: every figure of the event store, in one run on one server, repetitions interleaved."""

import asyncio
import tempfile
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from msgspec import Struct

from deploy.local.postgres import Postgres
from shared.eventstore.commands import Commands
from shared.eventstore.vocabulary import AppendRequest, EventStore
from tests.bench import appending, growth, replaying, rows
from tests.bench.figures import Report, Samples, Spread
from tests.bench.growth import Grown
from tests.bench.host import connected, database, machine, memory_mib, opened_commands, opened_store, server, settled

Say = Callable[[str], None]
TARGETS = {
    "append_64_vs_raw": "at least 0.85",
    "append_64_vs_library": "at least 30",
    "replay_vs_raw": "at least 0.85",
    "append_1m_vs_10k": "at most 1.15",
    "signoff_1m_vs_10k": "at most 1.15",
}


RATIOS = {
    "append_64_vs_raw": ("append_64_callers", "raw_insert_batches_of_64"),
    "append_batch_ready_made_vs_raw": ("append_batch_of_64_ready_made", "raw_insert_batches_of_64"),
    "append_64_vs_library": ("append_64_callers", "library_recorder_8_threads"),
    "replay_vs_raw": ("replay_recorded_facts", "raw_replay_facts_only"),
    "replay_vs_raw_whole_rows": ("replay_recorded_facts", "raw_replay_whole_rows"),
    "append_1m_vs_10k": ("append_64_callers_short_log", "append_64_callers_long_log"),
    "signoff_1m_vs_10k": ("sign_off_32_clients_short_log", "sign_off_32_clients_long_log"),
}
"""Each a figure over another, in the same repetition."""


class Sizes(Struct, frozen=True):
    """How much is measured. `patience` is the most seconds one measurement of appends may take."""

    repetitions: int = 6
    appends: int = 25_600
    patience: float = 2.0
    short: int = 10_000
    long: int = 1_000_000
    waiting: int = 1600
    signed: int = 300
    """Microcredentials signed in one repetition, by three each."""
    resting: int = 100
    """Microcredentials nobody signs, whose versions others rest on."""
    replayed: int = 100_000
    threads: int = 8
    clients: int = 32


QUICK = Sizes(
    repetitions=2, appends=1280, patience=0.5, short=2000, long=6000, waiting=120, resting=20, signed=40, replayed=6000
)


async def run(quick: bool, say: Say, *, with_library: bool = True) -> Report:
    """The whole bench. Its server and its folder are gone at the end. The library's recorder needs psycopg."""
    sizes, samples, began = QUICK if quick else Sizes(), Samples(), time.monotonic()
    samples.add("memory_before", memory_mib(), "MiB")
    with server() as postgres:
        report = Report("store", quick, machine=await machine(postgres), targets=TARGETS)
        bench = Bench(postgres, sizes, samples, say, with_library)
        await bench.appends()
        await bench.grown()
    samples.add("memory_after", memory_mib(), "MiB")
    report.commands = {"this": "./dev bench store --json" + (" --quick" if quick else "")}
    report.figures, report.spreads_of_ratios = samples.spreads(), ratios(samples)
    report.ratios = {name: one.median for name, one in report.spreads_of_ratios.items()}
    report.took_seconds = round(time.monotonic() - began, 1)
    return report


def ratios(samples: Samples) -> dict[str, Spread]:
    """As README.md defines them. The last two compare times per operation, which are rates turned over."""
    return {name: samples.ratio(*of) for name, of in RATIOS.items() if samples.holds(*of)}


class Bench:
    """The parts of the bench on one server."""

    def __init__(self, postgres: Postgres, sizes: Sizes, samples: Samples, say: Say, library: bool) -> None:
        self._library = library
        self._postgres, self._sizes, self._samples, self._say = postgres, sizes, samples, say
        self._like = rows.sample()
        samples.add("bytes_of_a_fact", len(self._like.state), "bytes")

    async def appends(self) -> None:
        """Ours, the raw limit and the library, in turn, each on a log that grows alike."""
        url = await database(self._postgres, "appends")
        async with self._peer() as library, opened_store(url) as store, connected(url) as connection:
            raw, read = appending.Raw(connection), await self._read_only(store)
            await appending.ours(store, self._callers(64), Samples(), "warm_up", self._sizes.patience)
            for repetition in range(self._sizes.repetitions):
                self._say(f"appends, repetition {repetition + 1} of {self._sizes.repetitions}")
                await self._beside_raw(url, raw, store, ours_first=bool(repetition % 2))
                await self._append(store, "append_256_callers", self._callers(256))
                for name, other in (
                    ("read_only_check", lambda own: rows.with_a_read(own, read)),
                    ("claim", rows.with_a_claim),
                    ("note", rows.with_a_note),
                ):
                    asked = [other(own) for own in self._callers(64)]
                    await self._append(store, f"append_64_callers_with_a_{name}", asked)
                if library is not None:
                    asked, name = self._callers(self._sizes.threads), "library_recorder_8_threads"
                    await asyncio.to_thread(library.measure, asked, self._samples, name, self._sizes.patience)

    async def _beside_raw(self, url: str, raw: appending.Raw, store: EventStore, *, ours_first: bool) -> None:
        """In turn first: whoever comes second writes while the disk still takes in what the other wrote."""
        name = "raw_insert_batches_of_64"
        if ours_first:
            await self._append(store, "append_64_callers", self._callers(64))
        await raw.measure(self._callers(64), self._samples, name, self._sizes.patience)
        if not ours_first:
            await self._append(store, "append_64_callers", self._callers(64))
        async with connected(url, "consortia_appender") as connection:
            name = "append_batch_of_64_ready_made"
            await appending.ready_made(connection, self._callers(64), self._samples, name, self._sizes.patience)

    @asynccontextmanager
    async def _peer(self) -> AsyncIterator[appending.Library | None]:
        if not self._library:
            yield None
            return
        self._postgres.create_database("library")
        library = await asyncio.to_thread(appending.Library, self._postgres.url("library"), self._sizes.threads)
        try:
            yield library
        finally:
            await asyncio.to_thread(library.close)

    async def grown(self) -> None:
        """Replay, appends and sign-offs on a short log and on a long one, in turn."""
        logs = {}
        for name, events in (("short_log", self._sizes.short), ("long_log", self._sizes.long)):
            logs[name] = await self._grow(name, events)
        await settled(*(url for url, _ in logs.values()))
        read = {name: growth.resting(grown.take(self._sizes.resting)) for name, (_, grown) in logs.items()}
        with tempfile.TemporaryDirectory(prefix="consortia-bench-keys-") as keys:
            async with AsyncExitStack() as stack:
                stores = {name: await stack.enter_async_context(opened_store(url)) for name, (url, _) in logs.items()}
                for repetition in range(self._sizes.repetitions):
                    self._say(f"short and long log, repetition {repetition + 1} of {self._sizes.repetitions}")
                    await self._replay(stores["long_log"], *logs["long_log"])
                    turn = list(logs) if repetition % 2 else list(reversed(logs))
                    for name in turn:
                        await self._append(stores[name], f"append_64_callers_{name}", self._callers(64))
                    for name in turn:
                        asked = [rows.with_a_read(own, read[name]) for own in self._callers(64)]
                        await self._append(stores[name], f"append_64_callers_with_a_read_only_check_{name}", asked)
                    for name in turn:
                        async with opened_commands(stores[name], Path(keys)) as commands:
                            await self._sign(commands, logs[name][1], f"sign_off_32_clients_{name}")

    async def _grow(self, name: str, events: int) -> tuple[str, Grown]:
        url = await database(self._postgres, name)
        grown = await growth.grow(
            url,
            events,
            self._sizes.waiting,
            self._samples,
            f"history_{name}",
            lambda done: self._say(f"importing {name.replace('_', ' ')}: {done:,} of {events:,} events"),
        )
        self._samples.add(f"events_in_{name}", grown.events, "events")
        return url, grown

    async def _replay(self, store: EventStore, url: str, grown: Grown) -> None:
        until = min(self._sizes.replayed, grown.events)
        async with connected(url) as connection:
            for name, statement in (("facts_only", replaying.FACTS_ONLY), ("whole_rows", replaying.WHOLE_ROWS)):
                await replaying.raw(connection, until, self._samples, f"raw_replay_{name}", statement)
            await replaying.ours(connection, store, until, self._samples, "replay_recorded_facts")

    async def _sign(self, commands: Commands, grown: Grown, name: str) -> None:
        signed = grown.take(self._sizes.signed)
        await growth.sign_offs(commands, grown, signed, self._samples, name, self._sizes.clients)

    async def _append(self, store: EventStore, name: str, requests: list[list[AppendRequest]]) -> None:
        await appending.ours(store, requests, self._samples, name, self._sizes.patience)

    def _callers(self, many: int) -> list[list[AppendRequest]]:
        return rows.callers(many, self._sizes.appends // many, self._like)

    async def _read_only(self, store: EventStore) -> dict[str, int]:
        """Streams that stay as they are while others rest on them, by version."""
        requests = rows.callers(1, 800, self._like)[0]
        for request in requests:
            await store.append(request)
        return {request.events[0].originator_id: rows.EVENTS_IN_A_STREAM for request in requests}
