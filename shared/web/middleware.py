"""Every request gets an id, in the answer, in problems and on every log line it causes; a span; and one access line."""

import time
from uuid import UUID

import structlog
from litestar.types import ASGIApp, Message, Receive, Scope, Send
from opentelemetry.trace import Span, SpanKind, StatusCode

from shared.kernel import new_id
from shared.observability.tracing import HEADER, only_one, traced

log = structlog.get_logger("access")


def _given(scope: Scope) -> str | None:
    for name, value in scope["headers"]:
        if name == b"request-id":
            try:
                return str(UUID(value.decode("latin-1")))
            except ValueError:
                return None
    return None


def request_ids(app: ASGIApp) -> ASGIApp:
    """Wraps the whole app; a client may bring its own `Request-Id`, a UUID, and a `traceparent`."""

    async def wrapped(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] in ("websocket", "lifespan"):
            await app(scope, receive, send)
            return
        request_id = _given(scope) or str(new_id())
        scope["consortia_request_id"] = request_id  # type: ignore[typeddict-unknown-key]
        started, status = time.perf_counter(), 0

        async def send_with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = [*message.get("headers", ()), (b"request-id", request_id.encode())]
                message = {**message, "headers": headers}
            await send(message)

        with (
            traced(str(scope.get("method")), SpanKind.SERVER, _caller(scope)) as span,
            structlog.contextvars.bound_contextvars(request=request_id),
        ):
            await app(scope, receive, send_with_id)
            took = round((time.perf_counter() - started) * 1000, 1)
            _describe(span, scope, status)
            log.info("request", method=scope.get("method"), path=scope["path"], status=status, ms=took)

    return wrapped


def _caller(scope: Scope) -> str | None:
    return only_one([value.decode("latin-1") for name, value in scope["headers"] if name == HEADER.encode()])


def _describe(span: Span, scope: Scope, status: int) -> None:
    """Named by its route, which is known only now: by its path every proposal would be an operation of its own."""
    if not span.is_recording():
        return
    method, route = str(scope.get("method")), scope.get("path_template")
    span.set_attributes({"http.request.method": method, "url.path": scope["path"], "http.response.status_code": status})
    if route:
        span.update_name(f"{method} {route}")
        span.set_attribute("http.route", str(route))
    if status >= 500:
        span.set_status(StatusCode.ERROR)
