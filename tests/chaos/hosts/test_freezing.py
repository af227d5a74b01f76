"""Programs and their children stop all at once."""

import fcntl
import struct
import subprocess
import sys
import termios
import time

from tests.chaos.hosts.freezing import descendants, frozen

WRITER = """
import os, sys, time
os.fork()
while True:
    os.write(1, b".")
    time.sleep(0.001)
"""


def test_a_program_and_its_child_do_nothing_more() -> None:
    with subprocess.Popen([sys.executable, "-c", WRITER], stdout=subprocess.PIPE) as writer:
        assert writer.stdout is not None
        while not (children := descendants(writer.pid)):
            time.sleep(0.01)
        frozen([writer.pid])
        written = waiting(writer.stdout.fileno())
        subprocess.run(["kill", "-KILL", *map(str, [writer.pid, *children])], check=True)
        assert len(writer.stdout.read()) == written


def waiting(pipe: int) -> int:
    """How many bytes can be read from it now."""
    (many,) = struct.unpack("i", fcntl.ioctl(pipe, termios.FIONREAD, bytes(4)))
    return int(many)
