"""Who may record what in a register: coordinators for anyone, unconfirmed; administrators for their own."""

from datetime import datetime
from uuid import UUID

from services.partnerships.domain.partner import NoSuchPartner
from services.partnerships.domain.position import (
    POSITION,
    NoSuchPosition,
    PositionState,
    is_held_by,
    is_vacant,
)
from shared.authority.answers import PositionView, holders, view
from shared.authority.register import Position
from shared.eventstore.work import Work
from shared.kernel import Forbidden, Refused
from shared.security.asker import Asker


class NotTheirAdministrator(Forbidden, frozen=True):
    """Only that partner's authority administrator may do this

    Every entry of a partner's register is recorded or confirmed by its own authority administrator.
    """

    says = "This is for the authority administrator of {partner}."
    partner: str


async def administers(work: Work, asker: Asker, partner: UUID) -> bool:
    """Whether the asker's person holds that partner's position of authority administrator now.

    Judged on the register and on the position's own stream, whose version is checked again at the append: nobody
    confirms anything in the moment in which their holding is ended.
    """
    position = await _administration(work, asker, partner)
    known = asker.community.positions.get(asker.community.partners[partner].administrator)
    confirmed = known is not None and any(held.person == asker.key.person for held in holders(known, work.at))
    return confirmed and is_held_by(position, asker.key.person, work.at)


async def require_administrator(work: Work, asker: Asker, partner: UUID) -> UUID:
    """The asker's person, who administers that partner's authorities."""
    if not await administers(work, asker, partner):
        raise Refused(_not_theirs(asker, partner), allowed_actions=_administrator(asker, partner, work.at))
    return asker.key.person


async def require_recorder(work: Work, asker: Asker, partner: UUID) -> bool:
    """Whether what is recorded is confirmed at once (the partner's own administrator) or later (a coordinator)."""
    own = await administers(work, asker, partner)
    if not own and asker.key.role != "coordinator":
        raise Refused(_not_theirs(asker, partner), allowed_actions=_administrator(asker, partner, work.at))
    return own and "authority:confirm" in asker.key.scopes


async def vacant_administrator(work: Work, asker: Asker, position: Position) -> bool:
    """Whether that position administers its partner's authority, and nobody holds it then."""
    if asker.community.partners[position.partner].administrator != position.id:
        return False
    state = await _administration(work, asker, position.partner)
    return not holders(position, work.at) and is_vacant(state, work.at)


async def _administration(work: Work, asker: Asker, partner: UUID) -> PositionState:
    if (found := asker.community.partners.get(partner)) is None:
        raise Refused(NoSuchPartner())
    return await work.load(POSITION, found.administrator)


def _not_theirs(asker: Asker, partner: UUID) -> NotTheirAdministrator:
    return NotTheirAdministrator(asker.community.partners[partner].key)


def _administrator(asker: Asker, partner: UUID, at: datetime) -> tuple[PositionView, ...]:
    seen = view(asker.community, asker.community.partners[partner].administrator, at)
    return () if seen is None else (seen,)


def position_known(asker: Asker, position: UUID, partner: UUID | None = None) -> Position:
    """That position, of that partner where one is named."""
    found = asker.community.positions.get(position)
    if found is None or (partner is not None and found.partner != partner):
        raise Refused(NoSuchPosition())
    return found
