"""RFC 9457 problem details for every error. `type` resolves to a page of ours that says what to do next."""

from collections.abc import Callable
from typing import Any

import msgspec
import structlog
from litestar import Request, Response
from litestar.exceptions import HTTPException
from litestar.types import ExceptionHandlersMap
from msgspec import Struct, structs

from shared.eventstore.connections import LOST, OVERBURDENED
from shared.eventstore.vocabulary import OperationalError, QueueFull
from shared.kernel import CannotBeRead, Conflict, Forbidden, Missing, Reason, Refused, Unacceptable
from shared.security.asker import KeyNeeded
from shared.web.faults import (
    AuthorityStale,
    BodyNotRight,
    BodyTooLarge,
    NoSuchMethod,
    NoSuchPage,
    NotJson,
    Overloaded,
    QueryNotRight,
    RequestFailed,
    Unavailable,
    Unexpected,
)
from shared.web.forms import FormNeeded, FormNotOurs
from shared.web.page_answers import drawn

GONE = (*LOST, *OVERBURDENED)
"""What a database that is lost, stopping, no primary any more or out of space looks like from here."""
log = structlog.get_logger(__name__)
MEDIA_TYPE = "application/problem+json"
NOTICE = "consortia_notice"
"""Where a request keeps whom to tell of its refusal."""


class Problem(Struct, frozen=True, omit_defaults=True):
    """RFC 9457; `reasons` names every reason, `waiting_on` what is missing, `allowed_actions` who can act."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    request_id: str | None = None
    reasons: tuple[dict[str, Any], ...] = ()
    waiting_on: tuple[Any, ...] = ()
    allowed_actions: tuple[Any, ...] = ()


_STATUS: tuple[tuple[type[Reason], int], ...] = (
    (KeyNeeded, 401),
    (FormNotOurs, 403),
    (FormNeeded, 415),
    (BodyTooLarge, 413),
    (NotJson, 400),
    (BodyNotRight, 400),
    (QueryNotRight, 400),
    (NoSuchMethod, 405),
    (AuthorityStale, 503),
    (Unexpected, 500),
    (Overloaded, 503),
    (Unavailable, 503),
    (CannotBeRead, 503),
    (Missing, 404),
    (Forbidden, 403),
    (Conflict, 409),
    (Unacceptable, 422),
)
"""What each kind of reason means over HTTP; the first that matches decides for a refusal of several reasons."""


def status_of(reasons: tuple[Reason, ...]) -> tuple[int, Reason]:
    """The status of a refusal, and the reason that gives it its type."""
    for kind, status in _STATUS:
        for reason in reasons:
            if isinstance(reason, kind):
                return status, reason
    return 422, reasons[0]


def usual_status(kind: type[Reason]) -> int:
    """The status a refusal for that reason alone has."""
    return next((status for known, status in _STATUS if issubclass(kind, known)), 422)


def title_of(kind: type[Reason]) -> str:
    """The first line of the reason's docstring."""
    return (kind.__doc__ or kind.__name__).strip().splitlines()[0].rstrip(".")


def problem_for(refused: Refused, path: str, request_id: str | None) -> Problem:
    """The problem document of a refusal."""
    status, lead = status_of(refused.reasons)
    return Problem(
        type=f"/problems/{lead.slug()}",
        title=title_of(type(lead)),
        status=status,
        detail=" ".join(reason.sentence for reason in refused.reasons),
        instance=path,
        request_id=request_id,
        reasons=tuple(
            {"type": f"/problems/{reason.slug()}", "detail": reason.sentence, **_values(reason)}
            for reason in refused.reasons
        ),
        waiting_on=refused.waiting_on,
        allowed_actions=refused.allowed_actions,
    )


def _values(reason: Reason) -> dict[str, Any]:
    values = msgspec.to_builtins(reason)
    values.pop("reason", None)
    return dict(values)


