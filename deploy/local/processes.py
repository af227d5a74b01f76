"""Servers that end with the process that started them, and are found again when they did not.

Two nets, because one has holes: the kernel signals a server when its starter dies (`leash`); and a server that outlived
that (its starter died before the leash was on) is found at the next start by its pid file and its command line.
"""

import fcntl
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from pathlib import Path
from typing import NamedTuple

LEASH = Path(__file__).with_name("leash.py")


class CannotStart(Exception):
    """A server cannot start; the message says why and what to do next."""


class Account(NamedTuple):
    """The user a server runs as, when that is not the one who starts it."""

    uid: int
    gid: int


def not_ours(folder: Path) -> CannotStart:
    return CannotStart(f"{folder} belongs to another user. Remove it, or name another folder in CONSORTIA_DATA.")


def hold(folder: Path) -> int:
    """Make `folder` this process's own until `os.close` of the answer, or until the process ends, however it ends.

    Whoever holds the folder knows that any server still running on it is an orphan.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    except PermissionError:
        raise not_ours(folder) from None
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(lock)
        raise CannotStart(
            f"{folder} is in use by a stack that is running. Stop it with ./dev down (or Ctrl-C in its window),"
            " or name another folder in CONSORTIA_DATA."
        ) from None
    return lock


def spawn(
    command: Sequence[str | Path],
    *,
    log: Path,
    last_signal: signal.Signals,
    account: Account | None = None,
    environment: Mapping[str, str] | None = None,
) -> subprocess.Popen[bytes]:
    """Start a server that receives `last_signal` when this process ends.

    The kernel watches the *thread* that started it, so each server gets a thread that lives exactly as long as it does.
    In a session of its own, so that Ctrl-C reaches us first and servers stop after those who use them.
    """
    who = f"{account.uid}:{account.gid}" if account else "-"
    leashed = [sys.executable, "-I", "-S", LEASH, str(os.getpid()), str(int(last_signal)), who, *command]
    born: Future[subprocess.Popen[bytes]] = Future()

    def keep() -> None:
        try:
            with log.open("ab") as output:
                process = subprocess.Popen(
                    leashed,
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                    cwd="/",
                    env=dict(environment or {}),
                    start_new_session=True,
                )
        except OSError as error:
            born.set_exception(error)
            return
        born.set_result(process)
        process.wait()

    threading.Thread(target=keep, name=f"keeper of {Path(command[0]).name}", daemon=True).start()
    return born.result()


def stop(process: subprocess.Popen[bytes], *signals: signal.Signals) -> None:
    """End a server we started: each signal in turn, with patience between them, SIGKILL last."""
    _end(process.pid, lambda: process.poll() is None, signals)


def stop_orphan(pid_file: Path, command_part: str) -> None:
    """End the server named in `pid_file`, if its command line still shows it to be ours; forget a stale pid file."""
    pid = _first_number(pid_file)
    if pid is None:
        return
    if _runs(pid, command_part):
        _end(pid, lambda: _runs(pid, command_part), (signal.SIGINT, signal.SIGTERM))
    pid_file.unlink(missing_ok=True)


def tail_of(log: Path, lines: int = 8) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-lines:]) if log.exists() else "(no log)"


def _end(pid: int, is_running: Callable[[], bool], signals: Sequence[signal.Signals]) -> None:
    for each in (*signals, signal.SIGKILL):
        if not is_running():
            return
        try:
            os.kill(pid, each)
        except ProcessLookupError:
            return
        deadline = time.monotonic() + 10
        while is_running() and time.monotonic() < deadline:
            time.sleep(0.02)
    if is_running():
        raise CannotStart(f"Process {pid} does not end. Look at it with: ps {pid}")


def _first_number(pid_file: Path) -> int | None:
    try:
        return int(pid_file.read_text().split()[0])
    except (FileNotFoundError, ValueError, IndexError):
        return None


def _runs(pid: int, command_part: str) -> bool:
    """Whether `pid` runs a command that has `command_part` among its arguments. A zombie has none, and does not."""
    try:
        arguments = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except (FileNotFoundError, ProcessLookupError):
        return False
    return os.fsencode(command_part) in arguments


def run(main: Callable[[list[str]], int]) -> None:
    """A command line to its end: what cannot start says why in one line, and an interrupt is no traceback."""
    try:
        sys.exit(main(sys.argv[1:]))
    except CannotStart as error:
        sys.exit(str(error))
    except KeyboardInterrupt:
        sys.exit(130)
