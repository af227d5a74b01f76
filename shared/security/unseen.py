"""Writes to what some may not read: refused, or with nothing to record, they answer those as if it were not there."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeVar
from uuid import UUID

from shared.authority import reading
from shared.eventstore.commands import Commands, Result
from shared.eventstore.readership import subject_of
from shared.eventstore.refusals import NotFound
from shared.eventstore.work import Work
from shared.kernel import Decider, Fact, Recorded, Refused
from shared.security.asker import Asker

T = TypeVar("T")
History = Sequence[Recorded[Fact]]


def nobody(_: History) -> bool:
    """It concerns none but its readers."""
    return False


async def execute(
    commands: Commands,
    asker: Asker,
    decider: Decider[Any, Any],
    key: UUID,
    attempt: Callable[[Work], Awaitable[T]],
    concerns: Callable[[History], bool] = nobody,
) -> Result:
    """Decide on that aggregate and append. What is recorded was decided by who may; any other answer is for readers.

    `concerns` says whom it is about, so that they are answered whether they may read it by now or not.
    """

    async def told(work: Work) -> T:
        try:
            answers = await attempt(work)
        except Refused:
            await _check(commands, work, asker, decider, key, concerns)
            raise
        if not work.decided:
            await _check(commands, work, asker, decider, key, concerns)
        return answers

    return await commands.execute(asker.context(commands.clock()), told)


async def _check(
    commands: Commands,
    work: Work,
    asker: Asker,
    decider: Decider[Any, Any],
    key: UUID,
    concerns: Callable[[History], bool],
) -> None:
    """Pass, or `Refused(NotFound)` where it is not there, or not for them: in the very same words."""
    history: History = await work.history(decider, key)
    if history and (concerns(history) or await may_read(commands, asker, history)):
        return
    raise Refused(NotFound(decider.category, str(key)))


async def may_read(commands: Commands, asker: Asker, history: History) -> bool:
    """Whether the asker may read what that history is of: as its own facts tell, else as the table does.

    That one knows of its offerings too.
    """
    reader, own = asker.reader(commands.clock()), reading.of(recorded.fact for recorded in history)
    if own is not None and reader.may_read(own):
        return True
    subject = subject_of(history[0])
    if commands.readership is None or subject is None:
        return False
    known = await commands.readership(asker.key.community, subject)
    return known is not None and reader.may_read(known)
