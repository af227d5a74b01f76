"""Trying to take a fact in: after faults of its own again, a few times; the environment's are never counted."""

import asyncio
import traceback
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import NamedTuple

import structlog

from shared.eventstore.faults import Patience, is_of_the_environment, told, told_unreadable
from shared.kernel import Fact, Recorded, Refused, UnreadableFact

log = structlog.get_logger(__name__)


class Failure(NamedTuple):
    """The last error, after how many tries, and when the first was, by this process's clock."""

    error: str
    tries: int
    since: datetime


async def tried(recorded: Recorded[Fact], take_in: Callable[[], Awaitable[None]], patience: Patience) -> Failure | None:
    """Take the fact in; the failure where it is this fact's own and stays. Faults of the environment are raised.

    A refusal says the same however often it is asked, and bytes that cannot be read stay as they are: no second try.
    """
    since = datetime.now(UTC)
    if isinstance(recorded.fact, UnreadableFact):
        return Failure(told_unreadable(recorded.fact), 1, since)
    tries = 0
    while True:
        try:
            await take_in()
        except Exception as error:
            if is_of_the_environment(error):
                raise
            tries += 1
            if isinstance(error, Refused) or tries >= patience.tries:
                where = "".join(traceback.format_exception(error))
                log.warning("not-taken-in", fact=f"{recorded.log}@{recorded.index}", tries=tries, where=where)
                return Failure(told(error), tries, since)
            await asyncio.sleep(patience.pause(tries))
        else:
            return None
