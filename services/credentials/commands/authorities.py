"""What was heard of `partnerships`, handed to decisions as a value; and whom a refusal waits on, by name."""

from collections.abc import Iterator
from contextlib import contextmanager

from services.credentials.domain.authorities import Known
from shared.authority import Community
from shared.contracts.values import Matter, Party
from shared.eventstore.work import Work
from shared.kernel import Refused, Value
from shared.security.asker import Asker


def known(asker: Asker, work: Work) -> Known:
    """What the asker's request was judged on, as of the moment of the work at hand."""
    return Known(asker.community, asker.log_index, work.at)


class PartyView(Value, frozen=True):
    """Whom something waits on, as people name them; without a position, whoever owns the matter at the partner."""

    matter: Matter
    partner: str
    position: str | None


def named(party: Party, community: Community) -> PartyView:
    """That party by its keys."""
    partner = community.partners.get(party.partner)
    position = community.position_key(party.position) if party.position else None
    return PartyView(party.matter, partner.key if partner else str(party.partner), position)


@contextmanager
def told_by_name(community: Community) -> Iterator[None]:
    """A refusal from inside names whom it waits on as people do."""
    try:
        yield
    except Refused as refused:
        told = tuple(named(one, community) if isinstance(one, Party) else one for one in refused.waiting_on)
        raise Refused(*refused.reasons, waiting_on=told, allowed_actions=refused.allowed_actions) from None
