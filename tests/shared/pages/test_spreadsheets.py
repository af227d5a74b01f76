"""A table as CSV and as XLSX: read back, it is what was written, and no text has become a formula."""

import csv
import io
from collections.abc import Sequence
from datetime import UTC, datetime
from zipfile import ZipFile
from zoneinfo import ZoneInfo

import pytest
from python_calamine import CalamineWorkbook

from shared.pages.spreadsheets import Heading, Table, as_csv, as_xlsx

WHEN = datetime(2026, 3, 1, 13, 30, 5, tzinfo=UTC)
HOSTILE = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    " =1",
    "＝1+1",
    '=HYPERLINK("http://elsewhere","x")',
    "=cmd|' /C calc'!A0",
]


def table(*rows: tuple[object, ...], note: str | None = None) -> Table:
    headings = (Heading("Title", 40), Heading("Since"), Heading("Days"), Heading("Overdue"))
    return Table("Board", headings, rows, ZoneInfo("America/Halifax"), note)  # type: ignore[arg-type]  # plain cells


def csv_of(made: Table) -> list[list[str]]:
    return list(csv.reader(io.StringIO(as_csv(made).decode("utf-8-sig"), newline="")))


def xlsx_of(made: Table) -> Sequence[Sequence[object]]:
    return CalamineWorkbook.from_filelike(io.BytesIO(as_xlsx(made))).get_sheet_by_index(0).to_python()


def test_csv_is_read_back_as_it_was_written_in_the_zones_own_time() -> None:
    made = table(('Santé "au travail", 2', WHEN, 3, True), ("Two\nlines", None, 0, False))
    assert as_csv(made).startswith(b"\xef\xbb\xbfTitle,Since,Days,Overdue\r\n")
    assert csv_of(made)[1:] == [
        ['Santé "au travail", 2', "2026-03-01 09:30", "3", "yes"],
        ["Two\nlines", "", "0", "no"],
    ]


def test_xlsx_holds_dates_that_are_dates_and_numbers_that_are_numbers() -> None:
    made = table(('Santé "au travail", 2', WHEN, 3, True), ("x" * 40_000, None, 0, False))
    title, since, days, overdue = xlsx_of(made)[1]
    assert (title, since, days, overdue) == ('Santé "au travail", 2', datetime(2026, 3, 1, 9, 30), 3.0, "yes")  # noqa: DTZ001 - a cell has no zone
    assert xlsx_of(made)[2][0] == "x" * 32_000


def test_xlsx_freezes_its_headings_and_filters_by_them() -> None:
    with ZipFile(io.BytesIO(as_xlsx(table(("a", WHEN, 1, True), note="There is more.")))) as parts:
        sheet = parts.read("xl/worksheets/sheet1.xml").decode()
    assert '<pane ySplit="1"' in sheet
    assert '<autoFilter ref="A1:D2"' in sheet
    assert "<f>" not in sheet


@pytest.mark.parametrize("title", HOSTILE)
def test_no_text_becomes_a_formula(title: str) -> None:
    made = table((title, WHEN, 1, True))
    with ZipFile(io.BytesIO(as_xlsx(made))) as parts:
        assert "<f>" not in parts.read("xl/worksheets/sheet1.xml").decode()
    assert csv_of(made)[1][0].startswith("'")


def test_an_empty_table_and_a_note_of_more_keep_every_line_as_wide_as_the_first() -> None:
    assert csv_of(table()) == [["Title", "Since", "Days", "Overdue"]]
    assert csv_of(table(note="There is more."))[1] == ["There is more.", "", "", ""]
    assert xlsx_of(table(note="There is more."))[-1][0] == "There is more."


def test_what_no_cell_may_hold_is_left_out() -> None:
    made = table(("a\x00b\x1fc\ufffe", None, 1, False))
    assert csv_of(made)[1][0] == "abc"
    assert xlsx_of(made)[1][0] == "abc"
