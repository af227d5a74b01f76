"""Templates and what is vendored: jinja2, drawn on the server, usable without scripts."""

import hashlib
import re
from collections.abc import Iterable
from functools import cached_property, partial
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from shared.pages.languages import LANGUAGES, Catalogue, Language
from shared.pages.names import named

STATIC = Path(str(files("shared.pages").joinpath("static")))


class Pages:
    """Built once per app: the templates of the shared kit, and of that service where it has some."""

    def __init__(self, service: str | None = None) -> None:
        self.catalogue = Catalogue()
        self._service = service

    @cached_property
    def environment(self) -> Environment:
        own = f"services.{self._service}.pages"
        packages = ["shared.pages", *([own] if self._service and find_spec(own) else [])]
        made = Environment(
            loader=ChoiceLoader([PackageLoader(package) for package in packages]),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            extensions=["jinja2.ext.do"],
        )
        made.globals.update(static=_Static().address, address=address, LANGUAGES=LANGUAGES, identifier=identifier)
        made.globals.update(coded=coded)
        return made

    def render(self, template: str, language: Language, **values: Any) -> str:
        """The template's text. In it `_`, `ngettext`, `text`, `date`, `number`, `named` speak that language."""
        spoken = {
            "_": language.gettext, "gettext": language.gettext, "ngettext": language.ngettext, "language": language,
            "text": language.text, "number": language.number, "listed": language.listed,
            "named": partial(named, language),
        }  # fmt: skip
        return self.environment.get_template(template).render(spoken | values)


class _Static:
    """Addresses of vendored and own files; each names its content, so that a browser may keep it for ever."""

    def __init__(self) -> None:
        self._digests: dict[str, str] = {}

    def address(self, name: str) -> str:
        if name not in self._digests:
            self._digests[name] = hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]
        return f"/static/{name}?v={self._digests[name]}"


def address(path: str, parameters: dict[str, Any] | Iterable[tuple[str, Any]] = (), **changed: Any) -> str:
    """The path with these query parameters, some of them changed; None and the empty string leave one out."""
    query = {**dict(parameters), **changed}
    kept = {name: value for name, value in query.items() if value not in (None, "")}
    return f"{path}?{urlencode(kept)}" if kept else path


def coded(text: str) -> Markup:
    """Text in which what stands between backticks is code."""
    return Markup("").join(
        Markup("<code>{}</code>").format(part) if place % 2 else part for place, part in enumerate(text.split("`"))
    )


def identifier(*parts: object) -> str:
    """An `id` inside a page made of these parts, the same for the same parts."""
    return re.sub(r"[^a-zA-Z0-9]+", "-", "-".join(map(str, parts))).strip("-")
