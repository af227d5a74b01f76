"""A network of one's own: a middle and places around it, each a network namespace, joined by cables that can be pulled.

The namespaces have no name and are mounted nowhere: they last as long as this process or a program in them, and cables
and addresses go with them. Nothing of the host's own network is touched, and nothing is left after a kill.

    with Network(3) as network:
        with inside(network.places[0]):
            ...                       # sockets opened and programs started here belong to that place
        with inside(network.middle):
            ...                       # from here every place is reached, over its cable
        network.pull(0)
"""

import ctypes
import os
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Self

from tests.chaos.hosts.absent import Absent, need, need_root
from tests.chaos.hosts.commands import HostError, run

CLONE_NEWNET = 0x40000000
MIDDLE = "10.213.0.254"
LIBC = ctypes.CDLL(None, use_errno=True)


@dataclass(frozen=True)
class Namespace:
    """A network namespace, held open by a file descriptor of this process."""

    held: int

    @property
    def path(self) -> str:
        """A name for it that other programs can use while this process lasts."""
        return f"/proc/{os.getpid()}/fd/{self.held}"


@dataclass
class Network:
    """`places` namespaces around a middle. The middle is a switch, and where clients are."""

    many: int
    middle: Namespace = field(init=False)
    places: list[Namespace] = field(init=False, default_factory=list)
    _ending: ExitStack = field(init=False, default_factory=ExitStack)

    def __enter__(self) -> Self:
        """`Absent` where there is no root, no program `ip`, or the kernel has no namespaces, cables or switches."""
        need_root("to make network namespaces")
        need("ip")
        try:
            self.middle = self._new()
            _ip(self.middle, "link", "add", "switch", "type", "bridge")
            _ip(self.middle, "address", "add", f"{MIDDLE}/24", "dev", "switch")
            _ip(self.middle, "link", "set", "switch", "up")
            for number in range(self.many):
                self.places.append(self._new())
                self._join(number)
        except (HostError, OSError) as error:
            self._ending.close()
            raise Absent(f"needs network namespaces: {error}") from None
        return self

    def __exit__(self, *_: object) -> None:
        self._ending.close()

    def address(self, number: int) -> str:
        """Where that place is reached, from the middle and from the other places."""
        return f"10.213.0.{number + 1}"

    def pull(self, number: int) -> None:
        """Pull that place's cable: nothing gets in or out, and nobody is told."""
        _ip(self.middle, "link", "set", f"to{number}", "down")

    def plug(self, number: int) -> None:
        _ip(self.middle, "link", "set", f"to{number}", "up")

    def _new(self) -> Namespace:
        made = _unshared()
        self._ending.callback(os.close, made.held)
        _ip(made, "link", "set", "lo", "up")
        return made

    def _join(self, number: int) -> None:
        place, cable = self.places[number], f"to{number}"
        _ip(self.middle, "link", "add", cable, "type", "veth", "peer", "name", "out", "netns", place.path)
        _ip(self.middle, "link", "set", cable, "master", "switch", "up")
        _ip(place, "address", "add", f"{self.address(number)}/24", "dev", "out")
        _ip(place, "link", "set", "out", "up")


@contextmanager
def inside(namespace: Namespace) -> Iterator[None]:
    """In the block this thread, and the threads and programs it starts, are in that namespace; no other thread is."""
    before = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
    try:
        _enter(namespace.held)
        try:
            yield
        finally:
            _enter(before)
    finally:
        os.close(before)


def _ip(namespace: Namespace, *arguments: str) -> None:
    with inside(namespace):
        run("ip", *arguments)


def _enter(held: int) -> None:
    if LIBC.setns(held, CLONE_NEWNET) != 0:
        raise OSError(ctypes.get_errno(), f"setns: {os.strerror(ctypes.get_errno())}")


def _unshared() -> Namespace:
    """A thread that ends at once leaves its namespace behind, for this process holds it open."""
    found: list[Namespace | OSError] = []

    def leave() -> None:
        if LIBC.unshare(CLONE_NEWNET) != 0:
            found.append(OSError(ctypes.get_errno(), f"unshare: {os.strerror(ctypes.get_errno())}"))
        else:
            found.append(Namespace(os.open("/proc/thread-self/ns/net", os.O_RDONLY)))

    leaving = threading.Thread(target=leave)
    leaving.start()
    leaving.join()
    if isinstance(found[0], OSError):
        raise found[0]
    return found[0]
