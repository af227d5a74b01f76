"""Forms of pages: what a browser posts, read as the same JSON that an API client would send.

A field's name is a path: `comment.en`, `conditions.0.text.en`. What is left empty is not stated; and a field whose name
ends in `?`, such as `comment.language?`, only beside another of the same object: it says more about what is stated,
and nothing by itself, as a choice that always has a value does. One that ends in `!`, such as `change.need!`, is null
unless something is stated in its place: so a form can empty it. One that ends in `#`, such as `feedback.employers#`, is
a number where it is written as one. Fields that begin with an underscore stand for headers: `_acting_as`, `_key`
(Idempotency-Key), `_back` (the page to return to), `_csrf_token`.
"""

from typing import Any
from urllib.parse import parse_qsl, quote

from litestar import Request
from litestar.types import Scope

from shared.kernel import Reason, Refused
from shared.web.faults import BodyNotRight

KIND = "application/x-www-form-urlencoded"
FIELDS = 200
DEEPEST = 6
_ASCII = "".join(map(chr, range(33, 127)))
MOST_DIGITS = 16
_PARSED = "consortia_form"
RESERVED = {"acting-as": "_acting_as", "idempotency-key": "_key"}
"""The headers a form states as a field."""


class FormNeeded(Reason, frozen=True):
    """A session sends forms

    A browser's session writes by the forms of our pages alone. A client of the API sends its key in `Authorization`.
    """

    says = "A session writes by forms; send the key itself to write JSON."


class FormNotOurs(Reason, frozen=True):
    """The form is too old

    Nothing was changed. Load the page again, and send the form from there. Cookies have to be allowed for this address.
    """

    says = "This form was not made for this browser, or is too old. Load the page again, and send the form from there."


async def form_of(request: Request[Any, Any, Any]) -> dict[str, str]:
    """The fields that were posted; refused where one comes twice, or what came is no form."""
    scope: Any = request.scope
    if _PARSED not in scope:
        scope[_PARSED] = _fields(await request.body())
    found: dict[str, str] = scope[_PARSED]
    return found


def is_form(request: Request[Any, Any, Any]) -> bool:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower() == KIND


def stated(request: Request[Any, Any, Any], header: str) -> str | None:
    """What a form states in the place of that header; None where no form was read."""
    fields: dict[str, str] = request.scope.get(_PARSED) or {}  # type: ignore[assignment]  # as kept above
    return fields.get(RESERVED[header]) or None


def plain_of(fields: dict[str, str]) -> dict[str, Any]:
    """The JSON those fields mean: numbered parts are lists, named ones objects."""
    tree: dict[str, Any] = {}
    stated = {name: value for name, value in fields.items() if not name.startswith("_") and value.strip() != ""}
    for name, value in stated.items():
        if not name.endswith(("?", "!")):
            _put(tree, name, value)
    for name, value in stated.items():
        if name.endswith("?") and _at(tree, name.split(".")[:-1]) is not None:
            _put(tree, name[:-1], value)
        elif name.endswith("!") and _at(tree, name[:-1].split(".")) is None:
            _put(tree, name[:-1], None)
    return {name: _listed(value) for name, value in tree.items()}


def _put(tree: dict[str, Any], name: str, value: str | None) -> None:
    *path, last = name.split(".")
    if len(path) >= DEEPEST:
        raise Refused(BodyNotRight(f"The field {name[:80]} lies too deep."))
    place = tree
    for part in path:
        place = place.setdefault(part, {})
        if not isinstance(place, dict):
            raise Refused(BodyNotRight(f"The field {name[:80]} lies within one that is a value."))
    if isinstance(place.get(last), dict):
        raise Refused(BodyNotRight(f"The field {name[:80]} is a value and holds others too."))
    if value is None:
        place[last] = None
        return
    said = value.replace("\r\n", "\n").strip()
    if last.endswith("#"):
        place[last[:-1]] = int(said) if said.isdecimal() and len(said) < MOST_DIGITS else said
    else:
        place[last] = said


def _at(tree: dict[str, Any], path: list[str]) -> Any:
    """What is stated there; None where nothing is."""
    place: Any = tree
    for part in path:
        place = place.get(part) if isinstance(place, dict) else None
    return place


def _listed(plain: Any) -> Any:
    """Objects whose every name is a number become lists, in that order."""
    if not isinstance(plain, dict):
        return plain
    inner = {name: _listed(value) for name, value in plain.items()}
    if inner and all(name.isdecimal() and len(name) < 5 for name in inner):
        return [inner[name] for name in sorted(inner, key=int)]
    return inner


def _fields(body: bytes) -> dict[str, str]:
    try:
        pairs = parse_qsl(body.decode(), keep_blank_values=True, strict_parsing=bool(body), max_num_fields=FIELDS,
                          errors="strict")  # fmt: skip
    except (UnicodeDecodeError, ValueError):
        raise Refused(BodyNotRight(f"The body is no form of {FIELDS} fields at most, in UTF-8.")) from None
    found: dict[str, str] = {}
    for name, value in pairs:
        if "\x00" in name or "\x00" in value:
            raise Refused(BodyNotRight(f"The field {name[:80]!r} contains NUL."))
        if name in found:
            raise Refused(BodyNotRight(f"The form names the field {name[:80]!r} twice."))
        found[name] = value
    return found


def local(address: str | None, otherwise: str = "/board") -> str:
    """That address, if it leads to a page of ours; a browser reads `//host` and `/\\host` as another host."""
    if address is None or not address.startswith("/") or len(address) > 2000 or any(ord(one) < 33 for one in address):
        return otherwise
    if address[1:2] in ("/", "\\"):
        return otherwise
    return quote(address, safe=_ASCII, errors="replace")


def wants_page(scope: Scope) -> bool:
    """Whether a browser asks, in front of which somebody sits."""
    accepted = next((value for name, value in scope["headers"] if name == b"accept"), b"")
    return b"text/html" in accepted
