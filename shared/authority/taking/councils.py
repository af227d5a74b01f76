"""Councils."""

from shared.authority.community import Community, Takes
from shared.authority.councils import Council, Roster
from shared.contracts.partnerships import CouncilChanged, CouncilConvened
from shared.kernel import Recorded


def _convened(community: Community, recorded: Recorded[CouncilConvened]) -> None:
    fact = recorded.fact
    first = Roster(recorded.occurred_at, fact.seats, fact.quorum, fact.chair)
    community.councils[fact.council] = Council(fact.council, fact.key, fact.name, [first])


def _changed(community: Community, recorded: Recorded[CouncilChanged]) -> None:
    fact = recorded.fact
    if (known := community.councils.get(fact.council)) is not None:
        known.rosters.append(Roster(recorded.occurred_at, fact.seats, fact.quorum, fact.chair))


TAKES: Takes = {CouncilConvened: _convened, CouncilChanged: _changed}
