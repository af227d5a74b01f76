"""System programs, run one at a time: what they refuse is an `Absent` or a `HostError`, never a silent failure."""

import subprocess
from pathlib import Path

from tests.chaos.hosts.absent import need

SECONDS = 20


class HostError(Exception):
    """The host did not do what was asked of it; the message is its own."""


def run(program: str, *arguments: str | Path) -> str:
    """What the program prints. `HostError` with its own words when it fails."""
    done = subprocess.run(
        [need(program), *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=SECONDS,
        stdin=subprocess.DEVNULL,
    )
    if done.returncode != 0:
        raise HostError(f"{program} {' '.join(map(str, arguments))}: {done.stderr.strip() or done.returncode}")
    return done.stdout
