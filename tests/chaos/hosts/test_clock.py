"""A program under the jumping clock sees it jump; time that only runs goes on; nobody else notices."""

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.chaos.hosts.clock import JumpingClock

HOUR = timedelta(hours=1)
TELLS = """
import sys, time
for line in sys.stdin:
    print(time.time(), time.monotonic(), flush=True)
"""


def test_the_wall_clock_jumps_back_and_forth_and_time_that_only_runs_does_not(folder: Path) -> None:
    clock = JumpingClock(folder)
    command = [sys.executable, "-c", TELLS]
    with subprocess.Popen(
        command, env=clock.environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as telling:
        assert telling.stdin is not None
        assert telling.stdout is not None
        told = []
        for off in (timedelta(), -HOUR, HOUR, timedelta()):
            clock.set(off)
            telling.stdin.write("?\n")
            telling.stdin.flush()
            wall, ran = map(float, telling.stdout.readline().split())
            told.append((off, timedelta(seconds=wall - datetime.now(UTC).timestamp()), ran))
            assert abs(clock() - datetime.now(UTC) - off) < timedelta(seconds=10)
        telling.stdin.close()
    assert all(abs(seen - off) < timedelta(seconds=10) for off, seen, _ in told)
    assert [ran for *_, ran in told] == sorted(ran for *_, ran in told)
    assert told[-1][2] - told[0][2] < HOUR.total_seconds()
