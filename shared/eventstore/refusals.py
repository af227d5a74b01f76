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


class Busy(Conflict, frozen=True):
    """Others kept changing it meanwhile

    Nothing was written. Read it again and repeat the request.
    """

    says = "It changed {tries} times while this was being decided; nothing was written."
    tries: int
