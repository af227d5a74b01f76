"""Communities and their matters; who was erased."""

from shared.authority.community import Community, Takes
from shared.contracts.partnerships import CommunityOpened, MatterAdded, PersonErased
from shared.kernel import Recorded


def _opened(community: Community, recorded: Recorded[CommunityOpened]) -> None:
    community.name, community.coordinator = recorded.fact.name, recorded.fact.coordinator


def _matter_added(community: Community, recorded: Recorded[MatterAdded]) -> None:
    if recorded.fact.matter not in community.matters:
        community.matters[recorded.fact.matter] = recorded.fact.name
        community.matters_since[recorded.fact.matter] = recorded.occurred_at


def _erased(community: Community, recorded: Recorded[PersonErased]) -> None:
    community.erased.setdefault(recorded.fact.person, recorded.occurred_at)


TAKES: Takes = {CommunityOpened: _opened, MatterAdded: _matter_added, PersonErased: _erased}
