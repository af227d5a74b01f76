"""Who may record what in a register: coordinators for anyone, unconfirmed; administrators for their own."""

from datetime import datetime
from uuid import UUID

from services.partnerships.domain.partner import NoSuchPartner
from services.partnerships.domain.position import NoSuchPosition
from shared.authority.answers import holders
from shared.authority.register import Position
from shared.kernel import Forbidden, Refused
from shared.security.asker import Asker


class NotTheirAdministrator(Forbidden, frozen=True):
    """Only that partner's authority administrator may do this

    Every entry of a partner's register is recorded or confirmed by its own authority administrator.
    """

    says = "This is for the authority administrator of {partner}."
    partner: str


def administers(asker: Asker, partner: UUID, at: datetime) -> bool:
    """Whether the asker's person holds that partner's position of authority administrator then."""
    if (found := asker.community.partners.get(partner)) is None:
        raise Refused(NoSuchPartner())
    position = asker.community.positions.get(found.administrator)
    return position is not None and any(held.person == asker.key.person for held in holders(position, at))


def require_administrator(asker: Asker, partner: UUID, at: datetime) -> UUID:
    """The asker's person, who administers that partner's authorities."""
    if not administers(asker, partner, at):
        raise Refused(NotTheirAdministrator(asker.community.partners[partner].key))
    return asker.key.person


def require_recorder(asker: Asker, partner: UUID, at: datetime) -> bool:
    """Whether what is recorded is confirmed at once (the partner's own administrator) or later (a coordinator)."""
    own = administers(asker, partner, at)
    if not own and asker.key.role != "coordinator":
        raise Refused(NotTheirAdministrator(asker.community.partners[partner].key))
    return own


def vacant_administrator(asker: Asker, position: Position, at: datetime) -> bool:
    """Whether that position administers its partner's authority, and nobody holds it then."""
    return asker.community.partners[position.partner].administrator == position.id and not holders(position, at)


def position_known(asker: Asker, position: UUID, partner: UUID | None = None) -> Position:
    """That position, of that partner where one is named."""
    found = asker.community.positions.get(position)
    if found is None or (partner is not None and found.partner != partner):
        raise Refused(NoSuchPosition())
    return found
