"""`./dev history`: bring a generated history into the embedded stack's databases, whether the stack runs or not."""

import asyncio
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, date, datetime
from importlib import import_module
from pathlib import Path

import asyncpg
import msgspec
from msgspec import Struct

from deploy.local import places, running
from deploy.local.history.telling import FEWEST, LOGS, MOST, Extent
from deploy.local.history_progress import Progress
from deploy.local.kept import CaseKeys, Kept, Keys
from deploy.local.postgres import Postgres, address
from deploy.local.processes import CannotStart
from deploy.local.signposts import SERVICES
from shared.eventstore.connections import LOST, Connections, closed
from shared.eventstore.importing import Importer, import_requests
from shared.eventstore.vocabulary import AppendRequest
from shared.settings import Settings


class Summary(Struct):
    """What came of it, as `--json` prints it. `there_already` were imported by a run before this one."""

    seed: str
    until: str
    events: int
    imported: int
    there_already: int
    by_log: dict[str, int]
    communities: list[str]
    seconds: float
    events_per_second: float


def extent(events: int, seed: str, until: date | None) -> Extent:
    """What is asked for; `CannotStart` where no history can be like that."""
    if not FEWEST <= events <= MOST:
        raise CannotStart(
            f"A history has {FEWEST:,} to {MOST:,} events, and {events:,} were asked for. Give another number:"
            " ./dev history --events 100000"
        )
    today = datetime.now(UTC).date()
    if until is not None and until > today:
        raise CannotStart(
            f"A history ends today at the latest, and {until} has not begun. Leave --until out for today."
        )
    return Extent(seed, events, until or today)


def history(data: Path, asked: Extent, *, as_json: bool) -> int:
    """Import it; with `as_json` only JSON goes to standard output."""
    kept = Kept(data)
    keys = kept.keys()
    if keys is None or not keys.operator:
        raise CannotStart(
            f"There is nothing in {data} to bring a history into: run ./dev up once, which makes the databases."
            " It may be stopped again, or run on."
        )
    with Progress(asked.facts, to_stderr=as_json) as progress:
        summary = asyncio.run(_bring_in(data, asked, kept, keys, progress))
    if as_json:
        sys.stdout.buffer.write(msgspec.json.format(msgspec.json.encode(summary), indent=2) + b"\n")
    else:
        _print(summary, kept)
    return 0


async def _bring_in(data: Path, asked: Extent, kept: Kept, keys: Keys, progress: Progress) -> Summary:
    began = time.monotonic()
    by_log, communities, imported = dict.fromkeys(LOGS, 0), [], 0
    async with _importers(data, progress) as importers:
        for number in range(asked.communities):
            told = asked.community(number, await _before(importers["partnerships"], asked, number))
            communities.append(told.cast.key)
            keys.cases[told.cast.key] = CaseKeys(
                told.cast.key, {name: key.text for name, key in told.cast.people.items()}
            )
            kept.save_keys(keys)  # before anybody can need them
            for log in LOGS:
                progress.at(log, told.cast.key)
                imported += await import_log(importers[log], told.requests(log), progress)
                by_log[log] += told.counts[log]
    seconds, total = time.monotonic() - began, sum(by_log.values())
    rate = round(imported / seconds, 1)
    return Summary(
        asked.seed, str(asked.until), total, imported, total - imported, by_log, communities, round(seconds, 1), rate
    )


async def import_log(importer: Importer, requests: Iterable[AppendRequest], progress: Progress) -> int:
    """Import these; how many events were written now. `CannotStart` where the database does not let it end."""
    try:
        return await import_requests(importer, requests, progress.told)
    except LOST:
        raise CannotStart(
            "The stack's database ended the import, or the connection to it was lost. What was imported is kept: run"
            " the same command again, and the import goes on from there."
        ) from None


async def _before(importer: Importer, asked: Extent, number: int) -> int:
    """How many facts partnerships' log held before this community: now, or when a run before this one opened it."""
    first = next(asked.community(number).requests("partnerships")).events[0]
    return await importer.index_before(first.id)


@asynccontextmanager
async def _importers(data: Path, progress: Progress) -> AsyncIterator[dict[str, Importer]]:
    """An importer for each log, on the stack's PostgreSQL, or on one started for this."""
    with _postgres(data) as (url, started):
        if started is not None:
            progress.say("The stack does not run: PostgreSQL was started for this, and stops with it.")
            await _migrate(started, data)
        connections: dict[str, asyncpg.Connection] = {}
        try:
            for log in LOGS:
                connections[log] = await connect(url(log))
            yield {log: Importer(connection) for log, connection in connections.items()}
        finally:
            for connection in connections.values():
                await closed(connection)


@contextmanager
def _postgres(data: Path) -> Iterator[tuple[Callable[[str], str], Postgres | None]]:
    """How to reach a database by its name; and the server, where it had to be started."""
    if running.wait_until_ready(data) is not None:
        place = places.postgres_place(data / "postgres")
        yield lambda database: address(place, database), None
        return
    postgres = Postgres.start(data / "postgres")
    try:
        yield postgres.url, postgres
    finally:
        postgres.stop()


async def _migrate(postgres: Postgres, data: Path) -> None:
    """As `./dev up` does before it starts the services: an import may need a newer schema than the data has."""
    from shared.service.migrations import MigrationFailed, migrate

    for name in SERVICES:
        postgres.create_database(name)
        only_the_database = Settings(postgres.url(name), "nats://127.0.0.1", str(data / "note-keys"))
        try:
            await migrate(import_module(f"services.{name}.app").SERVICE, only_the_database)
        except MigrationFailed as error:
            raise CannotStart(f"{error}\nIf the data is not needed: ./dev up --fresh") from None


async def connect(url: str, silent_for: int = 10_000) -> asyncpg.Connection:
    """A connection to import over; the server ends it when it is silent in a chunk for so many milliseconds.

    Every append waits for the chunk meanwhile. Silence amid a COPY is not counted: no limit of PostgreSQL's ends that.
    """
    limits = {"statement_timeout": "30000", "idle_in_transaction_session_timeout": str(silent_for)}
    try:
        return await Connections(url, "consortia_importer").open("imports a history", **limits)
    except (OSError, asyncpg.PostgresError) as error:
        raise CannotStart(
            f"The stack's databases cannot be reached for an import ({error}). If it was started by an older version,"
            " ./dev down and run this again."
        ) from None


def _print(summary: Summary, kept: Kept) -> None:
    logs = ", ".join(f"{count:,} of {log}" for log, count in summary.by_log.items())
    print(f"{summary.events:,} events ({logs}) up to {summary.until}, seed {summary.seed!r}.")
    if summary.imported:
        print(f"{summary.imported:,} imported in {summary.seconds:.1f} s, {summary.events_per_second:,.0f} a second.")
    if summary.there_already:
        print(f"{summary.there_already:,} were there already. Another --seed brings in another history.")
    several = len(summary.communities) > 1
    print(f"{'Communities' if several else 'Community'}: {', '.join(summary.communities)}")
    print(f"The keys of their people are in {kept.keys_file}, by community and position.")
