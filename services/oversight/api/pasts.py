"""A moment of a story told by several logs, as it is asked for: a time, or an index of one of them."""

from collections.abc import Mapping

from shared.eventstore.logs import HeardLog, check_reached
from shared.kernel import Moment, Refused
from shared.web.faults import QueryNotRight
from shared.web.requests import parse_index, parse_time

Heard = Mapping[str, HeardLog]
"""The logs as this service heard them."""
TELLING = ("intake", "credentials")


async def moment_of(text: str | None, heard: Heard, name: str = "at") -> Moment:
    """A time, or an index that has been heard: `credentials@57`, `intake@3`; now where nothing is stated."""
    if text is None:
        return Moment()
    if "@" not in text:
        return Moment(at=parse_time(name, text))
    log, index = parse_index(name, text)
    if log not in TELLING:
        raise Refused(
            QueryNotRight(f"{name} names an index of {log}; here it is a time, or an index of intake or credentials.")
        )
    moment = Moment(log=log, index=index)
    await check_reached(heard[log], moment)
    return moment
