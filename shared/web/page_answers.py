"""Refusals and successes as a browser needs them: back to the page, which says in place what came of a form."""

from collections.abc import Iterator
from contextlib import suppress
from typing import Any
from urllib.parse import urlencode, urlsplit

import msgspec
from litestar import Request, Response
from litestar.datastructures import Cookie
from litestar.types import ASGIApp, Message, Receive, Scope, Send
from msgspec import structs

from shared.kernel import Refused, utc_now
from shared.pages.saying import Saying
from shared.web.csrf import SAFE
from shared.web.forms import is_form, local, wants_page
from shared.web.page import REFUSAL_COOKIE, Browsing, Page, Refusal, html, see_other
from shared.web.requests import BY_SESSION
from shared.web.telling import told

BACK = "consortia_back"
"""Where a request keeps the page its form came from; only a session's forms have one."""
REFUSED = "refused"
"""Where on the page the refusal stands: a browser without scripts goes there, however far down that is."""
COMMUNITY = "consortia_community"
"""Where a request keeps the community of whoever asks, once that is known."""
LONGEST = 300
"""Characters of a sentence that is carried at the least."""
CARRIED = 3500
"""Bytes of a cookie that browsers surely keep (RFC 6265, 6.1, says 4096 with its name)."""


def drawn(
    request: Request[Any, Any, Any], refused: Refused, status: int, titles: tuple[str, str]
) -> Response[Any] | None:
    """The refusal for somebody in front of a browser; None for clients of the API. `titles`: slug and title."""
    browsing: Browsing | None = getattr(request.app.state, "browsing", None)
    if browsing is None:
        return None
    scope: Any = request.scope
    back, handler = scope.get(BACK), scope.get("route_handler")
    is_page = bool(handler is not None and handler.opt.get("page")) and not _is_fetched(request, browsing)
    of_form = bool(scope.get(BY_SESSION)) and is_form(request) and request.method not in SAFE
    nowhere = status == 404 and handler is None and wants_page(request.scope)
    if not (back is not None or is_page or of_form or nowhere):
        return None
    by_itself = handler is not None and handler.opt.get("polled") and request.headers.get("hx-request")
    if by_itself:  # nobody asked for it, and what they are at is left alone
        return html("", 204, browsing.language(request).tag)
    if status == 401:
        scope.pop(BACK, None)  # there is nothing to come back with yet
        return _to_sign_in(request, str(back or _here(request)))
    language, community = browsing.language(request), scope.get(COMMUNITY)
    saying = Saying(language, community, utc_now()) if community is not None else None
    refusal = told(language, refused, request.url.path, titles, saying)
    if request.headers.get("hx-request"):
        text = browsing.pages.render("_refusal.html", language, refusal=refusal)
        return html(text, status, language.tag)
    if back is not None:
        return _carried(browsing, refusal, str(back), request.scope.get("consortia_form") or {})  # type: ignore[arg-type]
    page = Page(browsing, request, None, utc_now())
    return page.answer("refused.html", status=status, refusal=refusal, status_code=status)


def _is_fetched(request: Request[Any, Any, Any], browsing: Browsing) -> bool:
    """Whether a program asks for a file, rather than a browser: it wants a challenge (RFC 9110, 11.6.1), not a form."""
    handler: Any = request.scope.get("route_handler")
    cookie = browsing.sessions.cookie if browsing.sessions else None
    return bool(handler.opt.get("download")) and cookie not in request.cookies


def _to_sign_in(request: Request[Any, Any, Any], back: str) -> Response[str]:
    """To where one signs in, and then back; a script is told to go there with the whole page."""
    answer = see_other("/sign-in?" + urlencode({"next": local(back)}))
    if request.headers.get("hx-request"):
        return Response("", headers={"HX-Redirect": answer.headers["Location"], "Cache-Control": "no-store"})
    return answer


