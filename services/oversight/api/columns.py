"""The cards of the board's columns: as they stand, from its tables; as they stood, from the history of cards."""

import asyncio
import base64
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import asyncpg
import msgspec
from msgspec import structs

from services.oversight.api.asked import Asked
from services.oversight.api.unowned import LOOKED_AT, Asking, stuck, unowned, waiting_on
from services.oversight.api.whom import Whom
from services.oversight.projections import columns as table
from services.oversight.projections import past
from services.oversight.projections.columns import Sieve
from services.oversight.projections.waits import Card, Stage, Wait
from shared.authority import Community, who_decides
from shared.kernel import Value
from shared.security.asker import Asker

LOOKED_THROUGH = 500
"""Cards of a past column that are looked through for what is asked for."""


class Counts(Value, frozen=True):
    """Cards that wait for something overdue, or for what nobody can act on; counted up to a thousand."""

    overdue: int
    unowned: int


class Found(Value, frozen=True):
    """The cards of a stage, how many more there are, and the cursor to go on from.

    `looked_through`: only so many were looked through, and there may be others.
    """

    stage: Stage
    cards: tuple[Card, ...]
    more: int
    next: str | None
    looked_through: int | None = None


async def cards_now(
    pool: asyncpg.Pool, asker: Asker, asking: Asking, asked: Asked, stages: Sequence[Stage]
) -> tuple[list[Found], Counts]:
    """The columns as they stand, and how many cards, whatever else is asked for, are overdue or unowned."""
    now, on = asked.now, asked.waiting_on
    plain = Sieve(asker.key.community, ids=asker.reader(now).ids)
    waited = await asking.waited(pool, asker, now)
    nobodys = await unowned(pool, plain, asker, waited, now)
    sieve = structs.replace(plain, of=asked.of, after=asked.after, overdue=now if asked.overdue else None)
    partial = False
    if asked.unowned:
        picked = nobodys
        if on is not None or asked.overdue:
            picked = await unowned(pool, sieve, asker, waited, now, on)
        sieve, partial = structs.replace(sieve, wanted=picked.wanted), picked.partial
    elif on is not None:
        owned = owned_by(asker.community, asker.log_index, on, now)
        sieve = structs.replace(sieve, wanted=waiting_on(waited, on, owned))
    found = []
    for column in await table.columns(pool, stages, sieve, asked.limit):
        more_at = cursor(column.cards[: asked.limit]) if column.more else None
        looked = LOOKED_AT if partial else None
        found.append(Found(column.stage, column.cards, column.more, more_at, looked))
    overdue = await table.count_overdue(pool, plain, now)
    return found, Counts(overdue, await table.count_waiting(pool, plain, nobodys.wanted))


async def cards_then(pool: asyncpg.Pool, asker: Asker, asked: Asked, stages: Sequence[Stage]) -> list[Found]:
    """The columns as they stood; what cards waited for is looked through for what is asked for."""
    sieve = Sieve(asker.key.community, of=asked.of, ids=asker.reader(asked.now).ids, after=asked.after)
    picked = _Picked(asker, asked)
    columns, counted = await asyncio.gather(
        past.columns(pool, stages, sieve, asked.at, LOOKED_THROUGH if asked.picks else asked.limit),
        past.counted(pool, () if asked.picks else stages, sieve, asked.at),
    )
    found = []
    for stage, then in columns.items():
        cards = tuple(card for card in then.cards if picked(card)) if asked.picks else then.cards
        shown, more = cards[: asked.limit], max(0, counted.get(stage, len(cards)) - asked.limit)
        looked = LOOKED_THROUGH if asked.picks and then.through else None
        goes_on = cursor(shown) if more else cursor(then.cards) if looked else None
        found.append(Found(stage, shown, more, goes_on, looked))
    return found


def owned_by(community: Community, index: int, partner: UUID, now: datetime) -> tuple[str, ...]:
    """The matters somebody at the partner decides now."""
    matters = {entry.matter for entry in community.partners[partner].responsibilities.values()}
    answers = (who_decides(community, index, matter, partner, now) for matter in sorted(matters))
    return tuple(answer.matter for answer in answers if answer.position is not None)


def cursor(cards: Sequence[Card]) -> str | None:
    """The place of the last of them in their column."""
    if not cards:
        return None
    last = (cards[-1].since, cards[-1].subject)
    return base64.urlsafe_b64encode(msgspec.json.encode(last)).decode().rstrip("=")


class _Picked:
    """Whether a card that stood then is asked for, by what it waited for."""

    def __init__(self, asker: Asker, asked: Asked) -> None:
        self._asked = asked
        self._whom = Whom(asker.community, asker.log_index, asked.at)
        on = asked.waiting_on
        self._owned = owned_by(asker.community, asker.log_index, on, asked.at) if on else ()

    def __call__(self, card: Card) -> bool:
        return any(self._wait(card, wait) for wait in card.waits)

    def _wait(self, card: Card, wait: Wait) -> bool:
        on, asked = self._asked.waiting_on, self._asked
        if asked.overdue and (wait.due is None or wait.due >= asked.at):
            return False
        if on is not None and wait.partner != on:
            open_to = wait.partner is None and wait.matter in self._owned and on not in wait.apart
            if asked.unowned or not open_to:
                return False
        return not asked.unowned or stuck(wait, self._whom.waits_on(card.subject, (wait,)))
