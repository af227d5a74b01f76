"""Loading what the domain judges standing by: a partner's administration, and positions by their id."""

from uuid import UUID

from services.partnerships.domain import administration as administrations
from services.partnerships.domain.administration import Administration
from services.partnerships.domain.partner import NoSuchPartner
from services.partnerships.domain.position import POSITION, NoSuchPosition
from shared.authority.entries import Position
from shared.eventstore.work import Work
from shared.kernel import Refused
from shared.security.asker import Asker


async def administration(work: Work, asker: Asker, partner: UUID) -> Administration:
    """That partner's administration; its position is expected unchanged at the append."""
    if (found := asker.community.partners.get(partner)) is None:
        raise Refused(NoSuchPartner())
    return Administration(asker.community, partner, await work.load(POSITION, found.administrator), work.at)


async def require_administrator(work: Work, asker: Asker, partner: UUID) -> UUID:
    """The asker's person, who administers that partner's authorities."""
    return administrations.may_confirm(await administration(work, asker, partner), asker.key.person)


async def require_recorder(work: Work, asker: Asker, partner: UUID) -> bool:
    """Whether what the asker records is confirmed at once."""
    key = asker.key
    return administrations.confirms_at_once(
        await administration(work, asker, partner), key.person, key.role, key.scopes
    )


def position_known(asker: Asker, position: UUID, partner: UUID | None = None) -> Position:
    """That position, of that partner where one is named."""
    found = asker.community.positions.get(position)
    if found is None or (partner is not None and found.partner != partner):
        raise Refused(NoSuchPosition())
    return found
