"""Which part of the board is asked for, and as of when."""

from datetime import UTC, date, datetime, time, timedelta, tzinfo
from uuid import UUID

from services.oversight.api.readers import partner_named
from services.oversight.projections.waits import Stage
from shared.authority import Community
from shared.kernel import Refused, Value
from shared.kernel.intents import EARLIEST
from shared.security.asker import InTheFuture
from shared.web.faults import QueryNotRight
from shared.web.paging import place
from shared.web.requests import parse_time


class Asked(Value, frozen=True):
    """`past` is the moment asked about, None for now. Of one `stage`; `of` a proposing partner; what is `waiting_on` a

    partner; what is `overdue`; what is `unowned`, nobody being able to act on it. `after`: cards beyond that place.
    """

    now: datetime
    past: datetime | None = None
    stage: Stage | None = None
    of: UUID | None = None
    waiting_on: UUID | None = None
    overdue: bool = False
    unowned: bool = False
    limit: int = 50
    after: tuple[datetime, UUID] | None = None

    @property
    def at(self) -> datetime:
        """The moment the board is of."""
        return self.past or self.now

    @property
    def picks(self) -> bool:
        """Whether cards are picked by what they wait for."""
        return self.overdue or self.unowned or self.waiting_on is not None


def asked_for(
    community: Community,
    now: datetime,
    zone: tzinfo = UTC,
    *,
    at: str | None = None,
    stage: Stage | None = None,
    partner: str | None = None,
    waiting_on: str | None = None,
    overdue: bool = False,
    unowned: bool = False,
    limit: int = 50,
    after: str | None = None,
) -> Asked:
    """What the query keys mean; what is empty is not stated."""
    if after and stage is None:
        raise Refused(QueryNotRight("What lies beyond a card is asked of one stage: name it."))
    return Asked(
        now,
        moment_of(at, now, zone) if at else None,
        stage,
        partner_named(community, partner) if partner else None,
        partner_named(community, waiting_on) if waiting_on else None,
        overdue,
        unowned,
        limit,
        place(after) if after else None,
    )


def moment_of(text: str, now: datetime, zone: tzinfo) -> datetime | None:
    """A moment, or the end of a day in that zone; None where that day is not over: today's board is that of now."""
    try:
        day = date.fromisoformat(text) if len(text) == len("2023-02-13") else None
    except ValueError:
        raise Refused(QueryNotRight("at is not a day such as 2023-02-13.")) from None
    if day is None:
        moment = parse_time("at", text)
        if moment > now:
            raise Refused(InTheFuture(text))
        return moment
    today = now.astimezone(zone).date()
    if day > today:
        raise Refused(InTheFuture(text))
    if day.year <= EARLIEST:
        raise Refused(QueryNotRight(f"at lies before {EARLIEST + 1}."))
    if day == today:
        return None
    return datetime.combine(day + timedelta(days=1), time(), zone).astimezone(UTC) - timedelta(microseconds=1)
