"""What waits though nobody can act on it: vacant, unconfirmed, ambiguous, unowned or barred.

Who can act is asked once for everything waited for of one kind (`Wait.whom`), however many cards wait for it. Only
where that depends on the card itself is it asked of each: where somebody able wrote the outline or is recused, and
where a responsibility holds for something narrower only.
"""

import time
from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

import asyncpg
from msgspec import structs

from services.oversight.api.whom import WaitsOn, Whom
from services.oversight.projections import board, columns
from services.oversight.projections.columns import Sieve, Wanted
from services.oversight.projections.waits import Wait, shut_to
from shared.authority import Community
from shared.kernel import Value
from shared.security.asker import Asker

LOOKED_AT = 1000
"""Waits that are asked about one by one at most."""
LASTS = 30.0
"""Seconds an answer is kept while neither tables nor register change: a term of office may end by itself."""


class Waited(Value, frozen=True):
    """One `whom`: what it is, and who can act on it. `shut` are those values that would take one of them away.

    `doubtful`: that depends on the card.
    """

    whom: UUID
    wait: Wait
    stuck: bool
    doubtful: bool
    shut: tuple[UUID, ...]


class Unowned(Value, frozen=True):
    """The cards on which nobody can act, as the board finds them; `partial`: not all doubtful ones were asked."""

    wanted: Wanted
    partial: bool


class Asking:
    """Asks, and keeps the answers of each community for as long as nothing changes. One for the app."""

    def __init__(self) -> None:
        self._kept: dict[str, tuple[object, float, tuple[Waited, ...]]] = {}

    async def waited(self, pool: asyncpg.Pool, asker: Asker, now: datetime) -> tuple[Waited, ...]:
        """Everything waited for in the community, each kind once."""
        key, mark = asker.key.community, (await board.position(pool), asker.log_index)
        kept = self._kept.get(key)
        if kept is not None and kept[0] == mark and time.monotonic() < kept[1]:
            return kept[2]
        whom = Whom(asker.community, asker.log_index, now)
        found = tuple(
            _judged(asker.community, whom, one, subject, wait) for one, subject, wait in await board.whoms(pool, key)
        )
        self._kept[key] = mark, time.monotonic() + LASTS, found
        return found


def stuck(wait: Wait, lines: Sequence[WaitsOn]) -> bool:
    """Whether nobody can act on it; where any partner may answer, whether none of them can."""
    able = [line.status == "decided" for line in lines]
    return not any(able) if wait.partner is None else not all(able)


async def unowned(
    pool: asyncpg.Pool, sieve: Sieve, asker: Asker, waited: Iterable[Waited], now: datetime, on: UUID | None = None
) -> Unowned:
    """Of these the cards on which nobody can act; of what waits `on` that partner, where one is named."""
    waited = [one for one in waited if on is None or one.wait.partner == on]
    surely = tuple(one.whom for one in waited if one.stuck)
    doubtful = [one.whom for one in waited if one.doubtful]
    shut = [value for one in waited if not one.stuck for value in one.shut]
    found = await columns.doubtful(pool, sieve, shut, doubtful, LOOKED_AT) if doubtful or shut else []
    whom = Whom(asker.community, asker.log_index, now)
    asked = {
        subject
        for subject, wait in found
        if (sieve.overdue is None or (wait.due is not None and wait.due < now))
        and stuck(wait, whom.waits_on(subject, (wait,)))
    }
    return Unowned(Wanted(surely, tuple(sorted(asked))), len(found) >= LOOKED_AT)


def waiting_on(waited: Iterable[Waited], partner: UUID, owned: Iterable[str]) -> Wanted:
    """The cards that wait on that partner, which owns these matters."""
    matters = frozenset(owned)
    whoms = tuple(
        one.whom
        for one in waited
        if one.wait.partner == partner or (one.wait.partner is None and one.wait.matter in matters)
    )
    return Wanted(whoms, apart=partner)


def _judged(community: Community, whom: Whom, of: UUID, subject: UUID, wait: Wait) -> Waited:
    plain = structs.replace(wait, barred=(), about=(), apart=())
    lines = whom.waits_on(subject, (plain,))
    able = {person for line in lines for person in line.holders}
    narrower = wait.position is None and any(
        entry.letter == "accountable" and entry.scope.kind != "anything"
        for known in ([community.partners[wait.partner]] if wait.partner in community.partners else
                      community.partners.values() if wait.partner is None else ())
        for entry in known.by_matter.get(wait.matter or "", ())
    )  # fmt: skip
    few = wait.partner is None and sum(line.status == "decided" for line in lines) == 1
    nobody = stuck(plain, lines)
    doubtful = narrower or few
    shut = () if wait.only else tuple(shut_to(of, one) for person in able for one in _behind(community, person))
    return Waited(of, wait, nobody and not doubtful, doubtful, shut)


def _behind(community: Community, person: UUID) -> set[UUID]:
    """The person, and whoever may have delegated to them: what bars those bars them too."""
    positions = community.held_by.get(person, ())
    lent = {
        holding.person
        for position in (community.positions[one] for one in positions)
        if any(granted.to == person for granted in position.delegations.values())
        for holding in position.holdings.values()
    }
    return {person, *lent}
