"""One page for one reader: their language, who they are, what they were refused a moment ago."""

from datetime import UTC, datetime, tzinfo
from functools import cached_property
from typing import Any
from urllib.parse import urlencode, urlsplit

import msgspec
from litestar import Request, Response
from litestar.datastructures import Cookie
from msgspec import Struct

from shared.authority.almanac import almanac, common_zone
from shared.authority.grounds import grounds
from shared.authority.zones import zone
from shared.kernel import new_id
from shared.pages import Language, Pages
from shared.pages.curl import curl
from shared.pages.names import named
from shared.security.asker import Asker
from shared.security.sessions import Sessions
from shared.web.csrf import token_of
from shared.web.forms import local

LANGUAGE_COOKIE = "consortia-language"
REFUSAL_COOKIE = "consortia-refusal"
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
        " form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
    "Vary": "Cookie, Accept-Language, HX-Request",
}
"""What every page is sent with: nothing from another host, no script in the text, in no other site's frame."""


class Refusal(Struct, frozen=True):
    """A refused form, carried to the page it is shown on (`at`): to which `action`, and what had been `typed`.

    `whole`: whether that is everything; a cookie holds 4 kB.
    """

    action: str
    title: str
    sentences: tuple[str, ...]
    slug: str
    hints: tuple[str, ...] = ()
    typed: dict[str, str] = {}
    at: str = ""
    whole: bool = True


class Browsing(Struct, frozen=True):
    """What pages and their forms need of this process. Without a secret for `sessions` nobody can sign in."""

    pages: Pages
    sessions: Sessions | None = None
    public_url: str | None = None

    def language(self, request: Request[Any, Any, Any]) -> Language:
        stated = request.cookies.get(LANGUAGE_COOKIE)
        return self.pages.catalogue.chosen(stated, request.headers.get("accept-language"))


class Page:
    """What a handler draws on; `asker` is None for whoever has not signed in."""

    def __init__(self, browsing: Browsing, request: Request[Any, Any, Any], asker: Asker | None, now: datetime) -> None:
        self.browsing = browsing
        self.request = request
        self.asker = asker
        self.now = now
        self.language = browsing.language(request)
        self.late = bool(request.scope.get("consortia_late"))
        """Whether what this page waited for has not arrived yet: it may not show the latest."""
        self.whole: str | None = None
        """The address of the page that this is a part of, where a script asks for no more: forms lead back there."""

    @property
    def path(self) -> str:
        return self.request.url.path

    @property
    def address(self) -> str:
        """This page, with its filters, to come back to; without the mark of what was waited for."""
        if self.whole is not None:
            return self.whole
        kept = [(name, value) for name, value in self.request.query_params.multi_items() if name != "after"]
        return f"{self.path}?{urlencode(kept)}" if kept else self.path

    @property
    def came_from(self) -> str:
        """The page of ours that led here; the board where none did."""
        try:
            before = urlsplit(self.request.headers.get("referer", ""))
        except ValueError:
            return local(None)
        if before.netloc != self.request.headers.get("host"):
            return local(None)
        return local(f"{before.path}?{before.query}" if before.query else before.path)

    @property
    def base(self) -> str:
        """The installation's address, as others type it."""
        return (self.browsing.public_url or str(self.request.base_url)).rstrip("/")

    @cached_property
    def _forms(self) -> tuple[str, str | None]:
        return token_of(self.request, self.browsing.sessions) if self.browsing.sessions else ("", None)

    @property
    def csrf_token(self) -> str:
        """What forms carry, so that they are known for ours."""
        return self._forms[0]

    @cached_property
    def refusal(self) -> Refusal | None:
        """The form that was refused on this page a moment ago; a part of a page that a script asks for shows none."""
        refusal = None if self.request.headers.get("hx-request") else self._carried()
        return refusal if refusal is not None and refusal.at in ("", self.path) else None

    def _carried(self) -> Refusal | None:
        sealed = self.request.cookies.get(REFUSAL_COOKIE)
        if sealed is None or self.browsing.sessions is None:
            return None
        try:
            return msgspec.convert(self.browsing.sessions.carried(sealed), Refusal)
        except msgspec.ValidationError:
            return None

    @property
    def role(self) -> str:
        """What the role of the reader's key is called."""
        return named(self.language, "role", self.asker.key.role) if self.asker else ""

    @cached_property
    def positions(self) -> tuple[str, ...]:
        """The positions the reader acts in now, by key."""
        if self.asker is None:
            return ()
        found = grounds(self.asker.community, self.asker.key.person, self.now)
        return tuple(sorted({self.asker.community.position_key(one.position) for one in found}))

    @cached_property
    def zone(self) -> tzinfo:
        """The time zone of the partners the reader acts for; UTC for whoever acts for none."""
        if self.asker is None:
            return UTC
        community = self.asker.community
        acted = grounds(community, self.asker.key.person, self.now)
        partners = {community.positions[one.position].partner for one in acted}
        return zone(common_zone(almanac(community, partner, self.now) for partner in sorted(partners)))

    def date(self, moment: datetime | None) -> str:
        return "" if moment is None else self.language.date(moment, self.zone)

    def moment(self, moment: datetime | None) -> str:
        return "" if moment is None else self.language.moment(moment, self.zone)

    def days_since(self, moment: datetime) -> int:
        return max(0, (self.now - moment).days)

    def new_key(self) -> str:
        """An Idempotency-Key for one form: sent twice, it acts once."""
        return str(new_id())

    def curl(self, method: str, path: str, body: Any = None, acting_as: str | None = None) -> str:
        return curl(self.base, method, path, body, acting_as)

    def typed(self, action: str, field: str, otherwise: str = "") -> str:
        """What had been typed into that field of a refused form."""
        if self.refusal is None or self.refusal.action != action:
            return otherwise
        return self.refusal.typed.get(field, otherwise)

    def is_lost(self, action: str, field: str) -> bool:
        """Whether what had been typed there was too much to be carried to this page."""
        refusal = self.refusal
        return refusal is not None and refusal.action == action and not refusal.whole and field not in refusal.typed

    def draw(self, template: str, **values: Any) -> str:
        """The template's text, for this reader."""
        common = {"page": self, "date": self.date, "moment": self.moment}
        return self.browsing.pages.render(template, self.language, **common, **values)

    def answer(self, template: str, *, status: int = 200, **values: Any) -> Response[str]:
        """The page, or the part of one that a script asks for."""
        return self.sent(self.draw(template, **values), status)

    def sent(self, text: str, status: int = 200) -> Response[str]:
        """The same of what is drawn already; a refusal that came along has been shown, and is forgotten."""
        answer = html(text, status, self.language.tag)
        if self.refusal is not None:
            answer.cookies.append(Cookie(key=REFUSAL_COOKIE, path="/", max_age=0))
        if (sessions := self.browsing.sessions) is not None and (fresh := self._forms[1]) is not None:
            answer.cookies.append(
                Cookie(key=sessions.form_cookie, value=fresh, path="/", httponly=True, samesite="lax",
                       secure=sessions.secure)
            )  # fmt: skip
        return answer


def html(text: str, status: int, language: str) -> Response[str]:
    """Text as a page, with the headers every page has."""
    headers = {**HEADERS, "Content-Language": language}
    return Response(text, status_code=status, media_type="text/html", headers=headers)


def see_other(to: str) -> Response[str]:
    """303: what was posted is done, and the page shows what came of it."""
    headers = {"Location": local(to), "Cache-Control": "no-store"}
    return Response("", status_code=303, media_type="text/plain", headers=headers)
