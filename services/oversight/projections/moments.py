"""Which facts a past moment holds, of a story told by several logs; and the moments a story has. Pure."""

from collections.abc import Sequence

from shared.contracts.intake import ProposalSubmitted
from shared.kernel import Fact, Moment, Recorded

OWN = ("intake", "credentials")
"""The logs that tell of a microcredential; of partnerships, a story holds only what these cite."""


def then(told: Sequence[Recorded[Fact]], moment: Moment) -> list[Recorded[Fact]]:
    """What is told of it by that moment, in the order of the story.

    A time: what had occurred by then, whenever it was recorded. An index: everything told up to the last fact of that
    log with no greater index; what other logs recorded later is not in it.
    """
    if moment.is_now:
        return list(told)
    if moment.index is None:
        return [one for one in told if moment.includes(one)]
    last = max(
        (place for place, one in enumerate(told) if one.log == moment.log and one.index <= moment.index), default=-1
    )
    return list(told[: last + 1])


def moments(told: Sequence[Recorded[Fact]], *, drafting: bool) -> list[Recorded[Fact]]:
    """The facts at which it became another, one by one; from its first submission on, unless `drafting` is shown."""
    own = [one for one in told if one.log in OWN]
    return own if drafting else submitted_on(own)


def submitted_on(told: Sequence[Recorded[Fact]]) -> list[Recorded[Fact]]:
    """The story without how it was drafted, before its proposal was first submitted."""
    first = next((one.index for one in told if isinstance(one.fact, ProposalSubmitted)), 0)
    return [one for one in told if one.log != "intake" or one.index >= first]
