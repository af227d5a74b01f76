"""What changed in an outline since some moment: the question of whoever has seen it before."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import asyncpg
import msgspec
from litestar import get
from litestar.params import Parameter

from services.oversight.api.readers import card_seen_by
from services.oversight.projections import lines, outlines
from services.oversight.projections.lines import Decode
from services.oversight.projections.outlines import Version
from services.oversight.projections.story import in_causal_order
from shared.contracts.values import Outline, OutlineField
from shared.eventstore.mapper import readable
from shared.kernel import Clock, Fact, Missing, Recorded, Refused, Value
from shared.security.asker import Asker
from shared.web.faults import QueryNotRight
from shared.web.requests import parse_index, parse_time


class NoOutlineThen(Missing, frozen=True):
    """There was no outline then

    The moment lies before the proposal was drafted, or before it was submitted, if its draft is not for you to read.
    `versions` of an answer without `since` says from when on there is one.
    """

    says = "Of {microcredential} there was nothing to read at {since}."
    microcredential: str
    since: str


class History(Value, frozen=True):
    """The facts about it in causal order, and the versions of its outline that its reader may see."""

    told: tuple[Recorded[Fact], ...]
    versions: tuple[Version, ...]


class VersionView(Value, frozen=True):
    """A version of the outline: where the fact stands that made it, since when; `revision` as credentials has it."""

    index: str
    at: datetime
    revision: int | None


class FieldChanged(Value, frozen=True):
    """A field whose value is another now; null is unstated."""

    field: OutlineField
    before: Any
    after: Any


class Changes(Value, frozen=True):
    """What is another now than it was then; `versions` are all there are, oldest first."""

    id: UUID
    key: str
    since: VersionView
    now: VersionView
    changed: tuple[FieldChanged, ...]
    versions: tuple[VersionView, ...]


@get("/v1/microcredentials/{microcredential:uuid}/changes", scope="read")
async def read_changes(
    microcredential: UUID,
    asker: Asker,
    pool: asyncpg.Pool,
    decoders: Mapping[str, Decode],
    clock: Clock,
    since: Annotated[str | None, Parameter(max_length=64)] = None,
) -> Changes:
    """The outline's fields that changed `since` a time, or since an index such as `credentials@57`, before and after.

    Without `since`: since the first version that you may read.
    """
    card, _ = await card_seen_by(pool, asker, microcredential, clock())
    history = await history_of(pool, decoders, asker, microcredential, clock())
    before = _version_since(history, microcredential, since)
    after = history.versions[-1]
    changed = tuple(
        _changed(name, before.outline, after.outline) for name in outlines.changed(before.outline, after.outline)
    )
    views = tuple(_view(version) for version in history.versions)
    return Changes(microcredential, card.key, _view(before), _view(after), changed, views)


async def history_of(
    pool: asyncpg.Pool, decoders: Mapping[str, Decode], asker: Asker, subject: UUID, now: datetime
) -> History:
    """What may be read of it; refused where it may not be, or where this build cannot read some of it."""
    _, readership = await card_seen_by(pool, asker, subject, now)
    facts = await lines.own_facts(pool, decoders, asker.key.community, subject)
    told = tuple(readable(one) for one in in_causal_order(facts))
    drafting = asker.reader(now).may_read_drafting(readership)
    return History(told, outlines.versions(told, drafting=drafting))


def _version_since(history: History, subject: UUID, since: str | None) -> Version:
    if since is None:
        found = history.versions[0] if history.versions else None
    elif "@" in since:
        log, index = parse_index("since", since)
        if log == "partnerships":
            raise Refused(QueryNotRight("since names an index of partnerships, where no outline is; or write a time."))
        found = outlines.at_place(history.versions, f"{log}@{index}")
    else:
        found = outlines.at_time(history.versions, parse_time("since", since))
    if found is None:
        raise Refused(NoOutlineThen(str(subject), since or "any moment"))
    return found


def _changed(name: OutlineField, before: Outline, after: Outline) -> FieldChanged:
    return FieldChanged(name, *(msgspec.to_builtins(getattr(one, name)) for one in (before, after)))


def _view(version: Version) -> VersionView:
    return VersionView(version.place, version.at, version.revision)
