"""Staff sheets."""

from shared.authority.community import Community, Takes
from shared.authority.sheets import Sheet
from shared.contracts.partnerships import StaffSheetConfirmed, StaffSheetRecorded
from shared.kernel import Recorded


def _recorded(community: Community, recorded: Recorded[StaffSheetRecorded]) -> None:
    fact = recorded.fact
    community.sheets[fact.sheet] = Sheet(
        fact.sheet, fact.partner, recorded.occurred_at, fact.positions, fact.holdings, fact.responsibilities
    )


def _confirmed(community: Community, recorded: Recorded[StaffSheetConfirmed]) -> None:
    if (sheet := community.sheets.get(recorded.fact.sheet)) is not None:
        sheet.confirmed = True


TAKES: Takes = {StaffSheetRecorded: _recorded, StaffSheetConfirmed: _confirmed}
