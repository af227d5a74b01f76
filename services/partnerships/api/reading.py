"""Who to go to, and the register as it stands or stood: answers folded from the log, never from mutable rows."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from litestar import get
from litestar.params import Parameter

from services.partnerships.api.persons import ContactView, own_contact
from shared.authority import Answer, Community, Register
from shared.authority import who_decides as answer
from shared.authority.answers import PositionView, view
from shared.contracts.values import MATTERS, Scope
from shared.eventstore.following import Following
from shared.eventstore.work import Commands
from shared.kernel import Clock, Missing, Refused, Value
from shared.security.asker import Asker
from shared.security.persons import PersonVault
from shared.web.faults import QueryNotRight
from shared.web.requests import At, parse_moment

SCOPE_KEYS = ("microcredential", "amount", "unit", "job-function", "credit", "jurisdiction", "sector")


class UnknownPartner(Missing, frozen=True):
    """There is no such partner

    Name it by its id or its key; `GET /partnerships/v1/partners` lists them.
    """

    says = "There is no partner {partner!r} in this community."
    partner: str


class UnknownMatter(Missing, frozen=True):
    """There is no such matter

    A matter is one of the vocabulary, or one that a partner of the community has made somebody responsible for.
    """

    says = "Nobody here has a matter {matter!r}; known: {known}."
    matter: str
    known: str


class Me(Value, frozen=True):
    """Whose key this is, and what it opens."""

    person: UUID
    community: str
    role: str
    scopes: tuple[str, ...]
    positions: tuple[PositionView, ...]
    contact: ContactView | None = None


@get("/v1/who-decides", scope="read")
async def who_decides(
    asker: Asker,
    register: Following[Register],
    clock: Clock,
    matter: Annotated[str, Parameter(max_length=80)],
    partner: Annotated[str, Parameter(max_length=80)],
    at: At = None,
    within: Annotated[str, Parameter(max_length=200)] | None = None,
) -> Answer:
    """Who to go to for a matter at a partner (id or key), now or `at` a moment; `within=sector:healthcare,unit:x`."""
    folded, moment = await register.as_of(parse_moment(at, "partnerships"), clock())
    community = folded.community(asker.key.community)
    found = _partner(community, partner)
    _check_matter(community, matter)
    return answer(community, folded.index, matter, found, moment, _about(within))


@get("/v1/partners", scope="read")
async def list_partners(
    asker: Asker,
    register: Following[Register],
    clock: Clock,
    at: At = None,
) -> dict[str, Any]:
    """The partners, each with its responsibilities, confirmed and not."""
    community, moment = await _then(asker, register, clock, at)
    return {"items": [_partner_view(community, partner, moment) for partner in community.partners]}


@get("/v1/positions", scope="read")
async def list_positions(
    asker: Asker,
    register: Following[Register],
    clock: Clock,
    at: At = None,
) -> dict[str, Any]:
    """The positions, each with its holders then."""
    community, moment = await _then(asker, register, clock, at)
    return {"items": [view(community, position, moment) for position in community.positions]}


@get("/v1/whoami", scope="read")
async def whoami(asker: Asker, clock: Clock, commands: Commands, persons_vault: PersonVault) -> Me:
    """Whose key this is: its person, role and scopes, the positions they hold now, and how others reach them."""
    key, now = asker.key, clock()
    contact = await own_contact(asker, commands, persons_vault)
    seen = (view(asker.community, position, now) for position in asker.community.positions)
    held = tuple(one for one in seen if one and any(holder.person == key.person for holder in one.holders))
    return Me(key.person, key.community, key.role, tuple(sorted(key.scopes)), held, contact)


async def _then(asker: Asker, register: Following[Register], clock: Clock, at: At) -> tuple[Community, datetime]:
    """The asker's community as it was, and the moment that is."""
    folded, moment = await register.as_of(parse_moment(at, "partnerships"), clock())
    return folded.community(asker.key.community), moment


def _partner(community: Community, named: str) -> UUID:
    for partner in community.partners.values():
        if named in (partner.key, str(partner.id)):
            return partner.id
    raise Refused(UnknownPartner(named))


def _check_matter(community: Community, matter: str) -> None:
    """A matter mistyped must not look like one that nobody owns."""
    used = {entry.matter for partner in community.partners.values() for entry in partner.responsibilities.values()}
    if matter not in MATTERS and matter not in used:
        raise Refused(UnknownMatter(matter, ", ".join(sorted({*MATTERS, *used}))))


def _about(within: str | None) -> list[Scope]:
    about = []
    for part in within.split(",") if within else ():
        kind, _, value = part.partition(":")
        if kind not in SCOPE_KEYS or not value:
            raise Refused(QueryNotRight(f"within is written as kind:value, with a kind of {', '.join(SCOPE_KEYS)}."))
        about.append(Scope(kind, value))  # type: ignore[arg-type]  # checked just above
    return about


def _partner_view(community: Community, partner: UUID, at: datetime) -> dict[str, Any]:
    found = community.partners[partner]
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
        ],
    }
