"""The store against a model that is obviously right: the twin in memory, which knows no connection and no process."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Any, TypeVar
from uuid import UUID

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from shared.eventstore.memory import MemoryStore
from shared.eventstore.postgres import PostgresStore
from shared.eventstore.vocabulary import (
    AppendRequest,
    Claim,
    ClaimTaken,
    EventStore,
    IntegrityError,
    Tracking,
)
from shared.kernel import new_id
from tests.shared.eventstore.requests import event, note, request
from tests.support.databases import Database, create_from_template, drop, fresh_name, open_store, pool, settings_for
from tests.support.servers import Servers

T = TypeVar("T")
STREAMS = st.sampled_from(["thing-1", "thing-2", "thing-3"])
OWNER = UUID(int=7)


async def outcome(store: EventStore, asked: AppendRequest) -> object:
    """The indexes, or the kind of refusal; moments differ between the two, and are compared as read."""
    try:
        appended = await store.append(asked)
    except ClaimTaken as taken:
        return ClaimTaken, taken.kind, taken.value
    except IntegrityError as refused:
        return type(refused)
    return range(appended.first_index, appended.first_index + len(asked.events))


class StoreAndModel(RuleBasedStateMachine):
    """Appends (also several at once), conflicts, repeats, claims, tracking, notes, restarts; every read compared."""

    servers: Servers
    requests = Bundle("requests")

    @initialize()
    def begin(self) -> None:
        self.loop = asyncio.new_event_loop()
        self.name = fresh_name()
        self.model = MemoryStore()
        self.notes: list[UUID] = []
        self.run(create_from_template(self.servers, "partnerships", self.name))
        self.open()

    def run(self, work: Awaitable[T]) -> T:
        async def done() -> T:
            async with asyncio.timeout(30):
                return await work

        return self.loop.run_until_complete(done())

    def open(self) -> None:
        async def opening() -> PostgresStore:
            self.opened = AsyncExitStack()
            url = self.servers.postgres.url(self.name)
            appender = await self.opened.enter_async_context(pool(url, "consortia_appender"))
            database = Database(
                self.name, url, appender, appender, settings_for(self.servers, self.name, "partnerships")
            )
            return await self.opened.enter_async_context(open_store(database))

        self.store = self.run(opening())

    @rule(
        target=requests, of=STREAMS, events=st.integers(1, 3), off=st.sampled_from([0, 0, 0, 0, -1, 1]), rest=st.data()
    )
    def append(self, of: str, events: int, off: int, rest: st.DataObject) -> AppendRequest:
        """Where the stream stands, or beside it; with what else a request may carry."""
        version = max(0, len(self.run(self.model.stream("here", of))) + off)
        asked = request(*(event(of, version + place) for place in range(1, events + 1)), expected={of: version})
        return self.both(self.with_the_rest(asked, rest))

    @rule(target=requests, of=STREAMS, read=STREAMS, rest=st.data())
    def append_on_what_was_read_elsewhere(self, of: str, read: str, rest: st.DataObject) -> AppendRequest:
        versions = {stream: len(self.run(self.model.stream("here", stream))) for stream in (read, of)}
        stale = rest.draw(st.booleans(), label="stale")
        expected = versions | ({read: max(0, versions[read] - 1)} if stale and read != of else {})
        return self.both(request(event(of, expected[of] + 1), expected=expected))

    @rule(asked=requests)
    def repeat(self, asked: AppendRequest) -> None:
        """The very same request once more."""
        self.both(asked)

    @rule(of=STREAMS, callers=st.integers(2, 6))
    def append_at_once(self, of: str, callers: int) -> None:
        """Several for one version: one wins on each, the first asked."""
        version = len(self.run(self.model.stream("here", of)))
        asked = [request(event(of, version + 1), expected={of: version}) for _ in range(callers)]

        async def race(store: EventStore) -> list[object]:
            return list(await asyncio.gather(*(outcome(store, one) for one in asked)))

        assert self.run(race(self.store)) == self.run(race(self.model))

    @rule()
    def restart(self) -> None:
        self.run(self.opened.aclose())
        self.open()

    @invariant()
    def every_read_is_the_same(self) -> None:
        if not hasattr(self, "store"):
            return
        reads: list[Callable[[EventStore], Awaitable[Any]]] = [
            lambda store: store.page(0, 10_000),
            lambda store: store.last_index(),
            lambda store: store.tracked("consumer"),
            *(lambda store, of=of: store.stream("here", of) for of in ("thing-1", "thing-2", "thing-3")),
            *(lambda store, one=one: store.note("here", one) for one in self.notes),
        ]
        for read in reads:
            assert comparable(self.run(read(self.store))) == comparable(self.run(read(self.model)))

    def with_the_rest(self, asked: AppendRequest, rest: st.DataObject) -> AppendRequest:
        others: dict[str, Any] = {}
        if rest.draw(st.booleans(), label="claims"):
            others["claims"] = (Claim("key", rest.draw(st.sampled_from("abc"), label="claim"), OWNER),)
        if rest.draw(st.booleans(), label="tracks"):
            others["tracking"] = Tracking("consumer", "elsewhere", rest.draw(st.integers(1, 9), label="index"))
        if rest.draw(st.booleans(), label="notes"):
            others["notes"] = (kept := note(),)
            self.notes.append(kept.id)
        return request(*asked.events, expected=asked.expected, command_id=new_id(), **others)

    def both(self, asked: AppendRequest) -> AppendRequest:
        assert self.run(outcome(self.store, asked)) == self.run(outcome(self.model, asked))
        return asked

    def teardown(self) -> None:
        if hasattr(self, "store"):
            self.run(self.opened.aclose())
            self.run(drop(self.servers, self.name))
        if hasattr(self, "loop"):
            self.loop.close()


def comparable(read: Any) -> Any:
    """Without the moment of recording, which each store takes from its own clock."""
    if isinstance(read, list):
        return [tuple(getattr(one, field) for field in one.__struct_fields__ if field != "recorded_at") for one in read]
    return read


@pytest.mark.slow
def test_the_store_answers_as_the_model_does(servers: Servers) -> None:
    machine = type("AgainstPostgres", (StoreAndModel,), {"servers": servers})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=25, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
