"""Somebody in front of a browser without scripts: signs in with a key, reads pages, fills in and sends their forms.

fred = await visiting(world.community, "fred")
page = await fred.read("/inbox")
page = await fred.send(page, "…/sign-offs", "endorse", in_demand="true", assessment_reflects_job="true")
"""

import re
from dataclasses import dataclass, field
from html import unescape
from html.parser import HTMLParser

import httpx2

from tests.support.community import Community

LARGEST = 150_000
"""Bytes."""


@dataclass
class Form:
    """A form as drawn: what is in its fields, and the values of its buttons by their names."""

    action: str
    fields: dict[str, str] = field(default_factory=dict)
    buttons: list[tuple[str, str]] = field(default_factory=list)


class _Reading(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._select: str | None = None
        self._area: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(Form(said.get("action", "")))
        if not self.forms:
            return
        form, name = self.forms[-1], said.get("name", "")
        match tag:
            case "input" if said.get("type") not in ("radio", "checkbox") or "checked" in said:
                form.fields[name] = said.get("value", "on")
            case "textarea":
                self._area, form.fields[name] = name, ""
            case "select":
                self._select = name
            case "option" if self._select and ("selected" in said or self._select not in form.fields):
                form.fields[self._select] = said.get("value", "")
            case "button":
                form.buttons.append((name, said.get("value", "")))
            case _:
                pass

    def handle_data(self, data: str) -> None:
        if self._area:
            self.forms[-1].fields[self._area] += data

    def handle_endtag(self, tag: str) -> None:
        if tag in ("select", "textarea"):
            self._select = self._area = None


@dataclass(frozen=True)
class Drawn:
    """A page as it came: its address, and its text with all marks."""

    address: str
    html: str

    @property
    def said(self) -> str:
        """What somebody reads."""
        return " ".join(unescape(re.sub(r"<[^>]+>", " ", self.html)).split())

    @property
    def links(self) -> list[str]:
        return [unescape(one) for one in re.findall(r'href="([^"]+)"', self.html)]

    def form(self, action: str) -> Form:
        """The form that posts to an address that ends so."""
        [found] = [form for form in forms_of(self) if form.action.endswith(action)]
        return found


def forms_of(page: Drawn) -> list[Form]:
    """All forms on it."""
    reading = _Reading()
    reading.feed(page.html)
    return reading.forms


@dataclass
class Visitor:
    """Signed in, with a language."""

    community: Community
    http: httpx2.AsyncClient
    language: str

    async def read(self, path: str, *, status: int = 200, headers: dict[str, str] | None = None) -> Drawn:
        """The page, once it has taken in everything this community has seen written."""
        seen = ",".join(f"{log}@{index}" for log, index in self.community.seen.items())
        bare, _, _ = path.partition("#")
        answer = await self.http.get(
            f"{bare}{'&' if '?' in bare else '?'}after={seen}",
            headers={"Accept-Language": self.language, **(headers or {})},
        )
        return self._drawn(answer, status)

    async def follow(self, path: str) -> Drawn:
        """That very address."""
        return self._drawn(await self.http.get(path, headers={"Accept-Language": self.language}), 200)

    async def send(self, page: Drawn, action: str, button: str | None = None, **fields: str) -> Drawn:
        """Fill the form in, press the button of that value, and land where that leads."""
        form = page.form(action)
        filled = form.fields | {name.replace("__", "."): value for name, value in fields.items()}
        if button is not None:
            [pressed] = [one for one in form.buttons if one[1] == button]
            filled[pressed[0]] = button
        answer = await self.http.post(form.action, data=filled, headers={"Accept-Language": self.language})
        assert answer.status_code == 303, answer.text
        if index := answer.headers.get("index"):
            log, _, number = index.partition("@")
            self.community.seen[log] = max(int(number), self.community.seen.get(log, 0))
        return await self.follow(answer.headers["location"])

    def _drawn(self, answer: httpx2.Response, status: int) -> Drawn:
        assert answer.status_code == status, f"{answer.status_code}: {answer.text}"
        assert len(answer.content) < LARGEST
        return Drawn(str(answer.url), answer.text)


class Visitors:
    """Everybody's browsers, closed at the end."""

    def __init__(self) -> None:
        self._open: list[httpx2.AsyncClient] = []

    async def come(self, community: Community, person: str, language: str = "en") -> Visitor:
        """That person, signed in by the form with their key, in a browser of their own."""
        http = httpx2.AsyncClient(base_url=community.http.base_url, timeout=60)
        self._open.append(http)
        visitor = Visitor(community, http, language)
        form = (await visitor.follow("/sign-in")).form("/sign-in")
        signed_in = await http.post("/sign-in", data=form.fields | {"key": community.keys[person], "next": "/inbox"})
        assert signed_in.status_code == 303, signed_in.text
        return visitor

    async def leave(self) -> None:
        for http in self._open:
            await http.aclose()
