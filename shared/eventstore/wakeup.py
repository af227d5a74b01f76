"""Hints across processes: LISTEN and NOTIFY, on connections of their own, never in the transaction that appends.

A notification lost costs whoever waits for it one poll, so nothing is done to keep one.
"""

import asyncio
from collections.abc import Mapping
from typing import Any

from shared.eventstore.connections import Connections
from shared.eventstore.hint import Hint
from shared.eventstore.sql import statements
from shared.observability import Steady

SQL = statements("shared.eventstore", "sql/wakeup.sql")
CHANNEL = "consortia"
AT_MOST_EVERY = 0.02
"""Seconds between two notifications of one process about one hint."""
PATIENCE = 10.0
"""Seconds after which a listener that heard nothing makes sure that it is still connected."""


class Notifier:
    """Tells other processes of one hint's own rings; connects when there is something to tell."""

    def __init__(self, connections: Connections, name: str, hint: Hint) -> None:
        """`name` is what listeners know the hint by."""
        self._connections = connections
        self._name = name
        self._hint = hint
        self._told = hint.own
        self.steady = Steady(f"notifier of {name}")

    async def follow(self) -> None:
        """Notify for ever: at once, but not more often than the rings are worth."""
        await self.steady.keep(self._notify_while_it_lasts)

    async def _notify_while_it_lasts(self) -> None:
        await self._rung()
        async with self._connections.opened(f"notifies of {self._name}", synchronous_commit="off") as connection:
            while self._connections.is_current(connection):
                self._told = self._hint.own
                await connection.execute(SQL["notify"], CHANNEL, self._name)
                self.steady.well()
                await asyncio.sleep(AT_MOST_EVERY)
                await self._rung()

    async def _rung(self) -> None:
        while True:
            seen = self._hint.rings
            if self._hint.own != self._told:
                return
            await self._hint.wait(PATIENCE, seen)


class Listener:
    """Rings the hints of this process when another notifies."""

    def __init__(self, connections: Connections, hints: Mapping[str, Hint]) -> None:
        self._connections = connections
        self._hints = hints
        self.steady = Steady("listener")

    async def follow(self) -> None:
        """Listen for ever; after a lost connection over another."""
        await self.steady.keep(self._listen_while_it_lasts)

    async def _listen_while_it_lasts(self) -> None:
        async with self._connections.opened("listens") as connection:
            ended = asyncio.Event()
            connection.add_termination_listener(lambda _: ended.set())
            await connection.add_listener(CHANNEL, self._heard)
            for hint in self._hints.values():
                hint.echo()  # for what was said while nobody listened
            while not ended.is_set() and self._connections.is_current(connection):
                await connection.execute(SQL["still_there"])
                self.steady.well()
                try:
                    async with asyncio.timeout(PATIENCE):
                        await ended.wait()
                except TimeoutError:
                    continue

    def _heard(self, _connection: Any, _process: int, _channel: str, name: object) -> None:
        if (hint := self._hints.get(str(name))) is not None:
            hint.echo()
