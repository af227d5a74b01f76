"""Nobody else's page sends our forms: each carries a token made for the session it was drawn in.

Before there is a session (signing in), the token is made for a cookie of that browser. Nothing of it is stored here.
"""

import re
import secrets
from hmac import compare_digest
from typing import Any

from litestar import Request

from shared.kernel import Forbidden, Refused
from shared.security.sessions import Sessions
from shared.web.forms import FormNeeded, FormNotOurs, form_of, is_form

SAFE = ("GET", "HEAD", "OPTIONS")
_FRESH = re.compile(r"[0-9a-f]{64}")


class FromAnotherSite(Forbidden, frozen=True):
    """It came from another site's page

    Nothing was changed. Browsers say where a request comes from (`Sec-Fetch-Site`), and what writes is taken from our
    own pages alone. Open the page here, and send the form from there.
    """

    says = "This was sent from the page of another site; nothing was changed."


def check_site(request: Request[Any, Any, Any]) -> None:
    """Refuse what another site's page makes a browser write, with whatever key or cookie that browser adds."""
    if request.method not in SAFE and request.headers.get("sec-fetch-site", "none") not in ("same-origin", "none"):
        raise Refused(FromAnotherSite())


async def check_form(request: Request[Any, Any, Any], sessions: Sessions, *, signed_in: bool) -> None:
    """Refuse a form that was not drawn for this session; without one, for this browser."""
    if not is_form(request):
        raise Refused(FormNeeded())
    given = (await form_of(request)).get("_csrf_token", "").encode()
    session, browser = request.cookies.get(sessions.cookie), request.cookies.get(sessions.form_cookie)
    bound = [session] if signed_in else [session, browser]
    if not any(one and compare_digest(given, sessions.form_token(one).encode()) for one in bound):
        raise Refused(FormNotOurs())


def token_of(request: Request[Any, Any, Any], sessions: Sessions) -> tuple[str, str | None]:
    """The token for forms drawn now, and the cookie this browser needs for it, where it has none yet."""
    session, browser = request.cookies.get(sessions.cookie), request.cookies.get(sessions.form_cookie)
    if session and sessions.key_of(session):
        return sessions.form_token(session), None
    if browser and _FRESH.fullmatch(browser):
        return sessions.form_token(browser), None
    fresh = secrets.token_hex(32)
    return sessions.form_token(fresh), fresh
