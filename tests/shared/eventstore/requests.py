"""Append requests, made short."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from msgspec import structs

from shared.eventstore.vocabulary import Appended, AppendRequest, EventStore, SealedNote, StoredEvent
from shared.kernel import new_id

PAST = datetime(2025, 6, 1, tzinfo=UTC)
FAR_FUTURE = datetime.now(UTC) + timedelta(days=400)


def stream(category: str = "thing") -> str:
    """A stream nobody has used."""
    return f"{category}-{new_id()}"


def event(of: str, version: int, state: bytes = b"{}") -> StoredEvent:
    return StoredEvent(new_id(), of, version, "test.done.v1", state)


def request(*events: StoredEvent, **others: Any) -> AppendRequest:
    """A command of its own that writes these events; `others` replace parts of the request."""
    command = new_id()
    return structs.replace(AppendRequest("here", command, command, None, PAST, b"{}", events=events), **others)


def note(words: bytes = b"sealed") -> SealedNote:
    return SealedNote(new_id(), UUID(int=7), "en", "community", "sha-256:" + "0" * 64, words)


def started(store: EventStore, *requests: AppendRequest) -> "list[asyncio.Task[Appended]]":
    return [asyncio.ensure_future(store.append(one)) for one in requests]


async def outcomes(tasks: "list[asyncio.Task[Appended]]") -> list[Appended | BaseException]:
    return await asyncio.gather(*tasks, return_exceptions=True)
