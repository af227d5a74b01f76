"""A process that appends: `python -m tests.support.writing URL EVENTS CALLERS` prints its acknowledgements."""

import asyncio
import json
import sys

from shared.eventstore.appending import opened
from tests.shared.eventstore.requests import event, request, stream
from tests.support.databases import connect


async def write(url: str, events: int, callers: int) -> list[tuple[str, int]]:
    """Append that many events, one or two at a time; the id and index of each as acknowledged."""
    acknowledged: list[tuple[str, int]] = []
    left = events
    async with opened(lambda: connect(url, "consortia_appender")) as appender:

        async def caller(number: int) -> None:
            nonlocal left
            of, version = stream(), 0
            while left > 0:
                size = min(left, 1 + number % 2)
                left -= size
                asked = request(*(event(of, version + place + 1) for place in range(size)), expected={of: version})
                version += size
                where = await appender.append(asked)
                acknowledged.extend((str(one.id), where.first_index + place) for place, one in enumerate(asked.events))

        await asyncio.gather(*(caller(number) for number in range(callers)))
    return acknowledged


if __name__ == "__main__":
    url, events, callers = sys.argv[1:]
    json.dump(asyncio.run(write(url, int(events), int(callers))), sys.stdout)
