"""Whom to go to where nobody decides: whoever keeps the partner's register, or else the community's coordinator."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from shared.authority.community import Community
from shared.authority.entries import Partner, Responsibility
from shared.authority.occupants import PositionView, view
from shared.authority.scopes import in_words, width
from shared.authority.standing_in import stand_in
from shared.contracts.values import Matter

SHOWN = 5
"""How many narrower scopes are told of; the answer's candidates name every position."""


def keeper(community: Community, partner: Partner, at: datetime) -> PositionView | None:
    """The position that confirms what the partner records: its authority administrator's, or what stands in for it.

    None where that position had not been recorded yet.
    """
    position = community.positions.get(partner.administrator)
    if position is None or not position.known(at):
        return None
    return view(community, stand_in(community, position, at).position or position.id, at)


def coordinator_if_nobody(community: Community, seen: PositionView | None) -> UUID | None:
    """The community's coordinator, who can record what is missing, where nobody is in that position."""
    return None if seen is not None and seen.holders else community.coordinator


def narrower_only(community: Community, partner: Partner, matter: Matter, narrower: Collection[Responsibility]) -> str:
    """What to say where nobody is accountable for what is at hand, but for something narrower perhaps."""
    if not narrower:
        return f"Nobody at {partner.key} is accountable for {matter}."
    within = sorted(narrower, key=lambda entry: (width(entry.scope), in_words(entry.scope)), reverse=True)
    named = [f"{in_words(entry.scope)} ({community.position_key(entry.position)})" for entry in within[:SHOWN]]
    others = [f"{len(within) - SHOWN} more"] if len(within) > SHOWN else []
    only = f"Only within {', '.join(named + others)} is anybody at {partner.key} accountable for {matter}"
    return f"{only}; say within what it lies."
