"""Reading what was sent: hostile bodies, queries and headers end here, in a refusal, before any handler runs."""

import json
import re
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Annotated, Any
from urllib.parse import unquote_to_bytes

import msgspec
from litestar import Request
from litestar.params import Parameter

from shared.kernel import Moment, Refused
from shared.kernel.intents import EARLIEST, LATEST
from shared.web.bodies import read_as
from shared.web.faults import BodyNotRight, NoSuchPage, NotJson, QueryNotRight
from shared.web.forms import form_of, is_form, plain_of

BY_SESSION = "consortia_by_session"
"""Set where a session asks, rather than a key: what it sends is a form."""
MAX_BODY = 1024 * 1024
LONGEST_NAME = 200
"""Characters of a static file's address; a file system calls it a fault to look for one longer than it takes."""
_NUL = re.compile(rb"\x00|(?<!\\)(?:\\\\)*\\u0000")
_INDEX = re.compile(r"(partnerships|intake|credentials)@([0-9]{1,18})")


class ConsortiaRequest(Request[Any, Any, Any]):
    """A request whose body is one JSON value in UTF-8, not too deep, without NUL."""

    async def json(self) -> Any:
        if is_form(self) and BY_SESSION in self.scope:
            plain = plain_of(await form_of(self))
            asked = self.scope["route_handler"].parsed_data_field
            return plain if asked is None else read_as(asked.annotation, plain, strict=False)
        body = await self.body()
        kind = self.headers.get("content-type", "application/json").partition(";")[0].strip().lower()
        if kind != "application/json":
            raise Refused(NotJson(f"its Content-Type is {kind[:100]}, not application/json"))
        if _NUL.search(body):
            raise Refused(NotJson("it contains NUL"))
        try:
            plain = msgspec.json.decode(body)
            json.loads(body, object_pairs_hook=_each_once)
        except RecursionError:
            raise Refused(NotJson("it is nested too deep")) from None
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise Refused(NotJson(str(error))) from None
        asked = self.scope["route_handler"].parsed_data_field
        return plain if asked is None else read_as(asked.annotation, plain)


def _each_once(pairs: list[tuple[str, Any]]) -> None:
    """Refuse an object that names a field twice: which of the two is meant is not for us to guess."""
    seen: set[str] = set()
    for name, _ in pairs:
        if name in seen:
            raise Refused(NotJson(f"it names the field {name[:80]!r} twice"))
        seen.add(name)


def check_query(request: Request[Any, Any, Any], known: Iterable[str]) -> None:
    """Refuse unknown and repeated query keys, and NUL anywhere in path or query."""
    try:
        unquote_to_bytes(request.scope["query_string"]).decode()
    except UnicodeDecodeError:
        raise Refused(QueryNotRight("The query is not UTF-8.")) from None
    known = set(known)
    seen: set[str] = set()
    for name, value in request.query_params.multi_items():
        if name not in known:
            expected = ", ".join(sorted(known)) or "none"
            raise Refused(QueryNotRight(f"The query key {name[:80]!r} is not known here; known: {expected}."))
        if name in seen:
            raise Refused(QueryNotRight(f"The query key {name!r} is given twice."))
        if "\x00" in value:
            raise Refused(QueryNotRight(f"The query key {name!r} contains NUL."))
        seen.add(name)


def check_path(request: Request[Any, Any, Any]) -> None:
    """Refuse what no file and no table can be asked for."""
    if "\x00" in request.url.path or "%00" in request.url.path:
        raise Refused(QueryNotRight("The path contains NUL."))
    if request.url.path.startswith("/static/") and len(request.url.path) > LONGEST_NAME:
        raise Refused(NoSuchPage())


def parse_time(name: str, text: str) -> datetime:
    """An RFC 3339 time with a zone, between 1900 and 2200."""
    try:
        time = msgspec.convert(text.replace(" ", "+"), datetime)
    except msgspec.ValidationError:
        raise Refused(QueryNotRight(f"{name} is not an RFC 3339 time such as 2026-03-01T09:00:00-04:00.")) from None
    if time.tzinfo is None:
        raise Refused(QueryNotRight(f"{name} has no zone; write it as 2026-03-01T09:00:00-04:00 or with Z."))
    if not EARLIEST < time.year < LATEST:
        raise Refused(QueryNotRight(f"{name} lies outside {EARLIEST} to {LATEST}."))
    return time.astimezone(UTC)


def parse_index(name: str, text: str) -> tuple[str, int]:
    """`credentials@1234` → the log and the index."""
    if (found := _INDEX.fullmatch(text)) is None:
        raise Refused(QueryNotRight(f"{name} is not an index such as credentials@1234."))
    return found[1], int(found[2])


At = Annotated[str | None, Parameter(max_length=64)]
"""The query key `at` of routes that answer about the past."""


KnownAt = Annotated[str | None, Parameter(max_length=64)]
"""The query key `known_at`: what the system knew by then, a time of recording or an index."""


def parse_moment(text: str | None, log: str, name: str = "at") -> Moment:
    """`?at=` or `?known_at=`: a time, or an index of that log."""
    if text is None:
        return Moment()
    if "@" not in text:
        return Moment(at=parse_time(name, text))
    of, index = parse_index(name, text)
    if of != log:
        raise Refused(
            QueryNotRight(f"{name} names an index of {of}; here it is a time, or an index such as {log}@{index}.")
        )
    return Moment(log=of, index=index)


def plain_header(request: Request[Any, Any, Any], name: str, longest: int = 200) -> str | None:
    """A header's value; refused when it is over-long or holds control characters."""
    value = request.headers.get(name)
    if value is not None and (not value or len(value) > longest or not value.isprintable()):
        raise Refused(BodyNotRight(f"The header {name} must be 1 to {longest} printable characters."))
    return value
