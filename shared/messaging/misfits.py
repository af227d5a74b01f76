"""Messages in a stream that are no CloudEvent of its log: put off a few times, then put aside; what follows goes on."""

from datetime import UTC, datetime
from typing import Any

import asyncpg
import structlog

from shared.eventstore.dead_letters import Letter
from shared.eventstore.faults import Patience, is_of_the_environment, told
from shared.eventstore.logs import HeardLog
from shared.eventstore.parking import Parking

log = structlog.get_logger(__name__)


class Misfits:
    """The dead letters of hearing one log: messages. They hold up nothing, for what they should be is not known."""

    def __init__(self, parking: Parking, heard: HeardLog, patience: Patience) -> None:
        self._parking = parking
        self._heard = heard
        self._patience = patience

    async def put_off_or_aside(self, message: Any, error: ValueError) -> None:
        """Have it delivered again later, or keep it as a dead letter and end its delivery."""
        delivered, sequence = message.metadata.num_delivered, message.metadata.sequence.stream
        known = await self._parking.knows_message(sequence, message.data)
        if not known and delivered < self._patience.tries:
            await message.nak(self._patience.pause(delivered))
            return
        if not known:
            since = datetime.now(UTC)
            await self._parking.bury_message(sequence, message.subject, message.data, told(error), delivered, since)
            log.error("dead-letter", consumer="hearing", log=self._heard.name, sequence=sequence, error=str(error))
        await message.term()

    async def do_as_asked(self, connection: asyncpg.Connection) -> None:
        """Retry and release what a person has asked for; who hears the log does it, so nobody else."""
        for id_ in await self._parking.asked(connection):
            letter = await self._parking.letters.find(id_)
            if letter.asked == "retry" and (why := await self._in_vain(letter, connection)):
                await self._parking.still(letter, why, 1)
            else:
                await self._parking.settle(letter, for_good=letter.asked == "retry")

    async def _in_vain(self, letter: Letter, connection: asyncpg.Connection) -> str | None:
        """Hear that message now; why not, where it still is none."""
        message = await self._parking.letters.message(letter.id)
        try:
            await self._heard.compare([message], connection)
            await self._heard.hear([message], connection)
        except Exception as error:
            if is_of_the_environment(error):
                raise
            return told(error)
        return None
