"""A moment of a story told by several logs, as it is asked for: a time, or an index of one of them."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, tzinfo

from shared.eventstore.logs import HeardLog, check_reached
from shared.kernel import Moment, Refused
from shared.web.faults import QueryNotRight
from shared.web.requests import parse_index, parse_time

Heard = Mapping[str, HeardLog]
"""The logs as this service heard them."""
TELLING = ("intake", "credentials")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


async def moment_of(text: str | None, heard: Heard, name: str = "at", zone: tzinfo = UTC) -> Moment:
    """A time, a day (its end, in that zone), or an index that has been heard: `credentials@57`, `intake@3`.

    Now where nothing is stated.
    """
    if text is None:
        return Moment()
    if "@" not in text:
        return Moment(at=_end_of(text, zone) if _DAY.fullmatch(text) else parse_time(name, text))
    log, index = parse_index(name, text)
    if log not in TELLING:
        raise Refused(
            QueryNotRight(f"{name} names an index of {log}; here it is a time, or an index of intake or credentials.")
        )
    moment = Moment(log=log, index=index)
    await check_reached(heard[log], moment)
    return moment


def _end_of(day: str, zone: tzinfo) -> datetime:
    """The last moment of that day, as far as a day of that name begins within what a time may be."""
    begun = parse_time("at", f"{day}T00:00:00Z").replace(tzinfo=zone)
    return (begun + timedelta(days=1)).astimezone(UTC) - timedelta(microseconds=1)
