"""What differs between two moments of one microcredential."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import asyncpg
import msgspec
from litestar import get
from litestar.params import QueryParameter
from msgspec import Meta

from services.oversight.api.microcredentials import Reading, picture_at, reading_of
from services.oversight.api.pasts import Heard, moment_of
from services.oversight.api.picture_views import (
    ConditionView,
    PictureView,
    ReviewView,
    RunView,
    SignedView,
    VersionView,
)
from services.oversight.projections.lines import Decode
from services.oversight.projections.moments import then
from services.oversight.projections.waits import Stage
from shared.contracts.values import OUTLINE_FIELDS, Outline, OutlineField
from shared.kernel import Clock, Moment, Value
from shared.pages import Language
from shared.pages.languages import english
from shared.security.asker import Asker


class Pin(Value, frozen=True):
    """One of the two moments: when, the last fact it rests on, and the stage it was in."""

    at: datetime
    as_of: str
    stage: Stage


class FieldChanged(Value, frozen=True):
    """A field of the outline whose value was another; null is unstated."""

    field: OutlineField
    before: Any
    after: Any


class StepChanged(Value, frozen=True):
    """A step whose state was another; null where it was not there."""

    key: str
    before: str | None
    after: str | None


class ConditionChanged(Value, frozen=True):
    """A condition set or answered in between; `before` is null where it was not set yet."""

    condition: ConditionView
    before: str | None
    after: str


class RunChanged(Value, frozen=True):
    """A run opened or closed in between; `before` is null where it was not open yet."""

    offering: RunView
    before: str | None
    after: str


class Difference(Value, frozen=True, rename={"from_": "from"}):
    """What is another at `to` than it was at `from`, which is the earlier of the two.

    `ended` are sign-offs that counted then and count no longer, each with its fate; `facts` is how many lie between.
    """

    id: UUID
    key: str
    from_: Pin
    to: Pin
    facts: int
    outline: tuple[FieldChanged, ...]
    steps: tuple[StepChanged, ...]
    added: tuple[SignedView, ...]
    ended: tuple[SignedView, ...]
    conditions: tuple[ConditionChanged, ...]
    offerings: tuple[RunChanged, ...]
    reviews: tuple[ReviewView, ...]
    versions: tuple[VersionView, ...]

    @property
    def nothing(self) -> bool:
        """Whether nothing that is shown here differs."""
        told = (self.outline, self.steps, self.added, self.ended, self.conditions, self.offerings, self.reviews)
        return not any((*told, self.versions)) and self.from_.stage == self.to.stage


class Compared(Value, frozen=True):
    """The difference, and the two pictures it is of."""

    before: PictureView
    after: PictureView
    difference: Difference


PinnedAt = Annotated[str, Meta(max_length=64)]


@get("/v1/microcredentials/{microcredential:uuid}/difference", scope="read")
async def read_difference(
    microcredential: UUID,
    asker: Asker,
    pool: asyncpg.Pool,
    decoders: Mapping[str, Decode],
    heard: Heard,
    clock: Clock,
    pinned: Annotated[PinnedAt, QueryParameter(name="from")],
    to: PinnedAt | None = None,
) -> Difference:
    """What differs between two moments of it, each a time or an index of its story; `to` is now where it is left out.

    The earlier of the two comes first, whichever of them is named `from`.
    """
    now = clock()
    earlier, later = await moment_of(pinned, heard, "from"), await moment_of(to, heard, "to")
    reading = await reading_of(pool, decoders, asker, microcredential, now)
    return (await compared_at(pool, asker, reading, earlier, later, now, english())).difference


async def compared_at(
    pool: asyncpg.Pool, asker: Asker, reading: Reading, one: Moment, other: Moment, now: datetime, language: Language
) -> Compared:
    """How it stood at both moments, the earlier first, and what differs."""
    told, told_later = then(reading.told, one), then(reading.told, other)
    if len(told) > len(told_later):
        one, other, told, told_later = other, one, told_later, told
    before = await picture_at(pool, asker, reading, one, now, language)
    after = await picture_at(pool, asker, reading, other, now, language)
    known = {recorded.id for recorded in told}
    between = sum(recorded.id not in known for recorded in told_later)
    return Compared(before, after, difference(before, after, between))


def difference(before: PictureView, after: PictureView, facts: int) -> Difference:
    """What is another in the second picture; `facts` lie between them. Pure."""
    return Difference(
        id=after.id,
        key=after.key,
        from_=Pin(before.at, before.as_of, before.stage),
        to=Pin(after.at, after.as_of, after.stage),
        facts=facts,
        outline=_fields(before.outline, after.outline),
        steps=_steps(before, after),
        added=_added(before, after),
        ended=_ended(before, after),
        conditions=_conditions(before, after),
        offerings=_offerings(before, after),
        reviews=tuple(one for one in after.reviews if one not in before.reviews),
        versions=tuple(one for one in after.versions if one not in before.versions),
    )


def _fields(before: Outline, after: Outline) -> tuple[FieldChanged, ...]:
    return tuple(
        FieldChanged(name, msgspec.to_builtins(was), msgspec.to_builtins(now))
        for name in OUTLINE_FIELDS
        if (was := getattr(before, name)) != (now := getattr(after, name))
    )


def _steps(before: PictureView, after: PictureView) -> tuple[StepChanged, ...]:
    was, now = ({step.key: step.state for step in one.steps} for one in (before, after))
    return tuple(StepChanged(key, was.get(key), now.get(key)) for key in {**now, **was} if was.get(key) != now.get(key))


def _added(before: PictureView, after: PictureView) -> tuple[SignedView, ...]:
    """Sign-offs given in between, whatever became of them."""
    was = {one.sign_off for step in before.steps for one in step.sign_offs}
    return tuple(one for step in after.steps for one in step.sign_offs if one.sign_off not in was)


def _ended(before: PictureView, after: PictureView) -> tuple[SignedView, ...]:
    stood = {one.sign_off for step in before.steps for one in step.sign_offs if one.standing}
    return tuple(one for step in after.steps for one in step.sign_offs if one.sign_off in stood and not one.standing)


def _conditions(before: PictureView, after: PictureView) -> tuple[ConditionChanged, ...]:
    was = {one.condition: one.state for one in before.conditions}
    return tuple(
        ConditionChanged(one, was.get(one.condition), one.state)
        for one in after.conditions
        if was.get(one.condition) != one.state
    )


def _offerings(before: PictureView, after: PictureView) -> tuple[RunChanged, ...]:
    was = {one.offering: one.state for one in before.offerings}
    return tuple(
        RunChanged(one, was.get(one.offering), one.state)
        for one in after.offerings
        if was.get(one.offering) != one.state
    )
