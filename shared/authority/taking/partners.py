"""Partners and their responsibilities."""

from uuid import UUID

from shared.authority.community import Community, Takes
from shared.authority.entries import Partner, Responsibility
from shared.authority.reconfirming import a_year_after
from shared.authority.taking.confirming import confirm, end
from shared.contracts.partnerships import (
    PartnerRegistered,
    RegisterReconfirmed,
    ResponsibilityAssigned,
    ResponsibilityConfirmed,
    ResponsibilityEnded,
)
from shared.kernel import Recorded


def _registered(community: Community, recorded: Recorded[PartnerRegistered]) -> None:
    fact, at = recorded.fact, recorded.occurred_at
    community.partners[fact.partner] = Partner(
        fact.partner, fact.key, fact.name, fact.kind, fact.jurisdiction, fact.sectors, fact.administrator, at,
        a_year_after(at),
    )  # fmt: skip
    community.partner_keys.setdefault(fact.key, fact.partner)


def _reconfirmed(community: Community, recorded: Recorded[RegisterReconfirmed]) -> None:
    if (partner := community.partners.get(recorded.fact.partner)) is not None:
        partner.reconfirm_by = recorded.fact.next_due


def _assigned(community: Community, recorded: Recorded[ResponsibilityAssigned]) -> None:
    fact = recorded.fact
    if (partner := community.partners.get(fact.partner)) is None:
        return
    partner.take(
        Responsibility(
            fact.since, fact.until, fact.instrument, facts=(recorded.id,), stated_at=recorded.occurred_at,
            id=fact.responsibility,
            matter=fact.matter, position=fact.position, letter=fact.letter, scope=fact.scope,
        )
    )  # fmt: skip
    community.used.add(fact.matter)


def _confirmed(community: Community, recorded: Recorded[ResponsibilityConfirmed]) -> None:
    confirm(_responsibility(community, recorded.fact.partner, recorded.fact.responsibility), recorded)


def _ended(community: Community, recorded: Recorded[ResponsibilityEnded]) -> None:
    fact = recorded.fact
    end(_responsibility(community, fact.partner, fact.responsibility), fact.until, recorded)


def _responsibility(community: Community, partner: UUID, responsibility: UUID) -> Responsibility | None:
    found = community.partners.get(partner)
    return found.responsibilities.get(responsibility) if found else None


TAKES: Takes = {
    PartnerRegistered: _registered,
    RegisterReconfirmed: _reconfirmed,
    ResponsibilityAssigned: _assigned,
    ResponsibilityConfirmed: _confirmed,
    ResponsibilityEnded: _ended,
}
