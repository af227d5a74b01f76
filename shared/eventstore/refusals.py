"""Why the store refuses a command, whatever it decides: each reason with its sentence, and what to do next."""

from shared.kernel import Conflict, Missing, Unacceptable


class NotFound(Missing, frozen=True):
    """There is no such thing here

    The id may be mistyped, or belong to another community.
    """

    says = "There is no {kind} {id} in this community."
    kind: str
    id: str


class KeyTaken(Conflict, frozen=True):
    """That key is taken

    Keys people type are unique in their community. Choose another.
    """

    says = "The {kind} key {value!r} is taken in this community."
    kind: str
    value: str


class BeforeItsLast(Unacceptable, frozen=True):
    """Earlier than what is already recorded

    A stated moment may not lie before the last thing that happened to the same aggregate.
    """

    says = "{stated} lies before {last}, when the last fact of {stream} occurred."
    stated: str
    last: str
    stream: str


class SameKeyOtherBody(Conflict, frozen=True):
    """The Idempotency-Key was used for something else

    A repeat must ask exactly the same. Use a new key for a new question.
    """

    says = "This Idempotency-Key already stands for another request."


class NotRecordedYet(Missing, frozen=True):
    """The log has not got that far

    Ask about an index it has reached, or wait for it with `Wait-For`.
    """

    says = "There is no {log}@{index} yet; it stands at {last}."
    log: str
    index: int
    last: int


class FactTooLong(Unacceptable, frozen=True):
    """That is too much for one fact

    A fact holds 48 KiB at most. Shorten the longest texts, or state them in fewer languages.
    """

    says = "This would make a fact of {size} bytes; it may have {limit}."
    size: int
    limit: int


class Busy(Conflict, frozen=True):
    """Others kept changing it meanwhile

    Nothing was written. Read it again and repeat the request.
    """

    says = "It changed {tries} times while this was being decided; nothing was written."
    tries: int
