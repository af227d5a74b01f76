"""Oversight's tables for a community of some size: a generated history projected, and again under other ids."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from deploy.local.history.cast import Cast
from deploy.local.history.telling import LOGS, Extent
from services.oversight.app import SERVICE
from shared.eventstore.vocabulary import AppendRequest, Notification
from shared.messaging.cloudevents import encode
from shared.service import open_platform
from shared.settings import Settings
from tests.bench.host import connected

HEARD = 2000
"""Messages heard at once."""
RENAMED = ("subject", "microcredential", "offering", "review", "source_id", "id")
"""Columns of ids that are others in each copy."""
APART = "3 hours 13 minutes"
"""How long before its original a copy came to be where it is, for each copy: so that not all are of one moment."""
COLUMNS = """
select c.relname as "table", array_agg(a.attname::text order by a.attnum) as columns
  from pg_class c join pg_namespace n on n.oid = c.relnamespace join pg_attribute a on a.attrelid = c.oid
  where n.nspname = 'read' and c.relkind in ('r', 'p') and not c.relispartition and a.attnum > 0 and not a.attisdropped
  group by c.relname order by c.relname
"""


async def told(settings: Settings, facts: int, until: datetime) -> Cast:
    """Let an oversight on those settings hear a history of so many facts, and project it; the community's cast."""
    community = Extent("pages", facts, until.date()).community(0)
    async with open_platform(SERVICE, settings) as platform:
        for log in LOGS:
            messages: list[bytes] = []
            for message in _messages(log, community.requests(log)):
                messages.append(message)
                if len(messages) == HEARD:
                    await platform.heard[log].hear(messages)
                    messages = []
            await platform.heard[log].hear(messages)
        for projector in platform.projectors():
            await projector.rebuild()
    return community.cast


async def copied(url: str, copies: int) -> None:
    """Put so many copies of every card beside it, with all that its tables say of it.

    Who is waited on stays the same: whoever had ten things waiting has a thousand of them with 99 copies.
    """
    async with connected(url) as connection:
        for row in await connection.fetch(COLUMNS):
            if "subject" in row["columns"] or "microcredential" in row["columns"]:
                await connection.execute(_copying(row["table"], row["columns"]), copies)
        await connection.execute("update read.stage_ages set stays = stays * ($1 + 1)", copies)


async def settled(url: str) -> dict[str, int]:
    """What PostgreSQL does by itself soon after; how many microcredentials there are (proposals counted), and waits."""
    async with connected(url) as connection:
        await connection.execute("VACUUM ANALYZE")
        await connection.execute("CHECKPOINT")
        return {
            "microcredentials": await connection.fetchval("select count(distinct subject) from read.cards"),
            "waits": await connection.fetchval("select count(*) from read.waits"),
        }


def _copying(table: str, columns: list[str]) -> str:
    def of(column: str) -> str:
        if column in RENAMED:
            return f"md5({column}::text || n)::uuid"
        if column == "key":
            return "key || '-' || n"
        if column == "index" or column.endswith("_index"):
            return f"{column} + n::bigint * 10000000"
        if column in ("since", "due", "stage_since"):
            return f"{column} - n * interval '{APART}'"
        return column

    named, values = ", ".join(columns), ", ".join(map(of, columns))
    return f"insert into read.{table} ({named}) select {values} from read.{table}, generate_series(1, $1::int) n"


def _messages(log: str, requests: Iterable[AppendRequest]) -> Iterator[bytes]:
    """The requests as they travel, once recorded in that order."""
    index, now = 0, datetime.now(UTC)
    for request in requests:
        for ordinal, event in enumerate(request.events, 1):
            index += 1
            yield encode(log, Notification(
                index, event.id, request.community, event.originator_id, event.originator_version, event.topic,
                request.occurred_at, now, request.command_id, ordinal, request.correlation, request.causation,
                request.metadata, event.state,
            ))  # fmt: skip
