"""Cards and whom they wait on, as tables: one projection per log, each writing its own part of them.

Beside them the history of every card, and how long cards stayed in the stages they left: what the board shows of the
past, and how it tells what is usual.
"""

from collections.abc import Callable
from typing import Generic, TypeVar
from uuid import UUID

import msgspec

from services.oversight.projections import approval, concept, past
from services.oversight.projections.ages import stay
from services.oversight.projections.approval import Approval
from services.oversight.projections.concept import Concept
from services.oversight.projections.waits import Card
from shared.eventstore.projections import Connection
from shared.eventstore.sql import statements
from shared.kernel import Fact, Recorded, Value

SQL = statements("services.oversight.projections", "cards.sql")
S = TypeVar("S", bound=Value)


class Cards(Generic[S]):
    """One row a card, folded from the facts about it in one log; `about` names the field that says which."""

    def __init__(
        self,
        log: str,
        about: str,
        state: type[S],
        evolve: Callable[[S | None, Recorded[Fact]], S | None],
        card: Callable[[S], Card],
    ) -> None:
        self.name = f"cards of {log}"
        self.log = log
        self.version = 4
        self.tables = tuple(f"{table}_{log}" for table in ("cards", "waits", "past_cards", "stage_ages"))
        self._sql = {name: statement.format(log=log) for name, statement in SQL.items()}
        self._about = about
        self._decoder = msgspec.json.Decoder(state)
        self._evolve = evolve
        self._card = card

    async def apply(self, connection: Connection, recorded: Recorded[Fact]) -> None:
        subject = getattr(recorded.fact, self._about, None)
        if not isinstance(subject, UUID):
            return
        stored = await connection.fetchval(self._sql["state"], self.log, subject)
        before = self._decoder.decode(stored) if stored else None
        after = self._evolve(before, recorded)
        if after is None or after == before:
            return
        state, card, was = _json(after), self._card(after), self._card(before) if before else None
        if card == was:
            await connection.execute(self._sql["keep"], self.log, card.subject, recorded.index, state)
            return
        await self._show(connection, recorded, card, was, state)
        if was is None or (was.waits, was.stage, was.since) != (card.waits, card.stage, card.since):
            await self._wait(connection, recorded.community, card)

    async def _show(
        self, connection: Connection, recorded: Recorded[Fact], card: Card, was: Card | None, state: str
    ) -> None:
        title = None if card.title is None else _json(card.title)
        at, ended = recorded.occurred_at, stay(was, card)
        await connection.execute(
            self._sql["show"], self.log, card.subject, recorded.community, card.key, title, card.partner, card.stage,
            card.since, recorded.index, state, card.private, card.due, _json(card.dots), at,
            ended.stage if ended else None, ended.month if ended else None, ended.days if ended else None,
            card.drafting, _json(past.kept(card.waits)), past.strip(recorded.community, card.stage),
        )  # fmt: skip

    async def _wait(self, connection: Connection, community: str, card: Card) -> None:
        await connection.execute(self._sql["waited"], self.log, card.subject)
        for ordinal, wait in enumerate(card.waits):
            await connection.execute(
                self._sql["wait"], self.log, card.subject, ordinal, community, wait.matter, wait.partner, wait.position,
                list(wait.apart), wait.since, wait.due, _json(wait), wait.whom, list(wait.shut), card.stage, card.since,
                card.partner,
            )  # fmt: skip


def _json(plain: object) -> str:
    return msgspec.json.encode(plain).decode()


def proposals() -> Cards[Concept]:
    """Proposals until they are accepted, from intake's log."""
    return Cards("intake", "proposal", Concept, concept.evolve, concept.card)


def microcredentials() -> Cards[Approval]:
    """Microcredentials from their opening on, from credentials' log; offerings are facts about theirs."""
    return Cards("credentials", "microcredential", Approval, approval.evolve, approval.card)
