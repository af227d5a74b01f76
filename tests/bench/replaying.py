"""Replay: the log from its start, decoded into facts; ours, and the fastest raw forms."""

import time
from typing import Any

import asyncpg
import msgspec

from shared.contracts import facts_of
from shared.eventstore.logs import OwnLog
from shared.eventstore.mapper import Mapper
from shared.eventstore.vocabulary import EventStore
from tests.bench.figures import Samples
from tests.bench.host import left_alone, memory_mib

PAGE = 1000
FACTS_ONLY = "SELECT index, tag, data FROM store.events WHERE index > $1 ORDER BY index LIMIT $2"
WHOLE_ROWS = """
SELECT index, id, community, stream, version, tag, occurred_at, recorded_at, command_id, ordinal, correlation,
       causation, metadata, data
  FROM store.events WHERE index > $1 ORDER BY index LIMIT $2
"""


async def ours(connection: asyncpg.Connection, store: EventStore, until: int, samples: Samples, name: str) -> None:
    """Pages of recorded facts, envelope and all, as a tail reads them for projections: on a connection of its own."""
    log, index, most = OwnLog("credentials", store, Mapper("credentials")), 0, 0.0
    with left_alone():
        began = time.perf_counter()
        while index < until and (page := await log.read(connection, index, PAGE)):
            index = page[-1].index
            if index % (20 * PAGE) == 0:
                most = max(most, memory_mib())
        samples.rate(name, index, time.perf_counter() - began, "facts")
    samples.add("replay_memory_most", most or memory_mib(), "MiB")


async def raw(connection: asyncpg.Connection, until: int, samples: Samples, name: str, statement: str) -> None:
    """Pages by keyset with a prepared statement on one connection; each row's bytes decoded into its fact."""
    decoders: Any = {tag: msgspec.json.Decoder(kind).decode for tag, kind in facts_of("credentials").items()}
    fetch = (await connection.prepare(statement)).fetch
    tag, data = (1, 2) if statement == FACTS_ONLY else (5, 13)
    index = 0
    with left_alone():
        began = time.perf_counter()
        while index < until and (rows := await fetch(index, PAGE)):
            facts = [decoders[row[tag]](row[data]) for row in rows]
            index = rows[-1][0]
            assert len(facts) == len(rows)
        samples.rate(name, index, time.perf_counter() - began, "facts")
