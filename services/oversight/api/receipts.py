"""A receipt of what somebody decided: every fact of that command as it was heard, what it rests on, what came of it."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

import asyncpg

from services.oversight.api.readers import TRUSTED, card_seen_by
from services.oversight.api.story import shown_to
from services.oversight.projections import lines, outlines
from services.oversight.projections.lines import Decode
from services.oversight.projections.outlines import Version
from services.oversight.projections.story import in_causal_order
from services.oversight.projections.waits import Card
from shared.eventstore.refusals import NotFound
from shared.kernel import Fact, Recorded, Refused, UnreadableFact, Value
from shared.security.asker import Asker

Told = tuple[Recorded[Fact], ...]


class Receipt(Value, frozen=True):
    """What one command recorded: first what was decided, then what followed at once; `since` what came of it later.

    `rests_on` are the facts of partnerships that its evidence cites, `version` the outline it was decided on, `card`
    what it is about; None where it is about no proposal or microcredential.
    """

    recorded: Told
    since: Told = ()
    rests_on: Told = ()
    version: Version | None = None
    card: Card | None = None

    @property
    def decided(self) -> Recorded[Fact]:
        return self.recorded[0]

    @property
    def place(self) -> str:
        """Its last fact: what a write answers as its index."""
        return f"{self.decided.log}@{self.recorded[-1].index}"


async def receipt_of(
    pool: asyncpg.Pool, decoders: Mapping[str, Decode], asker: Asker, log: str, index: int, now: datetime
) -> Receipt:
    """The receipt of the command that recorded that fact; refused alike where there is none, or none for the asker."""
    missing = Refused(NotFound("receipt", f"{log}@{index}"))
    if (found := await lines.heard_at(pool, decoders, asker.key.community, log, index)) is None:
        raise missing
    if (subject := lines.subject_of(found)) is not None:
        return await _about(pool, decoders, asker, found, subject, now)
    if found.metadata.actor.person != asker.key.person and asker.key.role not in TRUSTED:
        raise missing
    together = await lines.heard_from(pool, decoders, asker.key.community, log, found.index - found.ordinal + 1)
    return Receipt(tuple(one for one in together if one.command_id == found.command_id))


async def _about(
    pool: asyncpg.Pool,
    decoders: Mapping[str, Decode],
    asker: Asker,
    found: Recorded[Fact],
    subject: UUID,
    now: datetime,
) -> Receipt:
    card, readership = await card_seen_by(pool, asker, subject, now)
    reader = asker.reader(now)
    facts = await lines.facts_about(pool, decoders, asker.key.community, subject)
    told = shown_to(reader, readership, in_causal_order(facts))
    together = tuple(one for one in told if (one.log, one.command_id) == (found.log, found.command_id))
    if not any(one.id == found.id for one in together):
        raise Refused(NotFound("receipt", f"{found.log}@{found.index}"))
    by_id = {one.id: one for one in told}
    cited = tuple(by_id[one] for one in lines.cites(together[0].fact) if one in by_id)
    known = outlines.versions(told, drafting=reader.may_read_drafting(readership))
    version = outlines.at_place(known, f"{found.log}@{together[0].index}") if _is_of_an_outline(together[0]) else None
    return Receipt(together, tuple(_came_of(together, told)), cited, version, card)


def _is_of_an_outline(decided: Recorded[Fact]) -> bool:
    return not isinstance(decided.fact, UnreadableFact) and hasattr(decided.fact, "digest")


def _came_of(together: Told, told: Iterable[Recorded[Fact]]) -> Iterable[Recorded[Fact]]:
    """What a service did because of it, and what became of the sign-off itself."""
    ids = {one.id for one in together}
    sign_off = getattr(together[0].fact, "sign_off", None)
    for one in told:
        own = sign_off is not None and getattr(one.fact, "sign_off", None) == sign_off
        if one.id not in ids and (one.causation in ids or (own and one.recorded_at >= together[0].recorded_at)):
            yield one
