"""What a fault test reports: the counts of one fault, and the report of them all."""

from typing import Any

import msgspec
from msgspec import Struct


class Figures(Struct, frozen=True, kw_only=True):
    """One fault. `rounds` is how often it was caused, `acknowledged` how many facts the client was told are recorded.

    `control_seen`: the same checker, on a system without what protects against this fault, found its damage.
    `skipped` says why it could not be tried here; then nothing else counts. `details` are in words or seconds.
    """

    name: str
    rounds: int = 0
    acknowledged: int = 0
    lost: int = 0
    doubled: int = 0
    reordered: int = 0
    phantom: int = 0
    control_seen: bool = False
    skipped: str | None = None
    details: dict[str, Any] = msgspec.field(default_factory=dict)

    @property
    def is_well(self) -> bool:
        """Whether nothing was damaged, everything became level in the end, and the checker is known to see."""
        damage = self.lost + self.doubled + self.reordered + self.phantom
        is_level = self.details.get("level") is True
        return self.skipped is None and self.acknowledged > 0 and damage == 0 and is_level and self.control_seen


class Report(Struct, frozen=True, kw_only=True):
    """All of a run."""

    faults: tuple[Figures, ...]
    quick: bool
    took_seconds: float
    command: str
