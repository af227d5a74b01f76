"""`./dev up --detach`: the stack as a process of its own, watched until it is ready."""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from deploy.local import running


def up_detached(data: Path, arguments: Sequence[str]) -> int:
    """Start the stack with these arguments of `up` and print what it prints, until it is ready or has ended."""
    colour = {"FORCE_COLOR": "1"} if sys.stdout.isatty() and "NO_COLOR" not in os.environ else {}
    process = subprocess.Popen(
        [sys.executable, "-m", "deploy.local", "up", "--released", *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env={**os.environ, **colour, "PYTHONUNBUFFERED": "1"},
        start_new_session=True,
    )
    assert process.stdout is not None
    try:
        while printed := os.read(process.stdout.fileno(), 65536):
            _print(printed)
    except KeyboardInterrupt:
        process.terminate()
        process.wait()
        raise
    found = running.find(data)
    if found is not None and found.pid == process.pid and found.ready:
        process.returncode = 0  # it goes on without us, and is not to be waited for
        return 1 if found.trouble else 0
    return process.wait()


def _print(printed: bytes) -> None:
    """Whoever reads us may have read enough (`| head`); the stack goes on all the same."""
    try:
        sys.stdout.buffer.write(printed)
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
