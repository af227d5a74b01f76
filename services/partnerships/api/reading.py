"""Who to go to, and the register as it stands or stood: answers folded from the log, never from mutable rows."""

from typing import Annotated, Any
from uuid import UUID

from litestar import get
from litestar.params import Parameter

from services.partnerships.api.persons import ContactView, own_contact
from services.partnerships.api.positions import ActsIn, acts_in
from shared.authority import Answer, Community, Register
from shared.authority import who_decides as answer
from shared.authority.answers import PositionView, view
from shared.authority.entries import Partner
from shared.authority.matters import unknown_matters
from shared.eventstore.commands import Commands
from shared.eventstore.following import Following
from shared.kernel import Clock, Missing, Refused, Value, refuse_if
from shared.security.asker import Asker
from shared.security.persons import PersonVault
from shared.web.past import Then, then
from shared.web.requests import At, KnownAt
from shared.web.within import Within, parse_within


class UnknownPartner(Missing, frozen=True):
    """There is no such partner

    Name it by its id or its key; `GET /partnerships/v1/partners` lists them.
    """

    says = "There is no partner {partner!r} in this community."
    partner: str


class Me(Value, frozen=True):
    """Whose key this is, and what it opens."""

    person: UUID
    community: str
    role: str
    scopes: tuple[str, ...]
    positions: tuple[PositionView, ...]
    contact: ContactView | None = None
    acts_in: tuple[ActsIn, ...] = ()


@get("/v1/who-decides", scope="read")
async def who_decides(
    asker: Asker,
    register: Following[Register],
    clock: Clock,
    matter: Annotated[str, Parameter(max_length=80)],
    partner: Annotated[str, Parameter(max_length=80)],
    at: At = None,
    known_at: KnownAt = None,
    within: Within = None,
) -> Answer:
    """Who to go to for a matter at a partner (id or key), now or `at` a moment; `within=sector:healthcare,unit:x`.

    `known_at` answers as it would have been answered then, with what had been recorded by that moment.
    """
    known = await then(asker, register, clock, at, known_at)
    found = partner_in(known.community, partner)
    _check_matter(known.community, matter)
    return answer(known.community, known.index, matter, found, known.at, parse_within(within, known.community))


@get("/v1/partners", scope="read")
async def list_partners(
    asker: Asker,
    register: Following[Register],
    clock: Clock,
    at: At = None,
    known_at: KnownAt = None,
) -> dict[str, Any]:
    """The partners, each with its responsibilities, confirmed and not."""
    known = await then(asker, register, clock, at, known_at)
    partners = known.community.partners.values()
    return {"items": [_partner_view(known, partner) for partner in partners if partner.registered_at <= known.at]}


@get("/v1/whoami", scope="read", unmandated=True)
async def whoami(asker: Asker, clock: Clock, commands: Commands, persons_vault: PersonVault) -> Me:
    """Whose key this is: its person, role and scopes, the positions they hold or act in now, and how to reach them."""
    key, now = asker.key, clock()
    contact = await own_contact(asker, commands, persons_vault)
    seen = (view(asker.community, position, now) for position in sorted(asker.community.held_by.get(key.person, ())))
    held = tuple(one for one in seen if one and any(holder.person == key.person for holder in one.holders))
    others = acts_in(asker.community, key.person, now)
    return Me(key.person, key.community, key.role, tuple(sorted(key.scopes)), held, contact, others)


def partner_in(community: Community, named: str) -> UUID:
    """The partner of that key or id; refused where there is none."""
    if (partner := community.partner_named(named)) is None:
        raise Refused(UnknownPartner(named))
    return partner


def _check_matter(community: Community, matter: str) -> None:
    """A matter mistyped must not look like one that nobody owns; one used before there was a vocabulary stays known."""
    if matter not in community.used:
        refuse_if(*unknown_matters(community, matter))


def _partner_view(known: Then, found: Partner) -> dict[str, Any]:
    community, at = known.community, known.at
    return {
        "partner": found.id,
        "key": found.key,
        "name": found.name,
        "kind": found.kind,
        "jurisdiction": found.jurisdiction,
        "sectors": found.sectors,
        "reconfirm_by": found.reconfirm_by,
        "authority_administrator": view(community, found.administrator, at),
        "responsibilities": [
            {
                "responsibility": entry.id,
                "matter": entry.matter,
                "letter": entry.letter,
                "scope": entry.scope,
                "position": community.position_key(entry.position),
                "since": entry.since,
                "until": entry.until,
                "instrument": entry.instrument,
                "confirmed_at": entry.confirmed_at,
                "in_effect": entry.holds(at),
            }
            for entry in found.responsibilities.values()
            if entry.known(at)
        ],
    }
