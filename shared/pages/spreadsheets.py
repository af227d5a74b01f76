"""What a page shows, as a table for a spreadsheet: CSV (RFC 4180) and XLSX. A text is never a formula there."""

import csv
import io
import re
from collections.abc import Iterable
from datetime import datetime, tzinfo

from msgspec import Struct

Cell = str | int | bool | datetime | None
"""What stands in a cell; moments are shown in the table's zone."""
FORMULA = re.compile(r"[=+\-@\t\r\n＝＋－＠]")
"""What a text begins with that Excel or LibreOffice takes for a formula when it reads CSV (OWASP: CSV injection)."""
LONGEST = 32_000
"""Characters of a text that are kept; an XLSX cell holds 32 767."""
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")


class Heading(Struct, frozen=True):
    """A column: its title, and its width in characters."""

    title: str
    width: int = 14


class Table(Struct, frozen=True):
    """Rows under headings. `note` stands in a last line of its own where there is more than the rows hold.

    `yes` and `no` are how a truth is said.
    """

    name: str
    headings: tuple[Heading, ...]
    rows: tuple[tuple[Cell, ...], ...]
    zone: tzinfo
    note: str | None = None
    yes: str = "yes"
    no: str = "no"


def as_csv(table: Table) -> bytes:
    """UTF-8 with a byte order mark, by which Excel knows it; moments as `2026-03-01 09:00`."""
    written = io.StringIO(newline="")
    lines = csv.writer(written, lineterminator="\r\n")
    lines.writerow(heading.title for heading in table.headings)
    for row in table.rows:
        lines.writerow(_plain(cell, table) for cell in row)
    if table.note is not None:
        lines.writerow([harmless(table.note), *[""] * (len(table.headings) - 1)])
    return b"\xef\xbb\xbf" + written.getvalue().encode()


def as_xlsx(table: Table) -> bytes:
    """One sheet: headings that stay in sight, a filter on each, dates that are dates.

    Call it in a thread: 10 000 rows take seconds.
    """
    import xlsxwriter  # type: ignore[import-untyped]  # it ships no types; slow to import, and few ask for it

    written = io.BytesIO()
    # constant memory: each row goes to a file as it is written
    workbook = xlsxwriter.Workbook(written, {"constant_memory": True, "default_date_format": "yyyy-mm-dd hh:mm"})
    sheet = workbook.add_worksheet(re.sub(r"[\[\]:*?/\\']", " ", table.name)[:31])
    bold, dated = workbook.add_format({"bold": True}), workbook.add_format({"num_format": "yyyy-mm-dd hh:mm"})
    for number, heading in enumerate(table.headings):
        sheet.set_column(number, number, heading.width)
        sheet.write_string(0, number, heading.title, bold)
    for at, row in enumerate(table.rows, 1):
        for number, cell in enumerate(row):
            match cell:
                case None:
                    pass
                case bool():
                    sheet.write_string(at, number, table.yes if cell else table.no)
                case int():
                    sheet.write_number(at, number, cell)
                case datetime():
                    sheet.write_datetime(at, number, _there(cell, table.zone), dated)
                case str():
                    sheet.write_string(at, number, _clean(cell))
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, len(table.rows), len(table.headings) - 1)
    if table.note is not None:
        sheet.write_string(len(table.rows) + 1, 0, table.note)
    workbook.close()
    return written.getvalue()


def harmless(text: str) -> str:
    """A text that a spreadsheet shows as it is: one that begins like a formula gets an apostrophe before it."""
    clean = _clean(text)
    return f"'{clean}" if FORMULA.match(clean.lstrip(" \u00a0")) else clean


def listed(several: Iterable[str]) -> str:
    """Several texts in one cell."""
    return "; ".join(several)


def _plain(cell: Cell, table: Table) -> str | int:
    match cell:
        case None:
            return ""
        case bool():
            return table.yes if cell else table.no
        case int():
            return cell
        case datetime():
            return f"{_there(cell, table.zone):%Y-%m-%d %H:%M}"
        case str():
            return harmless(cell)


def _there(moment: datetime, zone: tzinfo) -> datetime:
    """To the minute, as clocks of the zone show it; a spreadsheet knows no zones."""
    return moment.astimezone(zone).replace(second=0, microsecond=0, tzinfo=None)


def _clean(text: str) -> str:
    return _CONTROLS.sub("", text[:LONGEST])
