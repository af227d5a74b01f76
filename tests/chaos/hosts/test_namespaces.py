"""Places reach each other over cables; a pulled one lets nothing through; the host's own network stays as it is."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.chaos.hosts.absent import Absent
from tests.chaos.hosts.namespaces import Network, inside

PORT = 4000


@pytest.fixture
def network() -> Iterator[Network]:
    try:
        with Network(2) as made:
            yield made
    except Absent as absent:
        pytest.skip(str(absent))


def listening(network: Network, place: int) -> socket.socket:
    with inside(network.places[place]):
        return socket.create_server((network.address(place), PORT))


def answers(network: Network, place: int) -> bool:
    """Whether that place is reached from where this thread is."""
    try:
        socket.create_connection((network.address(place), PORT), timeout=0.5).close()
    except OSError:
        return False
    return True


def answers_soon(network: Network, place: int) -> bool:
    """Whether it is reached within seconds: neighbours are being found, or forget that it was away."""
    return any(answers(network, place) for _ in range(20))


def interfaces() -> set[str]:
    return {path.name for path in Path("/sys/class/net").iterdir()}


def test_a_place_is_reached_from_the_middle_and_from_another_place(network: Network) -> None:
    with listening(network, 0):
        with inside(network.middle):
            assert answers_soon(network, 0)
        with inside(network.places[1]):
            assert answers_soon(network, 0)


def test_a_place_whose_cable_is_pulled_is_reached_by_nobody_until_it_is_plugged(network: Network) -> None:
    with listening(network, 0), listening(network, 1), inside(network.middle):
        assert answers_soon(network, 0)
        network.pull(0)
        assert not answers(network, 0)
        assert answers_soon(network, 1)
        network.plug(0)
        assert answers_soon(network, 0)


def test_the_host_has_the_interfaces_it_had(network: Network) -> None:
    during = interfaces()
    network.__exit__()
    assert interfaces() == during
    assert not during & {"switch", "to0", "to1", "out"}
