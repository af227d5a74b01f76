"""Projections: tables as functions of the log, whichever way they came to be."""

import asyncio
from typing import Any

import asyncpg
import pytest

from services.partnerships.domain import agreement
from services.partnerships.domain.agreement import AGREEMENT, ProposeAgreement, SignAgreement
from services.partnerships.projections.agreements import Agreements
from shared.contracts.partnerships import AgreementTerms
from shared.contracts.values import Acting, Evidence
from shared.eventstore.aside import WouldTakeBack
from shared.eventstore.logs import OwnLog
from shared.eventstore.mapper import Mapper
from shared.eventstore.postgres import PostgresStore
from shared.eventstore.projections import positions
from shared.eventstore.projector import Projector
from shared.eventstore.work import Work
from shared.kernel import Fact, Recorded, new_id
from tests.shared.eventstore.deciding import commands, context
from tests.support.databases import Database, open_store


class Broken(Agreements):
    """A projection that fails on the third fact."""

    async def apply(self, connection: Any, recorded: Recorded[Fact]) -> None:
        await super().apply(connection, recorded)
        if recorded.index == 3:
            raise RuntimeError("broken")


async def agree(database: Database, key: str) -> None:
    """Propose an agreement of two partners, and have both sign: four facts."""
    partners, made = (new_id(), new_id()), new_id()
    terms = AgreementTerms(partners, {"en": "shared"}, {"en": "blended"})

    async def attempt(work: Work) -> None:
        facts = agreement.propose(made, ProposeAgreement(key, terms))
        for partner in partners:
            state = agreement.evolve(agreement.NotProposed(), facts[0])
            for fact in facts[1:]:
                state = agreement.evolve(state, fact)
            by = Acting(new_id(), new_id(), partner)
            evidence = Evidence("agreement-signing", partner, by.position, 1)
            facts += agreement.sign(state, SignAgreement(facts[0].digest), by, evidence, work.at)  # type: ignore[union-attr]  # the first is the proposal
        work.record(AGREEMENT, made, *facts)

    async with open_store(database) as store:
        await commands(store).execute(context(), attempt)


def projector(database: Database, projection: Any = None) -> Projector:
    log = OwnLog("partnerships", PostgresStore(database.appender), Mapper("partnerships"))
    return Projector(database.projects, projection or Agreements(), log)


async def tables(database: Database) -> list[asyncpg.Record]:
    return await database.appender.fetch("SELECT * FROM read.agreements ORDER BY agreement")


async def test_a_rebuild_gives_the_same_tables(empty: Database) -> None:
    for key in ("one", "two", "three"):
        await agree(empty, key)
    assert await projector(empty).advance() == 12
    first = await tables(empty)
    assert [row["in_force_since"] is not None for row in first] == [True] * 3
    assert await projector(empty).rebuild() == 12
    assert await tables(empty) == first
    assert await positions(empty.appender, (Agreements(),)) == {"partnerships": 12}


async def test_advancing_again_takes_in_nothing_twice(empty: Database) -> None:
    await agree(empty, "one")
    assert await projector(empty).advance() == 4
    first = await tables(empty)
    assert await projector(empty).advance() == 0
    assert await tables(empty) == first


async def test_two_projectors_at_once_share_the_work(empty: Database) -> None:
    await agree(empty, "one")
    taken = await asyncio.gather(*(projector(empty).advance() for _ in range(4)))
    assert sorted(taken) == [0, 0, 0, 4]
    (row,) = await tables(empty)
    assert row["signatures"].count('"by"') == 2


async def test_a_rebuild_that_fails_leaves_the_tables_as_they_were(empty: Database) -> None:
    await agree(empty, "one")
    await projector(empty).advance()
    first = await tables(empty)
    with pytest.raises(WouldTakeBack):
        await projector(empty, Broken()).rebuild()
    assert await tables(empty) == first


class Mixed(Agreements):
    """Writes, changes and asks by turns: what is asked must know of what was written just before."""

    async def apply(self, connection: Any, recorded: Recorded[Fact]) -> None:
        for number in range(3):
            await connection.execute("insert into mixed values ($1, $2)", recorded.index, number)
        await connection.execute("update mixed set ordinal = ordinal + 10 where index = $1", recorded.index)
        await connection.execute("insert into mixed values ($1, 0)", recorded.index)
        assert await connection.fetchval("select count(*) from mixed where index = $1", recorded.index) == 4
        await connection.execute("delete from mixed where index = $1 and ordinal = 0", recorded.index)


async def test_what_is_written_together_keeps_its_order_and_is_seen_by_what_is_asked(empty: Database) -> None:
    await empty.projector.execute(
        "create table read.mixed (index bigint, ordinal integer, primary key (index, ordinal))"
    )
    await agree(empty, "one")
    assert await projector(empty, Mixed()).advance() == 4
    rows = await empty.appender.fetch("select index, ordinal from read.mixed order by index, ordinal")
    assert [tuple(row) for row in rows] == [(index, 10 + number) for index in range(1, 5) for number in range(3)]
