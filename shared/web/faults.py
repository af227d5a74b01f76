"""Reasons that belong to HTTP itself: what was sent could not be read, or cannot be answered now."""

from shared.kernel import Reason


class NotJson(Reason, frozen=True):
    """The body is not the JSON we take

    Send one JSON object in UTF-8, with `Content-Type: application/json`.
    """

    says = "The body could not be read: {what}."
    what: str


class BodyNotRight(Reason, frozen=True):
    """The request is not right

    `detail` names the field and what it should be; unknown fields are refused so that a typing error is not lost.
    """

    says = "{what}"
    what: str


class QueryNotRight(Reason, frozen=True):
    """The query is not right

    `detail` names the parameter; unknown parameters are refused so that a typing error is not lost.
    """

    says = "{what}"
    what: str


class BodyTooLarge(Reason, frozen=True):
    """The body is too large

    A request may be 1 MiB at most.
    """

    says = "The body is over 1 MiB."


class Overloaded(Reason, frozen=True):
    """Too much at once

    Nothing was written. Repeat the same request, with the same Idempotency-Key, after `Retry-After` seconds.
    """

    says = "Too many requests are waiting; nothing was written."


class Unavailable(Reason, frozen=True):
    """Not available at the moment

    Nothing was written that was not acknowledged. Repeat the same request, with the same Idempotency-Key, in a moment.
    """

    says = "This cannot be answered now: {what}."
    what: str


class NotThereYet(Unavailable, frozen=True):
    """What you wait for has not arrived

    `Wait-For` waits 5 seconds at most. Repeat the request; if it stays so, see `/readyz` of the service.
    """

    says = "Waited 5 s for {what}, which is at {reached} here."
    reached: int
