"""Attempts: written behind the answer, at a normal stop as well, dropped when too many wait, forgotten after a time."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from shared.eventstore.attempts import Attempt, Attempts, slug_or_none
from shared.eventstore.behind import MOST, Behind
from shared.kernel import utc_now
from tests.support.databases import Database

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.servers]
PERSON = UUID(int=5)


def attempt(community: str, at: datetime | None = None) -> Attempt:
    return Attempt(
        at or utc_now(), community, PERSON, "k", "member", "nscc/dean", "POST", "/v1/x", None, None, 403, ("no",), None
    )


async def test_what_was_refused_before_a_normal_stop_is_there_after_it(database: Database) -> None:
    attempts = Attempts(database.appender, utc_now, 365, 365)
    for _ in range(1200):
        attempts.refused(attempt("stopped"))
    await attempts.close()
    again = Attempts(database.appender, utc_now, 365, 365)
    assert len(await again.page("stopped", 5000, None, None, PERSON)) == 1200
    await again.close()


async def test_what_is_older_than_it_is_kept_is_forgotten(database: Database) -> None:
    attempts = Attempts(database.appender, utc_now, 30, 365)
    attempts.refused(attempt("aged", datetime.now(UTC) - timedelta(days=40)))
    attempts.refused(attempt("aged"))
    await attempts.close()
    assert len(await attempts.page("aged", 10, None, None, None)) == 1


async def test_more_than_can_wait_are_dropped_and_counted_and_nobody_waits(database: Database) -> None:
    behind = Behind("attempts", database.appender, "select $1::text", "select $1::timestamptz", 1, utc_now)
    kept = [behind.keep(("row",)) for _ in range(MOST + 3)]
    assert (kept.count(True), behind.dropped) == (MOST, 3)
    await behind.close()


@pytest.mark.parametrize(
    ("stated", "kept"), [("nscc/dean", "nscc/dean"), ("Dr. Jane", None), ("a" * 171, None), (None, None)]
)
async def test_a_position_is_kept_as_stated_only_where_it_names_one(stated: str | None, kept: str | None) -> None:
    assert slug_or_none(stated) == kept
