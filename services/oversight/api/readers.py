"""Who may read what: what `shared.authority.reading` says; another's inbox only by trust."""

from datetime import datetime
from uuid import UUID

import asyncpg

from services.oversight.projections import board
from services.oversight.projections.waits import Card
from shared.authority import Community
from shared.authority.answers import holders
from shared.authority.grounds import grounds
from shared.authority.reading import Readership
from shared.eventstore.readership import readership_of
from shared.eventstore.refusals import NotFound
from shared.kernel import Forbidden, Refused
from shared.security.asker import Asker

TRUSTED = ("coordinator", "auditor")


class InboxOfAnother(Forbidden, frozen=True):
    """That is another person's inbox

    Leave `person` out to read your own; coordinators and auditors may read others'.
    """

    says = "A key of role {role} reads its own person's inbox only."
    role: str


def partner_named(community: Community, named: str) -> UUID:
    """The partner of that key or id; refused where the community has none."""
    if (partner := community.partner_named(named)) is None:
        raise Refused(NotFound("partner", named))
    return partner


def positions_held(community: Community, person: UUID, at: datetime) -> list[UUID]:
    """The positions the person holds then."""
    known = (community.positions[one] for one in sorted(community.held_by.get(person, ())))
    return [position.id for position in known if any(held.person == person for held in holders(position, at))]


def positions_acted_in(community: Community, person: UUID, at: datetime) -> list[UUID]:
    """Those, and the ones in which the person decides by a delegation or stands in."""
    return list(dict.fromkeys(acting.position for acting in grounds(community, person, at)))


async def card_seen_by(pool: asyncpg.Pool, asker: Asker, subject: UUID, at: datetime) -> tuple[Card, Readership]:
    """The card of that id, and who may read it; refused where there is none in the asker's community, or for them."""
    found = await board.card(pool, asker.key.community, subject)
    readership = await readership_of(pool, asker.key.community, subject)
    if found is None or readership is None or not asker.reader(at).may_read(readership):
        raise Refused(NotFound("microcredential", str(subject)))
    return found, readership


def person_asked_about(asker: Asker, person: UUID | None) -> UUID:
    """Whose inbox is asked for: one's own, or by trust another's, if the community knows that person."""
    if person is None or person == asker.key.person:
        return asker.key.person
    if asker.key.role not in TRUSTED:
        raise Refused(InboxOfAnother(asker.key.role))
    if person not in asker.community.held_by:
        raise Refused(NotFound("person", str(person)))
    return person
