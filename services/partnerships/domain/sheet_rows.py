"""The rows of a staff sheet: text cells under known headings, read strictly; every wrong cell named with its row."""

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any, TypeVar
from uuid import UUID

import msgspec

from shared.authority.scopes import as_written
from shared.contracts.partnerships import Raci
from shared.contracts.values import Instrument, Matter, Scope, Slug
from shared.kernel import Refused, Text, Unacceptable, Value
from shared.kernel.intents import EARLIEST, LATEST

HEADINGS: Mapping[str, str] = {
    "position": "poste",
    "title_en": "titre_en",
    "title_fr": "titre_fr",
    "holder": "titulaire",
    "since": "depuis",
    "until": "jusqu_au",
    "matter": "autorisation",
    "letter": "lettre",
    "scope": "portee",
    "alternate": "suppleant",
    "escalation": "recours",
    "instrument_kind": "instrument_genre",
    "instrument": "instrument_numero",
    "instrument_date": "instrument_date",
}
"""The columns of a sheet, each by its English and its French heading; accents, case and spaces do not matter."""
NEEDED = ("position", "instrument_kind", "instrument", "instrument_date")
MOST_ROWS = 300
"""Rows of one sheet: what it records stands in one fact."""
LETTERS: Mapping[str, Raci] = {
    "r": "responsible", "a": "accountable", "c": "consulted", "i": "informed",
}  # fmt: skip

T = TypeVar("T")


class RowNotRight(Unacceptable, frozen=True):
    """A row of the staff sheet is not right

    Nothing of the sheet was recorded. Mend the rows named, and send it again; `dry_run=true` says what it would record.
    """

    says = "Row {row}{column}: {mend}"
    row: int
    column: str
    mend: str

    @property
    def sentence(self) -> str:
        """With the column only where one cell is at fault."""
        where = f", {self.column}" if self.column else ""
        return f"Row {self.row}{where}: {self.mend}"


class SheetNotReadable(Unacceptable, frozen=True):
    """The staff sheet cannot be read

    Send CSV in UTF-8 (`text/csv`) or an XLSX workbook whose first sheet is the table, with a heading for each column.
    """

    says = "{what}"
    what: str


class Row(Value, frozen=True):
    """One row: a position, as far as stated its holder and a matter it answers for; `number` as a program shows it."""

    number: int
    position: Slug
    title: Text | None
    holder: UUID | None
    since: datetime | None
    until: datetime | None
    matter: Matter | None
    letter: Raci
    scope: Scope
    alternate: Slug | None
    escalation: Slug | None
    instrument: Instrument


def read_rows(table: Sequence[Sequence[str]]) -> tuple[list[Row], list[RowNotRight]]:
    """The rows under the headings, empty ones left out; `SheetNotReadable` where the headings are not right."""
    if not table:
        raise Refused(SheetNotReadable("The sheet is empty."))
    columns = _columns(table[0])
    filled = [(number, cells) for number, cells in enumerate(table[1:], 2) if any(cell.strip() for cell in cells)]
    if len(filled) > MOST_ROWS:
        raise Refused(SheetNotReadable(f"The sheet has {len(filled)} rows; send {MOST_ROWS} at a time at most."))
    if not filled:
        raise Refused(SheetNotReadable("There is no row under the headings."))
    rows: list[Row] = []
    faults: list[RowNotRight] = []
    for number, cells in filled:
        reader = _Reader(number, {name: cells[place].strip() for name, place in columns.items() if place < len(cells)})
        row = reader.row()
        faults += reader.faults
        if row is not None:
            rows.append(row)
    return rows, faults


def _columns(headings: Sequence[str]) -> dict[str, int]:
    french = {other: name for name, other in HEADINGS.items()}
    found: dict[str, int] = {}
    for place, heading in enumerate(headings):
        plain = _plain(heading)
        if not plain:
            continue
        name = french.get(plain, plain)
        if name not in HEADINGS:
            known = ", ".join(HEADINGS)
            raise Refused(SheetNotReadable(f"The heading {heading[:80]!r} is not known; known: {known}."))
        if name in found:
            raise Refused(SheetNotReadable(f"The heading {heading[:80]!r} stands twice."))
        found[name] = place
    if missing := [name for name in NEEDED if name not in found]:
        raise Refused(SheetNotReadable(f"The sheet has no column {', '.join(missing)}."))
    return found


def _plain(heading: str) -> str:
    """`Jusqu'au` → `jusqu_au`."""
    letters = unicodedata.normalize("NFKD", heading.strip().casefold())
    kept = "".join(one for one in letters if not unicodedata.combining(one))
    return "_".join("".join(one if one.isalnum() else " " for one in kept).split())


