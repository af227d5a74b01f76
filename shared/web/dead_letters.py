"""Routes every service has, for whoever operates it: what could not be taken in, and what to do about it."""

import base64
from collections.abc import Mapping
from typing import Annotated, Any

from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import Parameter, QueryParameter
from msgspec import Meta

from shared.eventstore.dead_letters import DeadLetters, Letter, Parked, State
from shared.eventstore.vocabulary import Log
from shared.kernel import Intent, Recorded, UnreadableFact, Value
from shared.security.asker import Asker

Number = Annotated[int, Parameter(ge=1, le=2**62)]
SHOWN = 200
"""Parked facts shown with a letter; `parked` counts them all."""


class Release(Intent, frozen=True):
    """Why it may be left out for good; kept with it."""

    reason: Annotated[str, Meta(min_length=3, max_length=500)]


class LetterPage(Value, frozen=True):
    """Dead letters, newest first; `next` is the `after` of the page that follows, null on the last."""

    items: tuple[Letter, ...]
    next: int | None


class WholeLetter(Value, frozen=True):
    """A letter with what it is about, and what waits behind it.

    `fact` is the recorded fact; `message` the bytes of what is none, or of a fact that cannot be read.
    """

    letter: Letter
    fact: Recorded[Any] | None
    message: dict[str, Any] | None
    waiting: tuple[Parked, ...]


def dead_letter_routes() -> tuple[HTTPRouteHandler, ...]:
    """Each needs the scope `operate`: a letter may be of any community.

    What `mends` is done on however old a picture: it may be what stands in the way of a fresh one.
    """
    return (list_dead_letters, read_dead_letter, retry_dead_letter, release_dead_letter)


@get("/v1/dead-letters", scope="operate")
async def list_dead_letters(
    letters: DeadLetters,
    consumer: Annotated[str | None, Parameter(max_length=200)] = None,
    in_state: Annotated[State | None, QueryParameter(name="state")] = None,
    after: Number | None = None,
    limit: Annotated[int, Parameter(ge=1, le=200)] = 50,
) -> LetterPage:
    """What consumers could not take in, newest first: of one `consumer`, in one `state`, or all."""
    found = await letters.page(limit + 1, after, consumer, in_state)
    return LetterPage(tuple(found[:limit]), found[limit - 1].id if len(found) > limit else None)


@get("/v1/dead-letters/{letter:int}", scope="operate")
async def read_dead_letter(letter: Number, letters: DeadLetters, logs: Mapping[str, Log]) -> WholeLetter:
    """One dead letter, whole: the fact with its envelope as this build reads it, the error, what waits behind it."""
    return await whole(letters, logs, letter)


@post("/v1/dead-letters/{letter:int}/retry", scope="operate", status_code=202, mends=True)
async def retry_dead_letter(letter: Number, asker: Asker, letters: DeadLetters) -> Response[Letter]:
    """Have it tried again, and what waits behind it follow; 202 until the consumer has done so, 200 once it has."""
    return _answer(await letters.retry(letter, by(asker)))


@post("/v1/dead-letters/{letter:int}/release", scope="operate", status_code=202, mends=True)
async def release_dead_letter(letter: Number, data: Release, asker: Asker, letters: DeadLetters) -> Response[Letter]:
    """Have it left out for good, and what waits behind it follow; 202 until the consumer has done so, 200 after."""
    return _answer(await letters.release(letter, by(asker), data.reason))


async def whole(letters: DeadLetters, logs: Mapping[str, Log], id_: int) -> WholeLetter:
    """The letter with everything known about it."""
    letter = await letters.find(id_)
    waiting = tuple(await letters.parked(id_, SHOWN))
    fact = message = None
    if letter.index is not None and letter.log in logs:
        fact = next(iter(await logs[letter.log].after(letter.index - 1, 1)), None)
    if letter.index is None or (fact is not None and isinstance(fact.fact, UnreadableFact)):
        raw = await letters.message(id_)
        message = {"bytes": len(raw), "base64": base64.b64encode(raw).decode(), "text": raw.decode(errors="replace")}
    return WholeLetter(letter, fact, message, waiting)


def by(asker: Asker) -> str:
    """Who asks, as letters keep it."""
    return f"person {asker.key.person}, key {asker.key.id}"


def _answer(letter: Letter) -> Response[Letter]:
    return Response(letter, status_code=202 if letter.state == "waiting" else 200)
