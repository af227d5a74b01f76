"""Every fault by name, with how often it is caused: in a full run, and in a quick one."""

from collections.abc import Callable, Coroutine
from typing import Any

from msgspec import Struct

from tests.chaos.faults import (
    clock_set,
    disk_full,
    killed,
    node_lost,
    power_cut,
    replica_promoted,
    shuffled,
    store_deleted,
)
from tests.chaos.figures import Figures
from tests.chaos.running import Say


class Fault(Struct, frozen=True):
    """`run` causes it so many times, on servers of its own, which are gone when it returns."""

    run: Callable[[int, Say], Coroutine[Any, Any, Figures]]
    rounds: int
    quick: int


FAULTS = {
    killed.NAME: Fault(killed.run, 100, 6),
    store_deleted.NAME: Fault(store_deleted.run, 12, 3),
    replica_promoted.NAME: Fault(replica_promoted.run, 10, 1),
    shuffled.NAME: Fault(shuffled.run, 10, 1),
    power_cut.NAME: Fault(power_cut.run, 50, 2),
    node_lost.KILLED: Fault(node_lost.run_killed, 9, 1),
    node_lost.CUT_OFF: Fault(node_lost.run_cut_off, 3, 1),
    disk_full.NAME: Fault(disk_full.run, 5, 1),
    clock_set.NAME: Fault(clock_set.run, 10, 1),
}
