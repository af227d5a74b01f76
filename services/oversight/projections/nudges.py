"""Who was reminded of what: one projection per log, and what it says of a card's waits."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

import asyncpg

from services.oversight.projections.waits import Wait
from shared.authority.nudging import EVERY
from shared.contracts.credentials import MicrocredentialNudged
from shared.contracts.intake import ProposalNudged
from shared.eventstore.projections import Connection
from shared.eventstore.sql import statements
from shared.kernel import Fact, Recorded, Value

SQL = statements("services.oversight.projections", "nudges.sql")
Waited = tuple[UUID, str, str | None, UUID, UUID | None]
"""Subject, act, step, partner, and what it refers to."""


class NudgeProjection:
    """One row a nudge of one log."""

    version = 1

    def __init__(self, log: str) -> None:
        self.name = f"nudges of {log}"
        self.log = log
        self.tables = (f"nudges_{log}",)
        self._nudge = SQL["nudge"].format(log=log)

    async def apply(self, connection: Connection, recorded: Recorded[Fact]) -> None:
        row: tuple[object, ...]
        match recorded.fact:
            case ProposalNudged() as fact:
                row = (fact.proposal, fact.act, None, fact.partner, None, recorded.occurred_at, fact.acting_as)
            case MicrocredentialNudged() as fact:
                row = (
                    fact.microcredential, fact.act, fact.step, fact.partner, fact.refers, recorded.occurred_at,
                    fact.acting_as,
                )  # fmt: skip
            case _:
                return
        await connection.execute(self._nudge, self.log, recorded.index, recorded.community, *row)


class Last(Value, frozen=True):
    """The last nudge about a wait: when, by which position (None: by a coordinator), and how many there were.

    `again`: from when it can be nudged again.
    """

    at: datetime
    by: UUID | None
    times: int
    again: datetime


class Nudges(Value, frozen=True):
    """The nudges about some cards, by what was waited for, each with its moment and the position that nudged."""

    told: dict[Waited, tuple[tuple[datetime, UUID | None], ...]] = {}  # noqa: RUF012 - msgspec copies an empty default

    def until(self, at: datetime) -> "Nudges":
        """Those there were by then."""
        return Nudges({waited: tuple(one for one in told if one[0] <= at) for waited, told in self.told.items()})

    def of(self, subject: UUID, wait: Wait, partner: UUID | None, now: datetime) -> Last | None:
        """The last nudge about that wait at that partner; one about an earlier wait for the same counts for a day."""
        if partner is None:
            return None
        told = self.told.get((subject, wait.act, wait.step, partner, wait.refers), ())
        own = [one for one in told if one[0] >= wait.since or now < one[0] + EVERY]
        if not own:
            return None
        at, by = own[-1]
        return Last(at, by, len(own), at + EVERY)


NONE = Nudges()


async def nudges_of(pool: asyncpg.Pool, community: str, subjects: Iterable[UUID]) -> Nudges:
    """Every nudge about these proposals and microcredentials."""
    told: dict[Waited, list[tuple[datetime, UUID | None]]] = {}
    for row in await pool.fetch(SQL["about"], community, list(set(subjects))):
        key = (row["subject"], row["act"], row["step"], row["partner"], row["refers"])
        told.setdefault(key, []).append((row["at"], row["acting_as"]))
    return Nudges({key: tuple(sorted(found, key=lambda one: one[0])) for key, found in told.items()})
