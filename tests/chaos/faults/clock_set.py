"""The clock of the machine set back an hour, and forward an hour, while facts are appended.

PostgreSQL runs under a clock that jumps, and the services by the same one: as on a machine whose clock is set. The
order of a log and the due moments in it follow `recorded_at`, which never goes back.

Control: the database's own clock, noted at each of the same appends. In the place of `recorded_at` it turns the log
back, as the checker finds; in the place of the moment that counts for a decision, it makes steps due otherwise.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

import asyncpg
import msgspec
from msgspec import structs

from deploy.local.nats import Nats
from deploy.local.postgres import Postgres
from tests.chaos.checker import Seen, Stored, check
from tests.chaos.figures import Figures
from tests.chaos.hosts.clock import JumpingClock
from tests.chaos.hosts.scratch import scratch
from tests.chaos.hosts.skipping import skipped_where_absent
from tests.chaos.installations import PREFIX, in_this_process
from tests.chaos.load import Load, cast
from tests.chaos.running import Say, judged, settle
from tests.chaos.world import World
from tests.support.community import Communities

NAME = "clock"
CLIENTS = 6
HOUR = timedelta(hours=1)
JUMPS = (-HOUR, timedelta(), HOUR, timedelta())
"""How far off the clock is, in turn, in each round: back, right again, forward, right again."""
FACTS_BETWEEN = 25
DUE_AFTER = timedelta(days=30)
"""Of the steps of the load's pathway, which state nothing else."""
UNDER_WAY = timedelta(seconds=30)
"""The longest a decision of this load takes to be recorded, on a machine that is very busy: far from an hour."""
OPENED = "credentials.step-opened.v1"
NOTED = """
create table public.noted (index bigint primary key, at timestamptz not null);
create function public.note() returns trigger language plpgsql security definer as $$
begin insert into public.noted values (new.index, clock_timestamp()); return new; end $$;
create trigger noted after insert on store.events for each row execute function public.note();
"""
"""What somebody who took the database's clock for the time of an append would have written down."""


class Due(msgspec.Struct):
    """What matters here of a step that was opened."""

    due: datetime


@skipped_where_absent(NAME)
async def run(rounds: int, say: Say) -> Figures:
    """Set the clock back and forth so often."""
    async with installed() as (clock, postgres, world):
        await note_down(postgres)
        load, began = Load(world.http, await cast(Communities(world, world.http)), NAME), await world.began()
        load.start(CLIENTS)
        for number in range(rounds):
            for off in JUMPS:
                say(f"clock {off.total_seconds():+.0f} s, round {number + 1} of {rounds}")
                await load.until(FACTS_BETWEEN)
                clock.set(off)
        await load.until(FACTS_BETWEEN)
        await load.stop()
        settled = await settle(world, say)
        seen = await world.seen(load, began)
        naive = await noted(postgres)
    damage = check(seen)
    damage.reordered += not_due_by_the_record(seen)
    if not opened(seen):
        raise AssertionError(f"{NAME}: no step was opened, so nothing shows when one is due")
    turned_back = len(check(recorded_when_noted(seen, naive)).reordered)
    due_otherwise = len(not_due_by_the_record(due_when_noted(seen, naive)))
    return judged(
        NAME,
        rounds,
        load,
        damage,
        settled,
        control_seen=turned_back >= 2 * rounds and due_otherwise > 0,
        steps_opened=len(opened(seen)),
        control_facts_recorded_before_those_ahead_of_them=turned_back,
        control_steps_due_otherwise=due_otherwise,
    )


def not_due_by_the_record(seen: Seen) -> list[str]:
    """Steps that are due otherwise than their days after they were recorded to be open."""
    return [
        f"credentials@{one.index}, recorded at {one.recorded_at}, is due at {due}"
        for one in opened(seen)
        if abs(one.recorded_at + DUE_AFTER - (due := due_of(one))) > UNDER_WAY
    ]


def opened(seen: Seen) -> list[Stored]:
    """The steps that were opened under load."""
    return [one for one in seen.logs["credentials"][seen.began.get("credentials", 0) :] if one.tag == OPENED]


def due_of(step: Stored) -> datetime:
    return msgspec.json.decode(step.data, type=Due).due


def recorded_when_noted(seen: Seen, noted: Mapping[int, datetime]) -> Seen:
    """The log of credentials, had the database's own clock said when each fact was recorded."""
    log = [structs.replace(one, recorded_at=noted.get(one.index, one.recorded_at)) for one in seen.logs["credentials"]]
    return structs.replace(seen, logs={**seen.logs, "credentials": log})


def due_when_noted(seen: Seen, noted: Mapping[int, datetime]) -> Seen:
    """The log of credentials, had that clock said when steps are due; their facts hold nothing else any more."""
    log = [
        structs.replace(one, data=msgspec.json.encode(Due(noted[one.index] + DUE_AFTER)))
        if one.tag == OPENED and one.index in noted
        else one
        for one in seen.logs["credentials"]
    ]
    return structs.replace(seen, logs={**seen.logs, "credentials": log})


async def note_down(postgres: Postgres) -> None:
    """From now on the database notes its own clock at each append to the log of credentials."""
    async with _connected(postgres) as connection:
        await connection.execute(NOTED)


async def noted(postgres: Postgres) -> dict[int, datetime]:
    """What it noted, by index of the log."""
    async with _connected(postgres) as connection:
        return {row["index"]: row["at"] for row in await connection.fetch("select index, at from public.noted")}


@asynccontextmanager
async def _connected(postgres: Postgres) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(postgres.url(f"{PREFIX}_credentials"))
    try:
        yield connection
    finally:
        await connection.close()


@asynccontextmanager
async def installed() -> AsyncIterator[tuple[JumpingClock, Postgres, World]]:
    """An installation that lives by a clock of its own, all gone at the end."""
    with scratch() as folder:
        clock = JumpingClock(folder)
        postgres = Postgres.start(folder / "postgres", environment=clock.environment)
        try:
            nats = Nats.start(folder / "nats")
            try:
                async with in_this_process(postgres, nats, folder, clock) as world:
                    yield clock, postgres, world
            finally:
                nats.stop()
        finally:
            postgres.stop()
            await asyncio.to_thread(Postgres.remove, folder / "postgres")
