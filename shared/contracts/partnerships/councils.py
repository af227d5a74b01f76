"""Councils: seats filled by positions of several partners."""

from uuid import UUID

from shared.contracts.values import Quorum, Seat, Slug
from shared.kernel import Fact, Text


class CouncilConvened(Fact, frozen=True, tag="partnerships.council-convened.v1"):
    """A council: seats filled by positions of several partners, and its quorum. Stream `council-`.

    `chair` is the position of one of the seats.
    """

    council: UUID
    key: Slug
    name: Text
    seats: tuple[Seat, ...]
    quorum: Quorum
    chair: UUID | None = None


class CouncilChanged(Fact, frozen=True, tag="partnerships.council-changed.v1"):
    """The council's seats, quorum and chair from now on; rounds already open keep theirs. Stream `council-`."""

    council: UUID
    seats: tuple[Seat, ...]
    quorum: Quorum
    chair: UUID | None = None


CouncilFact = CouncilConvened | CouncilChanged
