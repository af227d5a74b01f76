"""Every fault by name, with how often it is caused: in a full run, and in a quick one."""

from collections.abc import Callable, Coroutine
from typing import Any

from msgspec import Struct

from tests.chaos.faults import killed, replica_promoted, shuffled, store_deleted
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
}
