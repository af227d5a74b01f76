"""Reasons that belong to HTTP itself: what was sent could not be read, or cannot be answered now."""

from shared.kernel import Missing, Reason


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


class NoSuchPage(Missing, frozen=True):
    """There is nothing at this address

    The address may be mistyped. `/<service>/openapi/openapi.json` lists every address there is.
    """

    says = "There is nothing at this address."


class NoSuchMethod(Reason, frozen=True):
    """That method is not known here

    The header `Allow` says which methods this address takes.
    """

    says = "This address does not take the method {method}."
    method: str


class RequestFailed(Reason, frozen=True):
    """The request could not be taken

    `detail` says what was wrong with it; nothing was changed.
    """

    says = "{what}"
    what: str


class Unexpected(Reason, frozen=True):
    """Something broke on our side

    Nothing you sent explains this. Name the request id when you report it.
    """

    says = "Nothing you sent explains this. Name the request id when you report it."


class BodyTooLarge(Reason, frozen=True):
    """The body is too large

    A request may be 1 MiB at most.
    """

    says = "The body is over 1 MiB."


class AuthorityStale(Reason, frozen=True):
    """Who may do what is not known well enough now

    Nothing was written. Whether somebody may act is judged on what this service has heard of `partnerships`, and that
    is over 2 seconds old: an authority, or your key, may have been revoked since. Repeat the same request after
    `Retry-After` seconds. If it stays so, `/readyz` of the service says why; reading works meanwhile.
    """

    says = (
        "What was heard of partnerships is over 2 seconds old, so nobody can say now who may do this; nothing was"
        " written. Repeat the request in a moment."
    )


class Overloaded(Reason, frozen=True):
    """Too much at once

    Nothing was written. Repeat the same request, with the same Idempotency-Key, after `Retry-After` seconds.
    """

    says = "Too many requests are waiting; nothing was written."


class Unavailable(Reason, frozen=True):
    """Not available at the moment

    What was acknowledged is kept. Whether this request was written may not be known. If it was sent with an
    Idempotency-Key, repeat it with the same after `Retry-After` seconds: it is done once, however often it is asked.
    If it was sent without one, look first whether it was done.
    """

    says = "This cannot be answered now: {what}."
    what: str


class NotThereYet(Unavailable, frozen=True):
    """What you wait for has not arrived

    `Wait-For` waits 5 seconds at most. Repeat the request; if it stays so, see `/readyz` of the service.
    """

    says = "Waited 5 s for {what}, which is at {reached} here."
    reached: int
