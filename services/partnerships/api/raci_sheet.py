"""A RACI matrix as CSV, for a spreadsheet."""

import csv
import io
from uuid import UUID

from shared.authority.raci import Matrix, Row

RUN = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet would take for a formula at the beginning of a cell."""


def as_csv(matrix: Matrix) -> bytes:
    """UTF-8 with a byte order mark, so that spreadsheets read it as such; a letter not confirmed is in parentheses."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    columns = [position.position for position in matrix.positions]
    heads = ["matter", "name_en", "name_fr", "within", "status", "gap"]
    writer.writerow([*heads, *(_cell(position.key) for position in matrix.positions)])
    for row in matrix.rows:
        names = (row.name.get("en", ""), row.name.get("fr", ""))
        stated = (row.matter, *names, row.within, row.status, row.gap)
        writer.writerow([*(_cell(one) for one in stated), *(letters_in(row, column) for column in columns)])
    return text.getvalue().encode("utf-8-sig")


def letters_in(row: Row, position: UUID) -> str:
    """The letters of that position in that row, `A, (C)`."""
    letters = [one for one in row.letters if one.position == position]
    return ", ".join(one.letter if one.confirmed else f"({one.letter})" for one in letters)


def _cell(text: str) -> str:
    return f"'{text}" if text.startswith(RUN) else text
