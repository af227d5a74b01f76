"""Which partner's register a fact changes, so that what was found there is looked for again."""

from typing import Any
from uuid import UUID

from shared.authority.community import Community
from shared.contracts.partnerships import MatterAdded, PersonErased
from shared.kernel import Recorded

_EVERYWHERE = (MatterAdded, PersonErased)


def touch(community: Community, recorded: Recorded[Any]) -> None:
    """Keep its index with the partner it speaks of, by name or by one of its positions; some speak of every partner."""
    fact = recorded.fact
    if isinstance(fact, _EVERYWHERE):
        community.touched_whole = recorded.index
        return
    named: UUID | None = getattr(fact, "position", None)
    position = community.positions.get(named) if named else None
    partner: UUID | None = position.partner if position else getattr(fact, "partner", None)
    if partner is not None:
        community.touched[partner] = recorded.index
