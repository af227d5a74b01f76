"""Councils: seats filled by positions of several partners."""

from uuid import UUID

from shared.contracts.values import Quorum, Seat, Slug
from shared.kernel import Fact, Text


class CouncilConvened(Fact, frozen=True, tag="partnerships.council-convened.v1"):
    """A council: seats filled by positions of several partners, and its quorum. Stream `council-`."""

    council: UUID
    key: Slug
    name: Text
    seats: tuple[Seat, ...]
    quorum: Quorum


class CouncilChanged(Fact, frozen=True, tag="partnerships.council-changed.v1"):
    """The council's seats and quorum from now on; rounds already open keep theirs. Stream `council-`."""

    council: UUID
    seats: tuple[Seat, ...]
    quorum: Quorum


CouncilFact = CouncilConvened | CouncilChanged