class _Reader:
    """Reads the cells of one row, and remembers what is wrong with them."""

    def __init__(self, number: int, cells: Mapping[str, str]) -> None:
        self.faults: list[RowNotRight] = []
        self._number = number
        self._cells = cells

    def row(self) -> Row | None:
        """The row, or None where a cell of it is wrong."""
        titles = {tag: words for tag in ("en", "fr") if (words := self._cells.get(f"title_{tag}", ""))}
        position = self._as("position", Slug, "a key of lower-case words joined by hyphens, such as program-lead")
        instrument = self._instrument()
        read = {
            "title": self._title(titles) if titles else None,
            "holder": self._as("holder", UUID, "a person's id, as registering the person answered"),
            "since": self._moment("since"),
            "until": self._moment("until"),
            "matter": self._as("matter", Matter, "a matter such as academic-approval"),
            "letter": self._letter(),
            "scope": self._scope(),
            "alternate": self._as("alternate", Slug, "the key of a position"),
            "escalation": self._as("escalation", Slug, "the key of a position"),
        }
        if position is None and not self.faults:
            self._wrong("position", "name the position.")
        if self.faults or instrument is None:
            return None
        return Row(number=self._number, position=position, instrument=instrument, **read)

    def _wrong(self, column: str, mend: str) -> None:
        self.faults.append(RowNotRight(self._number, column, mend))

    def _cell(self, column: str) -> str | None:
        return self._cells.get(column) or None

    def _as(self, column: str, kind: Any, what: str) -> Any:
        cell = self._cell(column)
        return None if cell is None else self._converted(column, kind, cell, what)

    def _converted(self, column: str, kind: Any, plain: Any, what: str) -> Any:
        return self._tried(column, lambda: msgspec.convert(plain, kind, strict=False), f"write {what}")

    def _tried(self, column: str, read: Callable[[], T], mend: str) -> T | None:
        try:
            return read()
        except (ValueError, msgspec.ValidationError):
            self._wrong(column, f"{str(self._cells.get(column))[:80]!r} cannot be read; {mend}.")
            return None

    def _moment(self, column: str) -> datetime | None:
        if (cell := self._cell(column)) is None:
            return None
        return self._tried(column, lambda: _moment(cell), "write a date such as 2026-09-01, or a time with its zone")

    def _title(self, titles: Mapping[str, str]) -> Any:
        return self._converted("title_en", Text, titles, "a title of 8000 characters at most")

    def _day(self, cell: str) -> date | None:
        return self._tried("instrument_date", lambda: _day(cell), "write a date such as 2026-09-01")

    def _letter(self) -> Raci:
        cell = (self._cell("letter") or "accountable").casefold()
        found = LETTERS.get(cell[:1])
        if found is None or cell not in (cell[:1], found):
            self._wrong("letter", f"{cell[:80]!r} is no letter; write R, A, C or I.")
            return "accountable"
        return found

    def _scope(self) -> Scope:
        if (cell := self._cell("scope")) is None:
            return Scope()
        kind, _, value = cell.partition(":")
        plain = {"kind": kind.strip(), "value": value.strip() or None}
        what = "a kind and its value, such as sector:healthcare or amount:5000"
        return as_written(self._converted("scope", Scope, plain, what) or Scope())

    def _instrument(self) -> Instrument | None:
        for column in NEEDED[1:]:
            if self._cell(column) is None:
                self._wrong(column, "every entry cites its instrument: kind, reference and date.")
        dated = self._cell("instrument_date")
        day = None if dated is None else self._day(dated)
        kind, reference = self._cell("instrument_kind"), self._cell("instrument")
        if kind is None or reference is None or day is None:
            return None
        plain = {"kind": kind.casefold(), "reference": reference, "dated": day}
        kinds = "policy, resolution, letter, agreement, by-law or minutes, with a reference of 300 characters at most"
        return self._converted("instrument_kind", Instrument, plain, kinds)  # type: ignore[no-any-return]  # of that kind


def _moment(cell: str) -> datetime:
    """A date is the beginning of that day in UTC; a time has its zone."""
    if len(cell) == len("2026-09-01"):
        return datetime.combine(_day(cell), datetime.min.time(), UTC)
    moment = datetime.fromisoformat(cell)
    if moment.tzinfo is None:
        raise ValueError(cell)
    _check_year(moment.year)
    return moment.astimezone(UTC)


def _day(cell: str) -> date:
    day = date.fromisoformat(cell)
    _check_year(day.year)
    return day


def _check_year(year: int) -> None:
    """The years a fact may speak of: others are typing errors, and `ValueError`."""
    if not EARLIEST < year < LATEST:
        raise ValueError(year)
