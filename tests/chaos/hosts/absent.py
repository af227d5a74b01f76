"""What a fault needs of the host, and the one way to say that it is not there."""

import os
import shutil
from pathlib import Path


class Absent(Exception):
    """The fault cannot be made on this host; the message says what is absent. Whoever catches it skips, and says so."""


def need_root(what_for: str) -> None:
    if os.geteuid() != 0:
        raise Absent(f"needs root, {what_for}")


def need(program: str) -> Path:
    """Where that program is; system folders are looked in even when PATH leaves them out."""
    found = shutil.which(program, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin:/usr/bin:/bin")
    if found is None:
        raise Absent(f"needs the program {program}, which is not installed")
    return Path(found)
