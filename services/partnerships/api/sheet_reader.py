"""Reads a workbook in a process of its own, with little memory and time: run as a script, never imported.

A workbook of a few kilobytes may claim cells that fill any memory, and the reader then ends its whole process. Standard
input is the file; standard output its first sheet as JSON rows of text. Anything but an end with 0 is no workbook.
"""

import io
import json
import resource
import sys
from datetime import date, datetime

MEMORY, SECONDS = 1024 * 1024 * 1024, 10
MOST_ROWS, MOST_COLUMNS = 5000, 200


def main() -> int:
    """The exit status: 0, or 1 with a sentence on standard error."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    from python_calamine import CalamineWorkbook  # after the limits: what it does is bounded from its first line

    try:
        sheet = CalamineWorkbook.from_filelike(io.BytesIO(sys.stdin.buffer.read())).get_sheet_by_index(0)
        if sheet.total_height > MOST_ROWS or sheet.total_width > MOST_COLUMNS:
            sys.stderr.write(f"It is {sheet.total_height} rows by {sheet.total_width} columns.")
            return 1
        rows = [[_text(cell) for cell in row] for row in sheet.to_python(skip_empty_area=False)]
    except Exception as error:  # noqa: BLE001 - whatever the reader makes of it, it is no workbook for us
        sys.stderr.write(str(error)[:200])
        return 1
    sys.stdout.write(json.dumps(rows))
    return 0


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


if __name__ == "__main__":
    sys.exit(main())
