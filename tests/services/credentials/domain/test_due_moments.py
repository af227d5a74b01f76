"""A step is due by the calendars of whoever it waits on, as they were known when it opened."""

from datetime import UTC, date, datetime

from services.credentials.domain import outline
from shared.authority.due import Almanacs
from shared.contracts import partnerships as said
from shared.contracts.credentials import StepOpened
from tests.services.credentials.domain import given
from tests.services.credentials.domain.given import ADVISORS, AT, ROSTERS, acting, an_id
from tests.shared.authority.calendars import partner, told

FIRST = ADVISORS[0].partition("/")[0]
CLOSED = said.BlackoutRecorded(
    an_id("blackout"), an_id(FIRST), an_id("clerk"), date(2023, 2, 20), date(2023, 3, 5), {"en": "shutdown"}
)


def opened(almanacs: Almanacs | None) -> StepOpened:
    """The first step, opened on 1 February 2023 with 21 days."""
    facts = outline.request_validation(given.Story().state, acting("nscc/lead"), AT, ROSTERS, almanacs)
    return next(fact for fact in facts if isinstance(fact, StepOpened))


def test_a_step_that_waits_on_a_council_is_due_after_its_members_blackouts() -> None:
    members = [partner(an_id(seat.partition("/")[0]), seat.partition("/")[0]) for seat in ADVISORS]
    community = told(*members, CLOSED, at=datetime(2023, 1, 1, tzinfo=UTC))
    found = opened(Almanacs(community, AT)).due
    assert found == datetime(2023, 3, 9, 3, 59, 59, tzinfo=UTC)  # 8 March in Halifax: fourteen days did not count
    assert opened(Almanacs(told(*members, at=AT), AT)).due == datetime(2023, 2, 24, 3, 59, 59, tzinfo=UTC)


def test_without_calendars_at_hand_days_are_plain() -> None:
    assert opened(None).due == datetime(2023, 2, 22, 14, tzinfo=UTC)
