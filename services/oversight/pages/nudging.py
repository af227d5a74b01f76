"""`/microcredentials/<id>/nudge`: reminding somebody of what they are waited for, with a message ready to send."""

from typing import Annotated
from uuid import UUID

import asyncpg
from litestar import Response, get
from litestar.params import Parameter

from services.oversight.api.readers import card_seen_by, partner_named
from services.oversight.api.whom import WaitsOn, Whom
from services.oversight.pages.messages import message
from services.oversight.pages.saying import Saying
from services.oversight.projections import board as table
from services.oversight.projections.nudges import nudges_of
from services.oversight.projections.waits import Act, Card, Wait
from shared.kernel import Value
from shared.pages import LANGUAGES
from shared.security.asker import Asker
from shared.web.page import Page


class CardAtHand(Value, frozen=True):
    """What the templates ask of a card; `partner` is the proposing partner's key."""

    id: UUID
    key: str
    stage: str
    partner: str


@get("/microcredentials/{microcredential:uuid}/nudge", scope="read", page=True, include_in_schema=False)
async def nudge_page(
    microcredential: UUID,
    page: Page,
    asker: Asker,
    pool: asyncpg.Pool,
    act: Act,
    partner: Annotated[str, Parameter(max_length=80)],
    step: Annotated[str | None, Parameter(max_length=80)] = None,
    refers: UUID | None = None,
    written_in: Annotated[str | None, Parameter(max_length=10)] = None,
) -> Response[str]:
    """What waits on that partner, who was reminded of it, and the message in the language `written_in`."""
    community = asker.community
    seen, _ = await card_seen_by(pool, asker, microcredential, page.now)
    whole = await table.whole(pool, asker.key.community, microcredential) or seen
    on = partner_named(community, partner)
    wait = next((one for one in whole.waits if _is_it(one, act, step or None, refers, on)), None)
    line = await _line(pool, page, asker, whole, wait, on) if wait is not None else None
    stage = "preparation" if whole.stage == "accepted" else whole.stage
    proposing = community.partners.get(whole.partner)
    key = proposing.key if proposing else str(whole.partner)
    card = CardAtHand(whole.subject, whole.key, stage, key)
    tag = written_in if written_in is not None and written_in in LANGUAGES else page.language.tag
    ready = None
    if line is not None:
        language = page.browsing.pages.catalogue.language(tag)
        ready = message(language, community, whole, line, page.base, page.now, page.zone)
    saying = Saying(page.language, community, page.now, page.zone)
    return page.answer("nudge.html", card=card, title=whole.title, line=line, message=ready, saying=saying)


def _is_it(wait: Wait, act: Act, step: str | None, refers: UUID | None, on: UUID) -> bool:
    same = (wait.act, wait.step, wait.refers) == (act, step, refers)
    return same and wait.partner in (None, on) and on not in wait.apart


async def _line(pool: asyncpg.Pool, page: Page, asker: Asker, card: Card, wait: Wait, on: UUID) -> WaitsOn:
    nudges = await nudges_of(pool, asker.key.community, [card.subject])
    return Whom(asker.community, asker.log_index, page.now, nudges).one(card.subject, wait, on)
