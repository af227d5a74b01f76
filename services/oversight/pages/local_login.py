"""Signing in at a click on one's own machine: the demo keys that the local stack keeps in a file."""

from pathlib import Path

import msgspec
from msgspec import Struct


class _CaseKeys(Struct):
    people: dict[str, str]


class _Keys(Struct):
    cases: dict[str, _CaseKeys]


class LocalLogin:
    """Whom one may sign in as, by community; empty wherever no such file is set."""

    def __init__(self, file: str | None) -> None:
        self._file = Path(file) if file else None

    def people(self) -> dict[str, list[str]]:
        """Positions (and `coordinator`, `auditor`) by community."""
        return {case: sorted(keys.people) for case, keys in sorted(self._cases().items())}

    def key_of(self, case: str, person: str) -> str | None:
        keys = self._cases().get(case)
        return keys.people.get(person) if keys else None

    def _cases(self) -> dict[str, _CaseKeys]:
        if self._file is None or not self._file.exists():
            return {}
        return msgspec.json.decode(self._file.read_bytes(), type=_Keys).cases
