"""Programs and their children stop all at once."""

import subprocess
import sys
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
    with subprocess.Popen([sys.executable, "-c", WRITER], stdout=subprocess.PIPE, bufsize=0) as writer:
        assert writer.stdout is not None
        writer.stdout.read(1)
        while not (children := descendants(writer.pid)):
            time.sleep(0.01)
        frozen([writer.pid])
        writer.stdout.read(1_000_000)
        subprocess.run(["kill", "-KILL", *map(str, [writer.pid, *children])], check=True)
        assert writer.stdout.read() == b""
