"""A staff sheet as it was sent: CSV or XLSX, read into rows of text. Nothing in it is ever run."""

import asyncio
import csv
import io
import sys
from pathlib import Path

import msgspec

from services.partnerships.domain.sheet_rows import SheetNotReadable
from shared.kernel import Refused

CSV, XLSX = "text/csv", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WIDEST, LONGEST = 60, 2000
"""Columns of a sheet, and characters of a cell."""
READER, PATIENCE, AT_ONCE = Path(__file__).with_name("sheet_reader.py"), 20, 2
"""The program that reads workbooks, the seconds it is waited for, and how many of it run at once."""


class SheetFiles:
    """Reads the files of staff sheets, workbooks each in a process of its own, a few at once."""

    def __init__(self) -> None:
        self._free = asyncio.Semaphore(AT_ONCE)

    async def table(self, content: bytes, content_type: str) -> list[list[str]]:
        """The rows of a file of that media type, as text; `SheetNotReadable` where it is none."""
        kind = content_type.partition(";")[0].strip().lower()
        if kind == CSV:
            return _bounded(_from_csv(content))
        if kind == XLSX:
            async with self._free:
                return _bounded(await _from_xlsx(content))
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


async def _from_xlsx(content: bytes) -> list[list[str]]:
    """By the program beside this module, which has little memory and time: whatever ends it, ends it alone."""
    pipe = asyncio.subprocess.PIPE
    reader = await asyncio.create_subprocess_exec(
        sys.executable, "-I", str(READER), stdin=pipe, stdout=pipe, stderr=pipe
    )
    try:
        async with asyncio.timeout(PATIENCE):
            rows, said = await reader.communicate(content)
    except TimeoutError:
        raise Refused(SheetNotReadable("The workbook takes too long to read.")) from None
    finally:
        if reader.returncode is None:
            reader.kill()
            await reader.wait()
    if reader.returncode:
        why = said.decode(errors="replace").strip()[-200:] if reader.returncode == 1 else "it claims too many cells"
        raise Refused(SheetNotReadable(f"The workbook cannot be read: {why}"))
    return msgspec.json.decode(rows, type=list[list[str]])


def _bounded(table: list[list[str]]) -> list[list[str]]:
    for number, row in enumerate(table, 1):
        if len(row) > WIDEST:
            raise Refused(SheetNotReadable(f"Row {number} has {len(row)} columns; {WIDEST} are the most."))
        for cell in row:
            if len(cell) > LONGEST or "\x00" in cell:
                raise Refused(SheetNotReadable(f"A cell of row {number} is over {LONGEST} characters, or holds NUL."))
    return table
