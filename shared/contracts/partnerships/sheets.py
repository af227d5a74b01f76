"""Staff sheets: many entries of one register recorded at once, for its administrator to confirm at once."""

from uuid import UUID

from shared.contracts.values import Digest
from shared.kernel import Fact


class StaffSheetRecorded(Fact, frozen=True, tag="partnerships.staff-sheet-recorded.v1"):
    """A sheet of that digest was taken in; what it recorded anew, by id. Stream `sheet-`."""

    sheet: UUID
    partner: UUID
    by: UUID
    digest: Digest
    rows: int
    positions: tuple[UUID, ...] = ()
    holdings: tuple[UUID, ...] = ()
    responsibilities: tuple[UUID, ...] = ()


class StaffSheetConfirmed(Fact, frozen=True, tag="partnerships.staff-sheet-confirmed.v1"):
    """The partner's authority administrator confirmed all of it that still stood. Stream `sheet-`."""

    sheet: UUID
    partner: UUID
    by: UUID


SheetFact = StaffSheetRecorded | StaffSheetConfirmed
