"""One item of the inbox as it is shown: the outline as it stands, with what changed since its reader last saw it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal
from uuid import UUID

import asyncpg

from services.oversight.api.changes import History, history_of
from services.oversight.api.inbox import Item
from services.oversight.pages.bounded import bounded
from services.oversight.projections import differences, outlines
from services.oversight.projections.differences import Part
from services.oversight.projections.lines import Decode
from services.oversight.projections.looks import Look, Looks
from services.oversight.projections.outlines import Version
from shared.contracts.credentials import MicrocredentialOpened, OfferingOpened, ReviewSubmitted, SignOffRecorded
from shared.contracts.values import OUTLINE_FIELDS, OutlineField, PathwayStep
from shared.kernel import Fact, Recorded, Value
from shared.security.asker import Asker
from shared.security.digests import outline_digest


class Shown(Value, frozen=True):
    """The outline in parts, compared with how it stood at `compared_at`; None: with nothing.

    `left_out` of the parts' entries do not fit on a page. `covers` are the fields that would be signed, `digest` is of
    those as they are shown here. `looked` is when its reader last looked, before this visit, and `signed` when they
    last spoke on it. `refers` is what the act refers to, as recorded: the sign-off, the run, the review;
    `sign_offs` are those recorded, by their ids, which the conditions set with them have too.
    """

    version: Version
    left_out: int
    parts: tuple[Part, ...]
    changed: int
    compared_at: datetime | None
    looked: datetime | None
    signed: datetime | None
    covers: tuple[OutlineField, ...]
    digest: str
    policy: PathwayStep | None
    refers: tuple[Recorded[Fact], ...]
    sign_offs: Mapping[str, Recorded[Fact]]


async def shown(
    pool: asyncpg.Pool,
    looks: Looks,
    decoders: Mapping[str, Decode],
    asker: Asker,
    item: Item,
    since: Literal["look", "signed"],
    now: datetime,
    *,
    records: bool,
) -> Shown | None:
    """The item for its reader, whose look is kept where it `records`; None where its outline cannot be told."""
    history = await history_of(pool, decoders, asker, item.id, now)
    if not history.versions:
        return None
    looked = await _looked(looks, asker, item, history, records=records)
    signed = outlines.last_signed(history.told, history.versions, asker.key.person)
    current, at = history.versions[-1], looked.at if looked else None
    before = outlines.at_place(history.versions, looked.place) if looked else None
    if since == "signed" and signed is not None:
        before, at = signed.version, signed.at
    parts = differences.compared(before.outline if before else None, current.outline)
    policy = _policy(history, item.step)
    covers = policy.covers if policy else OUTLINE_FIELDS
    fitting, left_out = bounded(parts)
    return Shown(
        current,
        left_out,
        fitting,
        sum(part.kind != "same" for part in parts),
        at if before else None,
        looked.at if looked else None,
        signed.at if signed else None,
        covers,
        outline_digest(current.outline, covers),
        policy,
        tuple(one for one in history.told if item.refers is not None and item.refers == _told_of(one.fact)),
        {str(one.fact.sign_off): one for one in history.told if isinstance(one.fact, SignOffRecorded)},
    )


def _told_of(fact: Fact) -> UUID | None:
    """The sign-off, which a condition set with it is named after, the run or the review that the fact begins."""
    match fact:
        case SignOffRecorded(sign_off=began) | OfferingOpened(offering=began) | ReviewSubmitted(review=began):
            return began
        case _:
            return None


async def _looked(looks: Looks, asker: Asker, item: Item, history: History, *, records: bool) -> Look | None:
    whose = (asker.key.community, asker.key.person, item.id)
    if records:
        return await looks.look(*whose, history.versions[-1].place)
    return await looks.last(*whose)


def _policy(history: History, step: str | None) -> PathwayStep | None:
    opened = (one.fact for one in history.told if isinstance(one.fact, MicrocredentialOpened))
    return next((policy for fact in opened for policy in fact.steps if policy.key == step), None)
