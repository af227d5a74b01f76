"""The tables are a function of the logs: however the logs arrived, and after every rebuild, they are the same."""

import asyncio
from random import Random
from typing import Any

import asyncpg
import pytest

from services.oversight.app import SERVICE
from services.oversight.projections import figures
from shared.contracts import LOGS
from shared.contracts.partnerships import PersonRegistered
from shared.contracts.values import ReportedFigure
from shared.eventstore.logs import HeardLog
from shared.eventstore.projections import Connection
from shared.eventstore.projector import Projector
from shared.kernel import new_id
from shared.messaging.cloudevents import decoder
from tests.services.oversight.telling import Telling, message_of, new_cast
from tests.support.databases import Database
from tests.support.tables import catalogued

SCHEMA = "oversight"
pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.servers]


def projectors(database: Database) -> list[Projector]:
    heard = {log: HeardLog(log, database.appender, decoder(log)) for log in LOGS}
    return [Projector(database.projects, one, heard[one.log]) for one in SERVICE.projections()]


async def hear(database: Database, log: str, messages: list[bytes]) -> None:
    await HeardLog(log, database.appender, decoder(log)).hear(messages)


async def dump(database: Database) -> dict[str, list[str]]:
    """Every row of every table the projections write, as text."""
    tables = sorted(table for one in SERVICE.projections() for table in one.tables)
    return {
        table: [row[0] for row in await database.appender.fetch(f"select t::text from read.{table} t order by 1")]
        for table in tables
    }


def several() -> list[Telling]:
    """Three in the same logs: one renewed, one still a concept, one being signed off."""
    first = Telling(new_cast()).whole()
    second = Telling(first.cast, key="cloud", at=first.at, indexes=first.indexes)
    second.drafted()
    second.submitted()
    second.responded("farm/owner")
    second.concept_nudged("respond", "clinic/chief")
    third = Telling(first.cast, key="rigging", at=second.at, indexes=first.indexes)
    third.opened()
    third.requested()
    third.step_opened("validation")
    third.nudged("sign-off", "clinic/chief", "nscc/lead", step="validation")
    third.published()
    person = new_id()
    third.say(f"person-{person}", PersonRegistered(person))
    return [first, second, third]


async def test_tables_are_the_same_after_a_rebuild_however_the_logs_arrived(database: Database) -> None:
    tellings = several()
    messages = {log: [message for said in tellings for message in said.messages(log)] for log in LOGS}
    assert len(messages["credentials"]) > 15
    chance, working = Random(7), projectors(database)
    while any(messages.values()):
        log = chance.choice([log for log, left in messages.items() if left])
        taken = chance.randint(1, 4)
        await hear(database, log, messages[log][:taken])
        messages[log] = messages[log][taken:]
        for one in chance.sample(working, 3):
            await one.advance()
    for one in working:
        while await one.advance():
            pass
    once, catalogue = await dump(database), await catalogued(database.url)
    assert all(once.values()), "every table holds something to compare"
    for _ in range(2):
        chance.shuffle(working)
        for one in working:
            await one.rebuild()
        assert await dump(database) == once
        assert await catalogued(database.url) == catalogue
    for table in once:
        await database.projector.execute(f"delete from read.{table}")
    for one in working:
        await one.rebuild()  # from the log alone: nothing in it looks at the live tables
    assert await dump(database) == once


async def test_who_reads_all_the_parts_sees_all_of_them_while_one_is_rebuilt(database: Database) -> None:
    log = LOGS[0]
    # it keeps no notes
    rows = await database.appender.fetchval("select count(*) from read.lines")
    assert rows, "the test before has filled them"
    (lines,) = [
        one
        for one, described in zip(projectors(database), SERVICE.projections(), strict=True)
        if described.name == f"lines of {log}"
    ]
    stop, looks = asyncio.Event(), 0

    async def look() -> None:
        nonlocal looks
        while not stop.is_set():
            assert await database.appender.fetchval("select count(*) from read.lines") == rows
            looks += 1

    looking = asyncio.ensure_future(look())
    for _ in range(5):
        await lines.rebuild()
    stop.set()
    await looking
    assert looks > 5


async def test_no_table_is_written_by_two_projections(database: Database) -> None:
    written = [table for one in SERVICE.projections() for table in one.tables]
    assert len(written) == len(set(written))
    rows = await database.appender.fetch(
        "select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace"
        " where n.nspname = 'read' and c.relkind = 'r' and c.relname not in ('positions', 'rebuilds', 'notes_about')"
    )
    assert sorted(row["relname"] for row in rows) == sorted(written)


async def figures_of(connection: Connection, said: Telling, *others: Telling) -> list[asyncpg.Record]:
    """What the figures' tables hold after these facts, told in turn; rolled back by the caller."""
    projection: Any = figures.Figures()
    for one in (said, *others):
        for recorded in one.facts("credentials"):
            await projection.apply(connection, recorded)
    return await connection.fetch("select * from read.reported_figures where community = $1", said.community)


async def test_a_review_speaks_of_the_offerings_closed_since_the_last_one_decided(database: Database) -> None:
    said = Telling(new_cast(), community="reviews")
    for name, completed in (("first", 10), ("second", 7)):
        said.offered(name, 12)
        said.closed(name, completed)
        review = said.review_submitted(ReportedFigure("completed", completed))
        said.review_decided(review.fact.review, "renew")
    async with database.projector.acquire() as connection:
        transaction = connection.transaction()
        await transaction.start()
        rows = await figures_of(connection, said)
        await transaction.rollback()
    assert [row["agrees"] for row in rows] == [True, True]


async def test_an_offering_closed_after_the_report_does_not_make_it_wrong(database: Database) -> None:
    said = Telling(new_cast(), community="later")
    said.offered("first", 12)
    said.offered("second", 12)
    said.closed("first", 10)
    said.review_submitted(ReportedFigure("completed", 10))
    said.closed("second", 12)
    async with database.projector.acquire() as connection:
        transaction = connection.transaction()
        await transaction.start()
        rows = await figures_of(connection, said)
        await transaction.rollback()
    assert [(row["agrees"], row["sentence"]) for row in rows] == [
        (True, "10 completed as reported agrees with the counts, 10.")
    ]


async def test_a_message_carries_the_fact_unchanged() -> None:
    said = Telling(new_cast())
    recorded = said.drafted()
    assert decoder("intake")(message_of(recorded)) == recorded
