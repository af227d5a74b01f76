"""A browser without scripts, as far as the server can tell: cookies, forms that are filled in, redirects followed.

browser = Browser(stack.url)
page = await browser.sign_in(key)
answer = await browser.send("/intake/v1/proposals", {"key": "a"}, back="/board")
"""

import re
from html import unescape
from types import TracebackType
from typing import Any, Self

import httpx2

SENT_WITH = {"Accept": "text/html,*/*;q=0.8", "Sec-Fetch-Site": "same-origin"}
_CSRF = re.compile(r'name="_csrf_token" value="([^"]*)"')


class Browser:
    """One browser; what it may show is what its cookies open."""

    def __init__(self, url: str, language: str = "en") -> None:
        self.http = httpx2.AsyncClient(base_url=url, timeout=60, headers={"Accept-Language": language})

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        await self.http.aclose()

    @property
    def cookies(self) -> dict[str, str]:
        return dict(self.http.cookies)

    async def open(self, address: str, **headers: str) -> httpx2.Response:
        """The page; nothing is followed."""
        return await self.http.get(address, headers={"Accept": "text/html", **headers})

    async def token(self, address: str = "/board") -> str:
        """What the forms of that page carry."""
        page = await self.open(address)
        found = _CSRF.search(page.text)
        assert found is not None, f"{page.status_code}: no form on {address}"
        return unescape(found[1])

    async def sign_in(self, key: str, to: str = "/board") -> httpx2.Response:
        """Through the form, as people do."""
        fields = {"_csrf_token": await self.token("/sign-in"), "next": to, "key": key}
        return await self.http.post("/sign-in", data=fields, headers=SENT_WITH)

    async def send(
        self, action: str, fields: dict[str, str], *, back: str = "/board", token: str | None = None, **headers: str
    ) -> httpx2.Response:
        """A form of the page `back`; its answer is not followed."""
        hidden = {"_csrf_token": await self.token(back) if token is None else token, "_back": back}
        return await self.http.post(action, data={**hidden, **fields}, headers={**SENT_WITH, **headers})

    async def post(self, action: str, **given: Any) -> httpx2.Response:
        """Whatever somebody else makes the browser send."""
        return await self.http.post(action, **given)
