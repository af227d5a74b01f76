"""`/who`: who to go to for an authorization, in an organisation; today, or on a day gone by."""

from typing import Annotated
from uuid import UUID

from litestar import Response, get
from litestar.params import Parameter

from services.oversight.pages.answering import shown
from services.oversight.pages.choosing import (
    Option,
    moment_chosen,
    partner_chosen,
    scopes_offered,
    within_chosen,
)
from services.oversight.pages.saying import Saying
from shared.authority import GRACE, Register, who_decides
from shared.authority.matters import matters_of, unknown_matters
from shared.eventstore.following import Following
from shared.kernel import refuse_if
from shared.messaging.freshness import Freshness
from shared.pages.names import NAMES
from shared.security.asker import Asker
from shared.web.page import Page
from shared.web.past import Then, then
from shared.web.requests import At
from shared.web.within import KINDS, Within, parse_within

Typed = Annotated[str | None, Parameter(max_length=80)]


@get("/who", scope="read", page=True, include_in_schema=False)
async def who_page(
    page: Page,
    asker: Asker,
    register: Following[Register],
    freshness: Freshness,
    matter: Typed = None,
    partner: Typed = None,
    within: Within = None,
    kind: Typed = None,
    value: Typed = None,
    at: At = None,
) -> Response[str]:
    """The question, and once it is asked, the answer; what is left empty is not asked."""
    known = await then(asker, register, lambda: page.now, moment_chosen(page, at), None)
    community, language = known.community, page.language
    if matter and matter not in community.used:
        refuse_if(*unknown_matters(community, matter))
    chosen = partner_chosen(community, language, partner)
    asked = within_chosen(within, kind, value)
    saying = Saying(language, community, known.at, page.zone)
    answered = None
    if matter and chosen.partner is not None:
        about = parse_within(asked, community)
        answer = who_decides(community, known.index, matter, chosen.partner, known.at, about)
        answered = shown(community, answer, about, saying, language)
    return page.answer(
        "who.html",
        matters=[Option(one, language.text(name)) for one, name in matters_of(community, known.at).items()],
        matter=matter or "",
        chosen=chosen,
        community=community,
        scopes=_offered(known, chosen.partner, matter, saying, asked),
        within=asked or "",
        kinds=[(one, NAMES["scope-kind"][one]) for one in KINDS],
        at=at or "",
        then=known if at else None,
        is_stale=not at and freshness.age_at("partnerships", known.index) > GRACE.total_seconds(),
        shown=answered,
        saying=saying,
    )


def _offered(
    known: Then, partner: UUID | None, matter: str | None, saying: Saying, asked: str | None
) -> tuple[Option, ...]:
    """The scopes to choose from, what was asked for among them."""
    scopes = () if partner is None or not matter else scopes_offered(known.community, partner, matter)
    offered = {f"{one.kind}:{one.value}": saying.scope(one) for one in scopes}
    if asked and asked not in offered:
        parts = (saying.scope(one) for one in parse_within(asked, known.community))
        offered[asked] = ", ".join(parts)
    return tuple(Option(value, name) for value, name in offered.items())
