"""What the local stack keeps beside its servers: the keys it was handed, and what came of each act."""

import contextlib
import os
from pathlib import Path
from typing import Any, TypeVar

import msgspec
from msgspec import Struct, field

from deploy.local.processes import CannotStart

T = TypeVar("T")
NOBODY_HAS_ONE = ""


class CaseKeys(Struct):
    """The keys of one community: `people` by position, the coordinator and the auditor by that name.

    `community` is the slug it was opened under.
    """

    community: str
    people: dict[str, str] = field(default_factory=dict)


class Keys(Struct):
    """`operator` is empty from before the first migration until the key it printed is written here.

    A run that was killed in between left data that nobody has a key to.
    """

    operator: str = NOBODY_HAS_ONE
    cases: dict[str, CaseKeys] = field(default_factory=dict)

    @property
    def installation(self) -> str:
        """The public part of the operator key, which no two installations share."""
        return self.operator.rpartition("_")[0]


class Outcome(Struct):
    """What came of an act, beside what its case expects. `status` is HTTP's."""

    case: str
    act: int
    do: str
    expected: str
    actual: str
    status: int
    lapsed: list[str]
    agrees: bool
    reasons: list[str] = field(default_factory=list)


class CaseJournal(Struct):
    """What came of each act, by its number from 1; `microcredentials` are ids by proposal."""

    outcomes: dict[int, Outcome] = field(default_factory=dict)
    microcredentials: dict[str, str] = field(default_factory=dict)


class Journal(Struct):
    """What came of the cases in one installation."""

    installation: str = ""
    cases: dict[str, CaseJournal] = field(default_factory=dict)


class Kept:
    """The files of one data folder: private, never half written, on the disk before anything rests on them."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.keys_file = data / "keys.json"
        self.journal_file = data / "cases.json"

    def keys(self) -> Keys | None:
        """None where there is no such file."""
        return _read(self.keys_file, Keys)

    def save_keys(self, keys: Keys) -> None:
        write(self.keys_file, keys)

    def journal(self, keys: Keys) -> Journal:
        """The journal of the installation these keys open; one of another installation counts for nothing."""
        found = _read(self.journal_file, Journal)
        return found if found and found.installation == keys.installation else Journal(keys.installation)

    def save_journal(self, journal: Journal) -> None:
        write(self.journal_file, journal)


def write(path: Path, content: Any) -> None:
    """Written beside, synchronised and renamed, readable by its owner only."""
    half = path.with_suffix(".new")
    with contextlib.suppress(FileNotFoundError):
        half.unlink()
    with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(msgspec.json.format(msgspec.json.encode(content), indent=1))
        file.flush()
        os.fsync(file.fileno())
    half.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _read(path: Path, kind: type[T]) -> T | None:
    try:
        return msgspec.json.decode(path.read_bytes(), type=kind)
    except FileNotFoundError:
        return None
    except (msgspec.DecodeError, PermissionError) as error:
        raise CannotStart(f"{path} cannot be read ({error}). ./dev up --fresh starts on empty data.") from None
