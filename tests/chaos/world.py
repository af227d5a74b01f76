"""What a fault is done to. Everything the checker compares is read from outside, when the load has ended."""

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from importlib import import_module

import asyncpg
import httpx2
import msgspec
from msgspec import Struct
from nats.js.errors import NotFoundError

from shared.contracts import LOGS
from shared.messaging.cloudevents import CloudEvent
from shared.messaging.subjects import stream_name
from shared.service import open_platform
from shared.service.platform import Platform
from shared.settings import Settings
from tests.chaos.checker import Seen, Stored, Told
from tests.chaos.load import Load
from tests.support.patience import eventually
from tests.support.tables import dumped

SERVICES = (*LOGS, "oversight")
REACTS = {"intake.proposal-accepted.v1": "credentials.microcredential-opened.v1"}
"""Which fact a service writes of its own accord, once for each fact that causes it."""
SECONDS_TO_SETTLE = 90.0
STORED = "select index, id, stream, version, tag, command_id, causation, recorded_at, data from store.events order by 1"
PUT_ASIDE = """
select concat(consumer, ' of ', log, '@', coalesce(index, sequence), ', ', tag, ': ', error)
  from store.dead_letters where state = 'waiting' order by id
"""
HEARD = "select index, id, event from store.heard where log = $1 order by index"


class World(Struct, frozen=True):
    """An installation under test: how its services reach their servers, and where they answer."""

    settings: Mapping[str, Settings]
    http: httpx2.AsyncClient
    operator_key: str

    def follows(self, service: str) -> set[str]:
        """The logs a request to that service may wait for."""
        described = import_module(f"services.{service}.app").SERVICE
        return {*described.hears, *((service,) if described.decides else ())}

    async def began(self) -> dict[str, int]:
        """Where each log stands."""
        async with _reading(self.settings) as platforms:
            return {log: await platforms[log].log.last_index() for log in LOGS}

    async def settled(self, seconds: float = SECONDS_TO_SETTLE) -> bool:
        """Whether everything said is published, heard, projected and reacted to, within those seconds."""
        async with _reading(self.settings) as platforms:

            async def is_level() -> bool:
                ends = {log: await platforms[log].log.last_index() for log in LOGS}
                for name, platform in platforms.items():
                    for log in self.follows(name):
                        if (await platform.reached(log) or 0) < ends[log]:
                            return False
                return ends == {log: await platforms[log].log.last_index() for log in LOGS}

            try:
                await eventually(is_level, seconds)
            except TimeoutError:
                return False
            return True

    async def logs(self) -> dict[str, list[Stored]]:
        """Every log, whole."""
        async with _reading(self.settings) as platforms:
            return {log: await _stored(platforms[log].pool) for log in LOGS}

    async def seen(self, load: Load, began: Mapping[str, int]) -> Seen:
        """Everything there is to compare. It rebuilds every table."""
        async with _reading(self.settings) as platforms:
            tables = {name: await _tables(platform) for name, platform in platforms.items()}
            put_aside = [letter for platform in platforms.values() for letter in await waiting(platform)]
            for platform in platforms.values():
                for projector in platform.projectors():
                    await projector.rebuild()
            rebuilt = {name: await _tables(platform) for name, platform in platforms.items()}
            put_aside += [letter for platform in platforms.values() for letter in await waiting(platform)]
            return Seen(
                acknowledged=load.acknowledged,
                logs={log: await _stored(platforms[log].pool) for log in LOGS},
                published={log: await published(platforms[log]) for log in LOGS},
                heard={
                    (name, log): await _heard(platform.pool, log)
                    for name, platform in platforms.items()
                    for log in platform.heard
                },
                tables={table: rows for of in tables.values() for table, rows in of.items()},
                rebuilt={table: rows for of in rebuilt.values() for table, rows in of.items()},
                began=began,
                open=frozenset(load.open.values()),
                reacts=REACTS,
                put_aside=list(dict.fromkeys(put_aside)),
            )

    async def stored(self, load: Load, began: Mapping[str, int]) -> Seen:
        """Only what was acknowledged, and the logs: for a fault after which nobody waits until all is level."""
        return Seen(load.acknowledged, await self.logs(), {}, {}, {}, {}, began=began)


@asynccontextmanager
async def _reading(settings: Mapping[str, Settings]) -> AsyncIterator[dict[str, Platform]]:
    """The services' platforms without anything at work on them."""
    async with AsyncExitStack() as opened:
        yield {
            name: await opened.enter_async_context(open_platform(import_module(f"services.{name}.app").SERVICE, of))
            for name, of in settings.items()
        }


async def _tables(platform: Platform) -> dict[str, list[str]]:
    return {f"{platform.service.name}.{table}": rows for table, rows in (await dumped(platform)).items()}


async def waiting(platform: Platform) -> list[str]:
    """The dead letters of that service which nobody has settled, in words."""
    return [f"{platform.service.name}, {row[0]}" for row in await platform.pool.fetch(PUT_ASIDE)]


async def _stored(pool: asyncpg.Pool) -> list[Stored]:
    return [Stored(*row) for row in await pool.fetch(STORED)]


async def _heard(pool: asyncpg.Pool, log: str) -> list[Told]:
    return [told(row["event"]) for row in await pool.fetch(HEARD, log)]


async def published(platform: Platform) -> list[Told]:
    """The stream of that service, message by message."""
    stream = stream_name(platform.settings.nats_prefix, platform.service.name)
    try:
        state = (await platform.jetstream.stream_info(stream)).state
    except NotFoundError:
        return []
    found = []
    for sequence in range(state.first_seq, state.last_seq + 1):
        try:
            found.append(told((await platform.jetstream.get_msg(stream, sequence)).data or b""))
        except NotFoundError:
            continue
    return found


def told(message: bytes) -> Told:
    """A message, as the checker compares it."""
    event = msgspec.json.decode(message, type=CloudEvent)
    return Told(event.index, event.id, event.stored)
