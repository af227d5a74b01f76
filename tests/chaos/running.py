"""What every fault test does around its fault."""

import time
from collections.abc import Callable
from typing import Any

from tests.chaos.checker import Damage
from tests.chaos.figures import Figures
from tests.chaos.load import Load
from tests.chaos.world import World

Say = Callable[[str], None]
"""Told how far it has got, a line at a time."""


async def settle(world: World, say: Say) -> dict[str, Any]:
    """Wait until everything said is heard and projected; how long that took, or that it never was."""
    say("waiting until everything is heard and projected")
    began = time.monotonic()
    level = await world.settled()
    return {"level": level, "seconds_until_level": round(time.monotonic() - began, 1)}


def judged(
    name: str, rounds: int, load: Load, damage: Damage, settled: dict[str, Any], *, control_seen: bool, **details: Any
) -> Figures:
    """The figures. A load that was refused has not loaded, and shows nothing."""
    if load.refusals:
        details["refused"] = load.refusals[:5]
        raise AssertionError(f"{name}: the load was refused: {load.refusals[:3]}")
    details |= settled | {"unanswered": len(load.open), "slowest_answer_seconds": round(load.slowest, 1)}
    if damage:
        details["damage"] = damage.examples()
    return Figures(
        name=name,
        rounds=rounds,
        acknowledged=len(load.acknowledged),
        lost=len(damage.lost),
        doubled=len(damage.doubled),
        reordered=len(damage.reordered),
        phantom=len(damage.phantom),
        control_seen=control_seen,
        details=details,
    )
