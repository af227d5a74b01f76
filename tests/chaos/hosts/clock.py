"""A wall clock that jumps, for programs started under it only. The machine's own clock is never touched.

libfaketime stands between a program and the clock, and reads in a file how far off to be, each time it is asked. Time
that only runs (CLOCK_MONOTONIC) is left as it is: as when a person, or a time server, sets a machine's clock.
"""

import shutil
from datetime import datetime, timedelta
from importlib.util import find_spec
from pathlib import Path

from shared.kernel import utc_now
from tests.chaos.hosts.absent import Absent

LIBRARY = Path("vendor") / "libfaketime" / "src" / "libfaketime.so.1"


class JumpingClock:
    """`environment` is what a program is started with to live by this clock."""

    def __init__(self, folder: Path) -> None:
        """In `folder`, where every user may read. `Absent` where libfaketime is not installed."""
        found = find_spec("libfaketime")
        if found is None or found.origin is None:
            raise Absent("needs libfaketime, which ./dev chaos installs (requirements/chaos.txt)")
        library = folder / "libfaketime.so.1"
        shutil.copyfile(Path(found.origin).parent / LIBRARY, library)  # where PostgreSQL's own user can read it
        library.chmod(0o755)
        self._file = folder / "clock"
        self._off = timedelta()
        self.set(self._off)
        self.environment = {
            "LD_PRELOAD": str(library),
            "FAKETIME_TIMESTAMP_FILE": str(self._file),
            "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "DONT_FAKE_MONOTONIC": "1",
            "NO_FAKE_STAT": "1",
        }

    def __call__(self) -> datetime:
        """Now by this clock, for what takes a `Clock`."""
        return utc_now() + self._off

    def set(self, off: timedelta) -> None:
        """From now on the clock is that far from the machine's. The file is replaced whole, for it is always read."""
        self._off = off
        half = self._file.with_suffix(".new")
        half.write_text(f"{off.total_seconds():+.3f}\n")
        half.chmod(0o644)
        half.replace(self._file)
