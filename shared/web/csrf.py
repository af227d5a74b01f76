"""Nobody else's page sends our forms: the framework's double-submit token, wherever a browser's session is at work."""

from typing import Any

from litestar.config.csrf import CSRFConfig
from litestar.enums import ScopeType
from litestar.middleware.csrf import CSRFMiddleware
from litestar.types import ASGIApp, Receive, Scope, Send

from shared.security.sessions import Sessions

SAFE = ("GET", "HEAD", "OPTIONS")


def protection(sessions: Sessions) -> Any:
    """A middleware for the app."""
    config = CSRFConfig(
        secret=sessions.secret,
        cookie_name="__Host-consortia-csrf" if sessions.secure else "consortia-csrf",
        cookie_secure=sessions.secure,
        cookie_httponly=True,
        cookie_samesite="lax",
    )

    class OfSessions(CSRFMiddleware):
        """A key in a header needs none: no browser sends that by itself. Pages hand the token out, forms return it."""

        def __init__(self, app: ASGIApp) -> None:
            super().__init__(app, config)

        async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] == ScopeType.HTTP and _is_a_browsers(scope, sessions.cookie):
                await super().__call__(scope, receive, send)
            else:
                await self.app(scope, receive, send)

    return OfSessions


def _is_a_browsers(scope: Scope, cookie: str) -> bool:
    """Whether it rides on what a browser adds by itself, or is a page, or the form by which one signs in."""
    headers = dict(scope["headers"])
    if b"authorization" in headers:
        return False
    handler: Any = scope.get("route_handler")
    return bool(handler is not None and handler.opt.get("page")) or f"{cookie}=".encode() in headers.get(b"cookie", b"")
