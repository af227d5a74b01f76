"""One microcredential, from its proposal to its end, now or as of any of its moments."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

import asyncpg
from litestar import get

from services.oversight.api.figures import figures_of
from services.oversight.api.pasts import Heard, moment_of
from services.oversight.api.picture_views import PictureView
from services.oversight.api.pictures import Drawing
from services.oversight.api.readers import card_seen_by
from services.oversight.api.story import told_of
from services.oversight.projections import picture
from services.oversight.projections.lines import Decode
from services.oversight.projections.moments import moments, then
from services.oversight.projections.nudges import NONE, nudges_of
from services.oversight.projections.picture_values import Picture
from services.oversight.projections.waits import Card
from shared.authority.reading import Reader, Readership
from shared.eventstore.refusals import NotFound
from shared.kernel import Clock, Fact, Missing, Moment, Recorded, Refused, Value
from shared.pages import Language
from shared.pages.languages import english
from shared.security.asker import Asker
from shared.web.requests import At


class BeforeItBegan(Missing, frozen=True):
    """That was not there yet

    Ask about a moment of its story; what was before one's time to read it counts as not there.
    """

    says = "This was not there yet, or not for you to read: what you may read of it begins at {first}."
    first: str


class Reading(Value, frozen=True):
    """What is needed to draw one microcredential for one reader: its card, who may read it, and its whole story."""

    card: Card
    readership: Readership
    reader: Reader
    told: tuple[Recorded[Fact], ...]
    moments: tuple[Recorded[Fact], ...]


@get("/v1/microcredentials/{microcredential:uuid}", scope="read")
async def read_microcredential(
    microcredential: UUID,
    asker: Asker,
    pool: asyncpg.Pool,
    decoders: Mapping[str, Decode],
    heard: Heard,
    clock: Clock,
    at: At = None,
) -> PictureView:
    """One microcredential, now or `at` a time or an index such as `credentials@57` or `intake@12`.

    An index is a line of its story: the picture is as of that line.
    """
    now, moment = clock(), await moment_of(at, heard)
    reading = await reading_of(pool, decoders, asker, microcredential, now)
    return await picture_at(pool, asker, reading, moment, now, english())


async def reading_of(
    pool: asyncpg.Pool, decoders: Mapping[str, Decode], asker: Asker, microcredential: UUID, now: datetime
) -> Reading:
    """Its story with its moments, for that reader; refused where there is none for them."""
    card, readership = await card_seen_by(pool, asker, microcredential, now)
    reader = asker.reader(now)
    told = await told_of(pool, decoders, asker, microcredential)
    shown = moments(told, drafting=reader.may_read_drafting(readership))
    return Reading(card, readership, reader, tuple(told), tuple(shown))


async def picture_at(
    pool: asyncpg.Pool, asker: Asker, reading: Reading, moment: Moment, now: datetime, language: Language
) -> PictureView:
    """How it stood at that moment; refused where it was not there yet, or not for that reader."""
    stood = stood_at(reading, moment)
    asked = moment.at or (now if moment.is_now else stood.last.at)
    subject = reading.card.subject
    figures = await figures_of(pool, asker, reading.card, now)
    nudges = await nudges_of(pool, asker.key.community, [subject]) if moment.is_now else NONE
    drawing = Drawing(
        asker.community, asker.log_index, reading.reader, asked, language, is_past=not moment.is_now, nudges=nudges
    )
    return drawing.view(stood, figures)


def stood_at(reading: Reading, moment: Moment) -> Picture:
    """The picture of that moment; refused where it was not there yet, or not for that reader."""
    told = then(reading.told, moment)
    shown = {one.id for one in reading.moments}
    if (stood := picture.of(told)) is None or not any(one.id in shown for one in told):
        if reading.moments:
            first = reading.moments[0]
            raise Refused(BeforeItBegan(f"{first.log}@{first.index}"))
        raise Refused(NotFound("microcredential", str(reading.card.subject)))
    return stood
