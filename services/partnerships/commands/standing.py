"""Loading what the domain judges standing by: a partner's administration, and positions by their id."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from uuid import UUID

from services.partnerships.domain import administration as administrations
from services.partnerships.domain.administration import Administration
from services.partnerships.domain.partner import NoSuchPartner
from services.partnerships.domain.position import POSITION, NoSuchPosition, PositionState
from shared.authority import occupants
from shared.authority.entries import Position
from shared.authority.matters import unknown_matters
from shared.authority.standing_in import stand_in
from shared.contracts.values import Matter
from shared.eventstore.work import Work
from shared.kernel import Forbidden, Refused, refuse_if
from shared.security.asker import Asker


async def administration(work: Work, asker: Asker, partner: UUID) -> Administration:
    """That partner's administration; its position, and one that stands in, are expected unchanged at the append."""
    if (found := asker.community.partners.get(partner)) is None:
        raise Refused(NoSuchPartner())
    known, state = asker.community.positions.get(found.administrator), await work.load(POSITION, found.administrator)
    stands = stand_in(asker.community, known, work.at).position if known is not None else None
    if stands is None:
        return Administration(asker.community, partner, state, work.at)
    standing: PositionState = await work.load(POSITION, stands)
    return Administration(asker.community, partner, state, work.at, standing)


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


def matter_known(asker: Asker, *matters: Matter) -> None:
    """Refuse matters that are not in the community's vocabulary, naming those that are."""
    refuse_if(*unknown_matters(asker.community, *matters))


@contextmanager
def told_who_acts(asker: Asker, position: UUID, at: datetime) -> Iterator[None]:
    """A refusal from inside, of somebody who may not do it, says who acts in the position."""
    try:
        yield
    except Refused as refused:
        seen = occupants(asker.community, position, at)
        if refused.allowed_actions or seen is None or not refused.names(Forbidden):
            raise
        raise Refused(*refused.reasons, waiting_on=refused.waiting_on, allowed_actions=(seen,)) from None
