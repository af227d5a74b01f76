"""The matrix as declared, and the routes as they are: read from the file, and walked in the built apps."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from litestar.routes import HTTPRoute

from shared.service.platform import Platform
from shared.service.roles import web_app

FILE = Path(__file__).with_name("matrix.txt")
ROLES = ("coordinator", "authority-administrator", "member", "advisor", "auditor", "integration")
"""Those who belong to a community, and may belong to a partner; a column of three letters each."""
ALONE = ("operator", "nobody")
"""Those who do not: a column of one letter each."""
SIDES = ("same", "other", "foreign")
"""Whose things are asked for: one's own partner's, another partner's, another community's; so ordered in a column."""
COLUMNS = ("operator", *ROLES, "nobody")
PUBLIC = "public"


@dataclass(frozen=True, order=True)
class Route:
    """One method of one path, as `POST /partnerships/v1/partners/{partner}/responsibilities`."""

    name: str
    public: bool = False
    page: bool = False
    """Whether people in front of a browser ask for it: they are sent to sign in, and told in HTML."""

    @property
    def service(self) -> str:
        return self.name.split("/")[1]

    @property
    def writes(self) -> bool:
        return not self.name.startswith("GET ")


@dataclass(frozen=True)
class Cell:
    """Who asks for what: a role, and whose things it asks for; `side` is `same` for who belongs to nobody."""

    route: str
    role: str
    side: str


def routes(platforms: Iterable[Platform]) -> list[Route]:
    """Every route of the built apps, once: those all services have stand under each service's own path."""
    found = set()
    for platform in platforms:
        for route in web_app(platform).routes:
            if not isinstance(route, HTTPRoute):
                continue
            for handler in route.route_handlers:
                for method in handler.http_methods - {"OPTIONS"}:  # which the framework answers by itself
                    public, page = (bool(handler.opt.get(named)) for named in ("public", "page"))
                    found.add(Route(f"{method} {route.path_format}", public, page))
    return sorted(found)


def matrix(text: str | None = None) -> dict[str, dict[str, str] | None]:
    """By route, the letters of each column; None where the route is declared public."""
    lines = (FILE.read_text() if text is None else text).splitlines()
    header, *rows = (line.split() for line in lines if line.strip() and not line.startswith("#"))
    if header != ["route", *COLUMNS]:
        raise ValueError(f"The columns are {', '.join(header)}, not route, {', '.join(COLUMNS)}.")
    declared: dict[str, dict[str, str] | None] = {}
    for method, path, *letters in rows:
        name = f"{method} {path}"
        if name in declared:
            raise ValueError(f"{name} is declared twice.")
        declared[name] = None if letters == [PUBLIC] else _columns(name, letters)
    return declared


def _columns(name: str, letters: list[str]) -> dict[str, str]:
    columns = dict(zip(COLUMNS, letters, strict=False))
    wrong = [role for role in COLUMNS if len(columns.get(role, "")) != (1 if role in ALONE else len(SIDES))]
    if wrong or len(letters) != len(COLUMNS) or not set("".join(letters)) <= set("+-0k"):
        raise ValueError(f"{name}: one letter each of + - 0 k for {', '.join(ALONE)}, three for every other column.")
    return columns


def line(name: str, columns: dict[str, str] | None) -> str:
    """The line that declares it, as it stands in the file."""
    if columns is None:
        return f"{name:<100} {PUBLIC}"
    return f"{name:<100} " + " ".join(f"{columns[role]:<{len(role)}}" for role in COLUMNS).rstrip()


def cells(declared: dict[str, dict[str, str] | None]) -> dict[Cell, str]:
    """Every cell with its letter; public routes have none."""
    return {
        Cell(name, role, side): letter
        for name, columns in declared.items()
        if columns is not None
        for role, letters in columns.items()
        for side, letter in zip(SIDES, letters, strict=False)
    }