def _carried(browsing: Browsing, refusal: Refusal, back: str, form: dict[str, str]) -> Response[str]:
    """Back to the page, with the refusal, and what had been typed as far as a cookie holds it."""
    answer = see_other(f"{back.partition('#')[0]}#{REFUSED}")
    if browsing.sessions is None:
        return answer
    for kept in _less_and_less(structs.replace(refusal, at=urlsplit(back).path), form):
        if len(sealed := browsing.sessions.carry(msgspec.to_builtins(kept))) <= CARRIED:
            answer.cookies.append(
                Cookie(key=REFUSAL_COOKIE, value=sealed, path="/", max_age=600, httponly=True, samesite="lax",
                       secure=browsing.sessions.secure)
            )  # fmt: skip
            break
    return answer


def _less_and_less(refusal: Refusal, form: dict[str, str]) -> Iterator[Refusal]:
    """The refusal with all that had been typed, without the longest, and so on; at last with its first words alone."""
    empties = any(name.endswith("!") for name in form)  # what is emptied means something there
    typed = {
        name: value
        for name, value in form.items()
        if not name.startswith("_") and not name.endswith("!") and (value or empties)
    }
    yield structs.replace(refusal, typed=typed)
    while typed:
        del typed[max(typed, key=lambda name: len(typed[name]))]
        yield structs.replace(refusal, typed=typed, whole=False)
    said = tuple(one[:LONGEST] for one in refusal.sentences[:1])
    yield structs.replace(refusal, sentences=said, hints=(), action=refusal.action[:LONGEST], whole=False)


def _here(request: Request[Any, Any, Any]) -> str:
    """The page asked for; where a script asks for a part of one, the page it runs on."""
    asked = request.url.path, request.url.query
    if (runs_on := request.headers.get("hx-current-url")) is not None:
        with suppress(ValueError):
            page = urlsplit(runs_on)
            if page.netloc == request.headers.get("host"):
                asked = page.path, page.query
    path, query = asked
    return f"{path}?{query}" if query else path


def form_answers(app: ASGIApp) -> ASGIApp:
    """Wraps the whole app: what a form asked for and was done is answered with the page it came from (303)."""

    async def wrapped(scope: Scope, receive: Receive, send: Send) -> None:
        turned = False

        async def send_back(message: Message) -> None:
            nonlocal turned
            back: Any = scope.get(BACK)
            if message["type"] == "http.response.start" and back is not None and 200 <= message["status"] < 300:
                turned = True
                headers = [(name, value) for name, value in message["headers"] if name in _KEPT]
                index = next((value.decode() for name, value in headers if name == b"index"), None)
                to = _after(local(back), index)
                by_script = any(name == b"hx-request" for name, _ in scope["headers"])
                told = (b"hx-redirect" if by_script else b"location", to.encode())
                headers += [told, (b"content-length", b"0"), (b"cache-control", b"no-store")]
                await send({**message, "status": 200 if by_script else 303, "headers": headers})
            elif turned and message["type"] == "http.response.body":
                if not message.get("more_body"):
                    await send({"type": "http.response.body", "body": b"", "more_body": False})
            else:
                await send(_not_kept(message) if scope.get(BY_SESSION) else message)

        await app(scope, receive, send_back)

    return wrapped


def _not_kept(message: Message) -> Message:
    """What a session asked of the API stays in no cache: whoever uses that browser next may be somebody else."""
    if message["type"] != "http.response.start" or any(
        name.lower() == b"cache-control" for name, _ in message["headers"]
    ):
        return message
    return {**message, "headers": [*message["headers"], (b"cache-control", b"no-store")]}


_KEPT = (b"set-cookie", b"index", b"request-id")


def _after(back: str, index: str | None) -> str:
    """The page, which is to wait until it has heard what was recorded."""
    if index is None:
        return back
    path, _, fragment = back.partition("#")
    joint = "&" if urlsplit(path).query else "?"
    return f"{path}{joint}{urlencode({'after': index})}" + (f"#{fragment}" if fragment else "")
