"""Appends per second: ours with so many callers, the raw limit, and the library's own recorder."""

import asyncio
import threading
import time
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import asyncpg
from eventsourcing.persistence import InfrastructureFactory, StoredEvent
from eventsourcing.utils import Environment

from shared.eventstore.batches import columns
from shared.eventstore.committing import SQL
from shared.eventstore.vocabulary import AppendRequest, EventStore
from tests.bench.figures import Samples
from tests.bench.host import left_alone

RAW_TABLE = """
CREATE SCHEMA IF NOT EXISTS raw;
CREATE TABLE IF NOT EXISTS raw.events (
  index bigint PRIMARY KEY, id uuid NOT NULL UNIQUE, community text NOT NULL, stream text NOT NULL,
  version integer NOT NULL, tag text NOT NULL, occurred_at timestamptz NOT NULL, recorded_at timestamptz NOT NULL,
  command_id uuid NOT NULL, ordinal integer NOT NULL, correlation uuid NOT NULL, causation uuid,
  metadata bytea NOT NULL, data bytea NOT NULL, UNIQUE (stream, version), UNIQUE (command_id, ordinal))
"""
RAW_INSERT = """
INSERT INTO raw.events SELECT * FROM unnest(
  $1::bigint[], $2::uuid[], $3::text[], $4::text[], $5::integer[], $6::text[], $7::timestamptz[], $8::timestamptz[],
  $9::uuid[], $10::integer[], $11::uuid[], $12::uuid[], $13::bytea[], $14::bytea[])
"""


async def ours(
    store: EventStore, requests: list[list[AppendRequest]], samples: Samples, name: str, patience: float
) -> None:
    """Each caller appends its requests one after another, for at most `patience` seconds in all."""
    took: list[float] = []
    stop = 0.0

    async def call(own: list[AppendRequest]) -> None:
        for request in own:
            began = time.perf_counter()
            if began > stop:
                return
            await store.append(request)
            took.append(time.perf_counter() - began)

    with left_alone():
        stop, began = time.perf_counter() + patience, time.perf_counter()
        await asyncio.gather(*(call(own) for own in requests))
        samples.rate(name, len(took), time.perf_counter() - began, "events")
    samples.latencies(name, took)


async def ready_made(
    connection: asyncpg.Connection, requests: list[list[AppendRequest]], samples: Samples, name: str, patience: float
) -> None:
    """The database's share of our appends: `store.append_batch` with its columns ready, nobody queueing or waiting."""
    await connection.execute(SQL["plan_once_by_index"])
    append = await connection.prepare(SQL["append_batch"])
    proven = dict.fromkeys((stream for own in requests for request in own for stream in request.expected), 2**31)
    batches = [columns(batch, proven) for batch in zip(*requests, strict=True)]
    done, began = 0, time.perf_counter()
    for batch in batches:
        await append.fetch(*batch)
        done += len(batch[0])
        if time.perf_counter() - began > patience:
            break
    samples.rate(name, done, time.perf_counter() - began, "events")


class Raw:
    """The limit: the same rows into a table of the same columns and unique constraints, 64 to a prepared insert."""

    def __init__(self, connection: asyncpg.Connection) -> None:
        self._connection = connection
        self._index = 0

    async def measure(self, requests: list[list[AppendRequest]], samples: Samples, name: str, patience: float) -> None:
        """One batch after another: the n-th request of each caller is in the n-th batch."""
        await self._connection.execute(RAW_TABLE)
        insert = await self._connection.prepare(RAW_INSERT)
        batches = [self._columns(list(batch)) for batch in zip(*requests, strict=True)]
        with left_alone():
            done, began = 0, time.perf_counter()
            for batch in batches:
                await insert.fetch(*batch)
                done += len(batch[0])
                if time.perf_counter() - began > patience:
                    break
            samples.rate(name, done, time.perf_counter() - began, "events")

    def _columns(self, batch: list[AppendRequest]) -> tuple[list[Any], ...]:
        now, first = datetime.now(UTC), self._index + 1
        self._index += len(batch)
        events = [request.events[0] for request in batch]
        return (
            list(range(first, first + len(batch))),
            [event.id for event in events],
            [request.community for request in batch],
            [event.originator_id for event in events],
            [event.originator_version for event in events],
            [event.topic for event in events],
            [request.occurred_at for request in batch],
            [now for _ in batch],
            [request.command_id for request in batch],
            [1 for _ in batch],
            [request.correlation for request in batch],
            [request.causation for request in batch],
            [request.metadata for request in batch],
            [event.state for event in events],
        )


class Library:
    """The `eventsourcing` library's own PostgreSQL recorder, on the same server, called from threads."""

    def __init__(self, url: str, threads: int) -> None:
        parts = urlsplit(url)
        self._threads = threads
        self._factory: Any = InfrastructureFactory.construct(
            Environment(
                "bench",
                {
                    "PERSISTENCE_MODULE": "eventsourcing.postgres",
                    "POSTGRES_DBNAME": parts.path.lstrip("/"),
                    "POSTGRES_HOST": parse_qs(parts.query)["host"][0],
                    "POSTGRES_PORT": "5432",
                    "POSTGRES_USER": parts.username or "",
                    "POSTGRES_PASSWORD": "not asked for",
                    "POSTGRES_POOL_SIZE": str(threads),
                    "ORIGINATOR_ID_TYPE": "text",
                },
            )
        )
        self._recorder = self._factory.application_recorder()

    def measure(self, requests: list[list[AppendRequest]], samples: Samples, name: str, patience: float) -> None:
        """Each thread inserts its events one by one, for at most `patience` seconds."""
        work = [
            [StoredEvent(event.originator_id, event.originator_version, event.topic, event.state) for event in events]
            for events in ([request.events[0] for request in own] for own in requests[: self._threads])
        ]
        done = [0] * len(work)
        stop = 0.0

        def insert(thread: int) -> None:
            for event in work[thread]:
                if time.perf_counter() > stop:
                    return
                self._recorder.insert_events([event])
                done[thread] += 1

        threads = [threading.Thread(target=insert, args=(number,)) for number in range(len(work))]
        with left_alone():
            stop, began = time.perf_counter() + patience, time.perf_counter()
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            samples.rate(name, sum(done), time.perf_counter() - began, "events")

    def close(self) -> None:
        self._factory.close()
