"""A staff sheet as it was sent: CSV or XLSX, read into rows of text. Nothing in it is ever run."""

import csv
import io
import re
import zipfile
from datetime import date, datetime

from python_calamine import CalamineWorkbook

from services.partnerships.domain.sheet_rows import SheetNotReadable
from shared.kernel import Refused

CSV, XLSX = "text/csv", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WIDEST, LONGEST = 60, 2000
"""Columns of a sheet, and characters of a cell."""
UNPACKED = 32 * 1024 * 1024
"""Bytes a workbook may unpack to."""
FURTHEST = 5000
"""The lowest row with anything in it; a reader lays out all cells up to there."""
_CELL = re.compile(rb"""\sr=["']([A-Za-z]{0,8})([0-9]{1,9})["']""")


def table_of(content: bytes, content_type: str) -> list[list[str]]:
    """The rows of a file of that media type, as text; `SheetNotReadable` where it is none."""
    kind = content_type.partition(";")[0].strip().lower()
    if kind == CSV:
        return _bounded(_from_csv(content))
    if kind == XLSX:
        return _bounded(_from_xlsx(content))
    raise Refused(SheetNotReadable(f"Its Content-Type is {kind[:100] or 'not stated'}; send {CSV} or {XLSX}."))


def _from_csv(content: bytes) -> list[list[str]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Refused(SheetNotReadable("The CSV is not UTF-8; save it as “CSV UTF-8”.")) from None
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise Refused(SheetNotReadable(f"The CSV cannot be read: {error}.")) from None


def _from_xlsx(content: bytes) -> list[list[str]]:
    try:
        _check_size(content)
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
        rows = workbook.get_sheet_by_index(0).to_python(skip_empty_area=False)
    except Refused:
        raise
    except BaseException as error:
        if not isinstance(error, Exception) and type(error).__name__ != "PanicException":
            raise  # the reader's own panics are no Exception; an interrupt is none of its
        raise Refused(SheetNotReadable(f"The workbook cannot be read: {str(error)[:200]}.")) from None
    return [[_text(cell) for cell in row] for row in rows]


def _check_size(content: bytes) -> None:
    """Refuse what would unpack to far more than it is: sizes as stated are checked against the bytes by their CRC."""
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        if sum(one.file_size for one in packed.infolist()) > UNPACKED:
            raise Refused(SheetNotReadable("The workbook unpacks to more than 32 MiB."))
        for name in packed.namelist():
            unpacked = packed.read(name)
            if name.startswith("xl/worksheets/"):
                _check_reach(unpacked)


def _check_reach(sheet: bytes) -> None:
    for column, row in _CELL.findall(sheet):
        if len(column) > 2 or int(row) > FURTHEST:
            told = f"{column.decode()}{row.decode()}"
            raise Refused(SheetNotReadable(f"Something stands in cell {told}, far outside a staff sheet."))


def _text(cell: object) -> str:
    """A cell as somebody would have typed it."""
    match cell:
        case datetime() if cell.time() == datetime.min.time():
            return cell.date().isoformat()
        case datetime() | date():
            return cell.isoformat()
        case float() if cell.is_integer():
            return str(int(cell))
        case _:
            return str(cell)


def _bounded(table: list[list[str]]) -> list[list[str]]:
    for number, row in enumerate(table, 1):
        if len(row) > WIDEST:
            raise Refused(SheetNotReadable(f"Row {number} has {len(row)} columns; {WIDEST} are the most."))
        for cell in row:
            if len(cell) > LONGEST or "\x00" in cell:
                raise Refused(SheetNotReadable(f"A cell of row {number} is over {LONGEST} characters, or holds NUL."))
    return table