def _answer(problem: Problem, headers: dict[str, str] | None = None) -> Response[bytes]:
    return Response(
        msgspec.json.encode(problem), status_code=problem.status, media_type=MEDIA_TYPE, headers=headers or {}
    )


def _request_id(request: Request[Any, Any, Any]) -> str | None:
    return request.scope.get("consortia_request_id")  # type: ignore[return-value]  # set by our own middleware


Notice = Callable[[Request[Any, Any, Any], Problem], None]
"""Told of every refusal; it neither waits nor fails."""


def on_refused(request: Request[Any, Any, Any], refused: Refused) -> Response[Any]:
    """A refusal is an answer, told whole."""
    problem = problem_for(refused, request.url.path, _request_id(request))
    titles = (problem.type.removeprefix("/problems/"), problem.title)
    if (notice := request.scope.get(NOTICE)) is not None:
        notice(request, problem)  # type: ignore[operator]  # a `Notice`, put there by the gate
    if (answer := drawn(request, refused, problem.status, titles)) is not None:
        return answer
    headers = {}
    if problem.status == 401:
        headers["WWW-Authenticate"] = 'Bearer realm="consortia", Basic realm="consortia"'
    if problem.status == 503:
        headers["Retry-After"] = "1"
    return _answer(problem, headers)


def on_http(request: Request[Any, Any, Any], error: HTTPException) -> Response[Any]:
    """The framework's own errors, in our words."""
    if error.status_code == 413:
        return on_refused(request, Refused(BodyTooLarge()))
    if error.status_code == 400:
        return on_refused(request, Refused(*_what_is_wrong(error)))
    if error.status_code >= 500:
        log.error("unexpected", exc_info=error)
    reasons: dict[int, Reason] = {403: FormNotOurs(), 404: NoSuchPage(), 405: NoSuchMethod(request.method[:20])}
    told = error.detail if error.status_code < 500 else "The request failed on our side."
    reason = reasons.get(error.status_code, RequestFailed(told))
    problem = problem_for(Refused(reason), request.url.path, _request_id(request))
    titles = (problem.type.removeprefix("/problems/"), problem.title)
    if (answer := drawn(request, Refused(reason), error.status_code, titles)) is not None:
        return answer
    return _answer(structs.replace(problem, status=error.status_code), dict(error.headers or {}))


def _what_is_wrong(error: HTTPException) -> tuple[Reason, ...]:
    """What the framework found, part by part: in the query, or in the body."""
    found = [one for one in error.extra if isinstance(one, dict)] if isinstance(error.extra, list) else []
    reasons: list[Reason] = []
    for one in found:
        name, message = str(one.get("key", "body")), str(one.get("message", ""))
        if one.get("source") == "query":
            reasons.append(QueryNotRight(f"{name.removeprefix('in_')}: {message}"))
        elif name == "data":
            reasons.append(BodyNotRight("A JSON body is needed; the API's description shows its fields."))
        else:
            reasons.append(BodyNotRight(f"{name}: {message}"))
    return tuple(reasons) or (BodyNotRight(error.detail),)


def on_unexpected(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
    """A fault of ours: logged whole, told as little."""
    if isinstance(error, QueueFull):
        return on_refused(request, Refused(Overloaded()))
    if isinstance(error, OperationalError):
        log.warning("outcome-unknown", error=str(error))
        return on_refused(request, Refused(Unavailable("the database is out of reach, or at fault itself")))
    if isinstance(error, GONE):
        log.warning("database-unavailable", error=repr(error))
        return on_refused(request, Refused(Unavailable("the database cannot be reached")))
    log.error("unexpected", exc_info=error)
    problem = problem_for(Refused(Unexpected()), request.url.path, _request_id(request))
    return drawn(request, Refused(Unexpected()), 500, ("unexpected", problem.title)) or _answer(problem)


def exception_handlers() -> ExceptionHandlersMap:
    """What the app factory hands to Litestar."""
    return {Refused: on_refused, HTTPException: on_http, Exception: on_unexpected}
