"""A staff sheet in: positions, holders and matters of one partner from CSV or XLSX."""

import hashlib
from typing import Any
from uuid import UUID

from litestar import Request, Response, post

from services.partnerships.api.sheet_files import SheetFiles
from services.partnerships.commands import staff_sheets
from services.partnerships.commands.staff_sheets import Checked
from services.partnerships.domain.sheet_rows import MOST_ROWS, Row, RowNotRight, read_rows
from shared.contracts.partnerships import HolderAppointed, PositionEstablished, ResponsibilityAssigned
from shared.eventstore.commands import Commands
from shared.kernel import Refused, Value
from shared.security.asker import Asker
from shared.web.receipts import Receipt, receipt


class RowFault(Value, frozen=True):
    """What is not right about a row, and what to mend; `column` is empty where it is the row as a whole."""

    row: int
    column: str
    mend: str


class SheetAnswer(Value, frozen=True):
    """What a staff sheet records, or would. `unowned`: matters nobody is accountable for even once all is confirmed.

    `differences` are no faults: what stands already differs from the row, and stays as it is.
    """

    dry_run: bool
    sheet: UUID | None
    index: str | None
    rows: int
    positions: int
    holders: int
    responsibilities: int
    unchanged: int
    confirmed: bool
    faults: tuple[RowFault, ...]
    differences: tuple[RowFault, ...]
    unowned: tuple[str, ...]
    next: str


@post("/v1/partners/{partner:uuid}/staff-sheets", scope="authority:record", status_code=200)
async def take_in_sheet(
    partner: UUID,
    request: Request[Any, Any, Any],
    asker: Asker,
    commands: Commands,
    sheet_files: SheetFiles,
    dry_run: bool = True,
) -> Response[SheetAnswer]:
    """Check a sheet (`text/csv` or XLSX) row by row; with `dry_run=false` and no row at fault, record all of it."""
    content = await request.body()
    table = await sheet_files.table(content, request.headers.get("content-type", ""))
    rows, faults = read_rows(table)
    if dry_run:
        checked = await staff_sheets.check(commands, asker, partner, rows)
        return Response(_answer(None, None, rows, checked, (*faults, *checked.plan.faults)))
    if faults:
        checked = await staff_sheets.check(commands, asker, partner, rows)
        raise Refused(*_in_order((*faults, *checked.plan.faults)))
    digest = "sha-256:" + hashlib.sha256(content).hexdigest()
    sheet, recorded, result = await staff_sheets.record(commands, asker, partner, rows, digest)
    last = result.recorded[-1] if result.recorded else None
    index = f"{last.log}@{last.index}" if last else None
    # asked again with the same Idempotency-Key, it was recorded the first time: what it says stands already
    checked = recorded or await staff_sheets.check(commands, asker, partner, rows)
    told = _answer(sheet if last else None, index, rows, checked, ())
    return Response(told, status_code=201 if last else 200, headers={"Index": index} if index else {})


@post("/v1/partners/{partner:uuid}/staff-sheets/{sheet:uuid}/confirm", scope="authority:confirm", status_code=200)
async def confirm_sheet(partner: UUID, sheet: UUID, asker: Asker, commands: Commands) -> Response[Receipt]:
    """Confirm everything a sheet recorded at your own partner."""
    return receipt(sheet, await staff_sheets.confirm(commands, asker, partner, sheet))


def _answer(
    sheet: UUID | None, index: str | None, rows: list[Row], checked: Checked, faults: tuple[RowNotRight, ...]
) -> SheetAnswer:
    made = checked.plan
    return SheetAnswer(
        dry_run=sheet is None and index is None,
        sheet=sheet,
        index=index,
        rows=len(rows),
        positions=len(made.added(PositionEstablished)),
        holders=len(made.added(HolderAppointed)),
        responsibilities=len(made.added(ResponsibilityAssigned)),
        unchanged=made.unchanged,
        confirmed=sheet is not None and checked.at_once,
        faults=_told(faults),
        differences=_told(tuple(made.differences)),
        unowned=checked.unowned,
        next=_next(sheet, checked, faults),
    )


def _next(sheet: UUID | None, checked: Checked, faults: tuple[RowNotRight, ...]) -> str:
    if faults:
        return "Mend the rows named, and send the sheet again; nothing was recorded."
    if not checked.plan.partner_facts and not checked.plan.position_facts:
        return "Everything on the sheet stands already; there is nothing to record."
    if sheet is None:
        return "Send the same sheet with dry_run=false to record it."
    if checked.at_once:
        return "All of it is in effect from the dates stated."
    where = f"POST …/staff-sheets/{sheet}/confirm"
    return f"It grants nothing until the partner's authority administrator confirms it: {where}."


def _in_order(faults: tuple[RowNotRight, ...]) -> list[RowNotRight]:
    return sorted(faults, key=lambda fault: fault.row)[:MOST_ROWS]


def _told(faults: tuple[RowNotRight, ...]) -> tuple[RowFault, ...]:
    return tuple(RowFault(fault.row, fault.column, fault.mend) for fault in _in_order(faults))
