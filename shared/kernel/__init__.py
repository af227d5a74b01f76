"""The few ideas everything else is written in: values, facts, refusals, deciders, and who asks when."""

from shared.kernel.clock import Clock, utc_now
from shared.kernel.context import Actor, Context, Picture
from shared.kernel.decider import Decider, fold
from shared.kernel.ids import new_id, stream_id, stream_key
from shared.kernel.intents import Comment, Intent, Line, Remark, SignedAs
from shared.kernel.moments import Moment
from shared.kernel.recorded import Metadata, Recorded, UnknownFact, UnreadableFact
from shared.kernel.refusals import (
    CannotBeRead,
    Conflict,
    Forbidden,
    Missing,
    Reason,
    Refused,
    Unacceptable,
    refuse_if,
)
from shared.kernel.values import Fact, Text, Value

__all__ = [
    "Actor",
    "CannotBeRead",
    "Clock",
    "Comment",
    "Conflict",
    "Context",
    "Decider",
    "Fact",
    "Forbidden",
    "Intent",
    "Line",
    "Metadata",
    "Missing",
    "Moment",
    "Picture",
    "Reason",
    "Recorded",
    "Refused",
    "Remark",
    "SignedAs",
    "Text",
    "Unacceptable",
    "UnknownFact",
    "UnreadableFact",
    "Value",
    "fold",
    "new_id",
    "refuse_if",
    "stream_id",
    "stream_key",
    "utc_now",
]
