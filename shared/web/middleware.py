"""Every request gets an id, in the answer, in problems and on every log line it causes; and one access line."""

import time
from uuid import UUID

import structlog
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from shared.kernel import new_id

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
    """Wraps the whole app; a client may bring its own `Request-Id`, a UUID."""

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

        with structlog.contextvars.bound_contextvars(request=request_id):
            await app(scope, receive, send_with_id)
            took = round((time.perf_counter() - started) * 1000, 1)
            log.info("request", method=scope.get("method"), path=scope["path"], status=status, ms=took)

    return wrapped
