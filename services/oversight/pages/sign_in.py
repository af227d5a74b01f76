"""Signing in with an API key, and out again. The session stands for the key, as long as that opens anything."""

import asyncio
import time
from typing import Any

from litestar import Request, Response, get, post
from litestar.datastructures import Cookie

from services.oversight.pages.local_login import LocalLogin
from shared.authority import Register
from shared.eventstore.following import Following
from shared.kernel import Reason, Refused
from shared.pages import LANGUAGES
from shared.security.asker import KeyNeeded, authenticate, is_unknown, is_well_formed
from shared.security.sessions import LASTS
from shared.web.forms import form_of, local
from shared.web.page import LANGUAGE_COOKIE, Page, see_other
from shared.web.telling import sentence_of

PATIENCE, BETWEEN_LOOKS = 2.0, 0.1
"""Seconds that signing in waits for a key nobody has heard of yet, and between two looks."""


class NoSessions(Reason, frozen=True):
    """Nobody can sign in here

    Whoever operates this installation sets CONSORTIA_SESSION_SECRET, the same for all four services. Keys work
    meanwhile.
    """

    says = "Nobody can sign in here: CONSORTIA_SESSION_SECRET is not set."


@get("/", public=True, page=True, include_in_schema=False, status_code=303)
async def front_door() -> Response[str]:
    """The address alone leads to the board."""
    return see_other("/board")


@get("/sign-in", public=True, page=True, include_in_schema=False)
async def sign_in_page(guest: Page, local_login: LocalLogin) -> Response[str]:
    """A field for the key; where the local stack runs, its demo people to choose from."""
    to = local(guest.request.query_params.get("next"))
    return guest.answer("sign_in.html", next=to, people=local_login.people(), refused=None)


@post("/sign-in", public=True, page=True, include_in_schema=False, status_code=303)
async def sign_in(
    request: Request[Any, Any, Any], guest: Page, local_login: LocalLogin, register: Following[Register]
) -> Response[Any]:
    """A session, where the key opens anything now."""
    sessions = guest.browsing.sessions
    if sessions is None:
        raise Refused(NoSessions())
    form = await form_of(request)
    to = local(form.get("next"))
    case, _, person = form.get("who", "").partition("/")
    presented = form.get("key", "").strip() or local_login.key_of(case, person) or ""
    authorization = f"Bearer {presented}" if presented else None
    try:
        key = authenticate(await _once_heard_of(register, authorization), authorization, guest.now)
    except Refused as refused:
        if not refused.names(KeyNeeded):
            raise
        said = " ".join(sentence_of(guest.language, reason) for reason in refused.reasons)
        return guest.answer("sign_in.html", status=401, next=to, people=local_login.people(), refused=said)
    answer = see_other(to)
    lasts = int(LASTS.total_seconds())
    answer.cookies.append(
        Cookie(key=sessions.cookie, value=sessions.sealed(key.id), path="/", max_age=lasts, httponly=True,
               samesite="lax", secure=sessions.secure)
    )  # fmt: skip
    return answer


async def _once_heard_of(register: Following[Register], authorization: str | None) -> Register:
    """The register as soon as it knows the key: one issued a moment ago is heard of within the patience."""
    until = time.monotonic() + PATIENCE
    while True:
        known = await register.current()
        may_come = is_well_formed(authorization) and is_unknown(known, authorization)
        if not may_come or time.monotonic() > until:
            return known
        await asyncio.sleep(BETWEEN_LOOKS)


@post("/sign-out", public=True, page=True, include_in_schema=False, status_code=303)
async def sign_out(guest: Page) -> Response[str]:
    """The browser forgets the session."""
    answer = see_other("/sign-in")
    if (sessions := guest.browsing.sessions) is not None:
        answer.cookies.append(Cookie(key=sessions.cookie, path="/", max_age=0, secure=sessions.secure))
    return answer


@get("/language/{tag:str}", public=True, page=True, include_in_schema=False, status_code=303)
async def speak(tag: str, guest: Page) -> Response[str]:
    """From now on pages speak that language in this browser."""
    answer = see_other(local(guest.request.query_params.get("next")))
    if tag in LANGUAGES:
        answer.cookies.append(Cookie(key=LANGUAGE_COOKIE, value=tag, path="/", max_age=31_536_000, samesite="lax"))
    return answer
