"""The app factory: one Litestar app per service, all alike but for their routes."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from litestar import Litestar, Request, Response, get
from litestar.datastructures import CacheControlHeader, State
from litestar.di import Provide
from litestar.handlers import HTTPRouteHandler
from litestar.openapi import OpenAPIConfig
from litestar.router import Router
from litestar.static_files import create_static_files_router

from shared.kernel import Clock
from shared.pages import STATIC
from shared.security.asker import Asker
from shared.web.asking import Gate
from shared.web.metrics import Measure, text_of
from shared.web.middleware import request_ids
from shared.web.openapi import TruthfulJson
from shared.web.page import Browsing, Page
from shared.web.page_answers import form_answers
from shared.web.pages import problem_page
from shared.web.problems import exception_handlers
from shared.web.requests import MAX_BODY, ConsortiaRequest

Ready = Callable[[], Awaitable[dict[str, str]]]
"""What is not as it should be, by name; empty when ready."""
Described = Callable[[], tuple[bytes, str]]
"""A description of the API, with its media type."""
Fresh = Callable[[], Awaitable[Mapping[str, Any]]]
"""For each log heard: up to which index, and how many seconds the picture may be behind."""
Noted = Callable[[], Awaitable[dict[str, Any]]]
"""What a person should look at, though the service does its work."""


def build_app(
    service: str,
    routes: Sequence[HTTPRouteHandler],
    parts: Mapping[str, Any],
    gate: Gate,
    ready: Ready,
    noted: Noted,
    measure: Measure,
    messages: Described,
    fresh: Fresh,
    browsing: Browsing,
    pages: Sequence[HTTPRouteHandler] = (),
) -> Litestar:
    """The service's app under `/<service>`. `parts` are handed to handlers by name; every route states its scope.

    `pages` stand at the addresses they name themselves, for people in front of a browser.
    """
    for route in (*routes, *pages):
        if not route.opt.get("public") and "scope" not in route.opt:
            raise TypeError(f"{route.handler_name} states no scope")

    @get("/healthz", public=True, include_in_schema=False)
    async def healthz() -> dict[str, str]:
        """The process runs."""
        return {"status": "ok"}

    @get("/readyz", public=True, include_in_schema=False)
    async def readyz() -> Response[dict[str, Any]]:
        """Whether it can do its work now, or what is in the way; how fresh it is; what somebody should look at."""
        found, worth_knowing = await ready(), await noted()
        told = {"status": "not ready" if found else "ready", "in_the_way": found, "freshness": await fresh()}
        return Response(told | worth_knowing, status_code=503 if found else 200)

    @get("/metrics", public=True, include_in_schema=False)
    async def metrics() -> Response[bytes]:
        """How far everything is behind, for Prometheus."""
        body, content_type = text_of(await measure())
        return Response(body, media_type=content_type)

    @get("/asyncapi.json", public=True, include_in_schema=False, sync_to_thread=False)
    def asyncapi() -> Response[bytes]:
        """The facts it says, or hears, on the broker."""
        body, content_type = messages()
        return Response(body, media_type=content_type)

    async def page(request: Request[Any, Any, Any], asker: Asker, clock: Clock) -> Page:
        """What a page draws on, for whoever has signed in."""
        return Page(browsing, request, asker, clock())

    async def guest(request: Request[Any, Any, Any], clock: Clock) -> Page:
        """The same for anybody."""
        return Page(browsing, request, None, clock())

    def part(value: Any) -> Provide:
        return Provide(lambda: value, sync_to_thread=False)

    app = Litestar(
        route_handlers=[
            Router(f"/{service}", route_handlers=[healthz, readyz, metrics, asyncapi, *routes]),
            problem_page,
            static_files(),
            *pages,
        ],
        dependencies={
            "asker": Provide(gate.asker),
            "page": Provide(page),
            "guest": Provide(guest),
            **{name: part(value) for name, value in parts.items()},
        },
        guards=[gate.guard],
        exception_handlers=exception_handlers(),
        request_class=ConsortiaRequest,
        request_max_body_size=MAX_BODY,
        openapi_config=OpenAPIConfig(
            title=f"Consortia: {service}",
            version="1",
            openapi_router=Router(f"/{service}/openapi", route_handlers=[], opt={"public": True}),
            render_plugins=[TruthfulJson()],
        ),
        state=State({"browsing": browsing}),
        logging_config=None,
        debug=False,
    )
    app.asgi_handler = form_answers(app.asgi_handler)
    app.asgi_handler = request_ids(app.asgi_handler)  # around routing too, so that a 404 has its request id
    return app


def static_files() -> Router:
    """Styles and the vendored script; their addresses name their content, so they may be kept for ever."""
    return create_static_files_router(
        path="/static",
        directories=[STATIC],
        opt={"public": True},
        cache_control=CacheControlHeader(max_age=31_536_000, public=True, immutable=True),
        include_in_schema=False,
    )
