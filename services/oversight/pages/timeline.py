"""The moments of a microcredential as its page offers them: one to look at, two to compare. Pure."""

from collections.abc import Sequence
from datetime import datetime

from services.oversight.api.sentences import sentence
from shared.authority import Community
from shared.contracts import credentials as c
from shared.contracts import intake as i
from shared.kernel import Fact, Moment, Recorded, Value
from shared.pages import Language

MOST = 40
"""How many moments are offered by name at most; every one is reached with the slider."""
_TURNING = (
    i.ProposalDrafted, i.ProposalSubmitted, i.ProposalAccepted, i.ProposalReturned, i.ProposalDeclined,
    i.ProposalWithdrawn, c.MicrocredentialOpened, c.OutlineRevised, c.ValidationRequested, c.StepGranted,
    c.StepReopened, c.StepRefused, c.OutlineReturned, c.SignOffVoided, c.ApprovalVoided, c.MicrocredentialApproved,
    c.OfferingOpened, c.OfferingClosed, c.ReviewSubmitted, c.ReviewDecided, c.MicrocredentialRetired,
)  # fmt: skip
"""The facts that make a moment one to offer by name, where there are too many."""


class Stop(Value, frozen=True):
    """A moment: its number from 1, its index, when it was, and what happened."""

    number: int
    index: str
    at: datetime
    sentence: str


class Timeline(Value, frozen=True):
    """`here` is the moment shown, None before the first; `offered` those to choose by name, the latest first."""

    count: int
    here: Stop | None
    first: Stop
    last: Stop
    before: Stop | None
    after: Stop | None
    offered: tuple[Stop, ...]
    is_past: bool


def timeline(
    moments: Sequence[Recorded[Fact]], shown: Sequence[Recorded[Fact]], moment: Moment, community: Community,
    language: Language,
) -> Timeline:  # fmt: skip
    """The moments of a story, of which `shown` is told."""

    def stop(number: int) -> Stop:
        one = moments[number - 1]
        return Stop(number, index_of(one), one.occurred_at, sentence(community, one, language))

    told = {one.id for one in shown}
    here = max((number for number, one in enumerate(moments, 1) if one.id in told), default=0)
    count = len(moments)
    offered = [
        number for number in range(count, 0, -1) if count <= MOST or isinstance(moments[number - 1].fact, _TURNING)
    ]
    named = sorted({*offered[:MOST], count, *([here] if here else [])}, reverse=True)
    return Timeline(
        count,
        stop(here) if here else None,
        stop(1),
        stop(count),
        stop(here - 1) if here > 1 else None,
        stop(here + 1) if here < count else None,
        tuple(stop(number) for number in named),
        not moment.is_now,
    )


def index_of(recorded: Recorded[Fact]) -> str:
    """Where it stands: `credentials@57`."""
    return f"{recorded.log}@{recorded.index}"
