"""What a fact means, told so that another meaning shows: every field with its value, every value with its type."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec
from msgspec import Struct

Told = Any
"""JSON: a struct is `{"struct": {field: …}}`, a `{"uuid": …}` is no text, and so on."""


def told(value: object) -> Told:
    """The value in that form. Names of classes are not part of it: they are not stored, and may change."""
    match value:
        case Struct():
            config = value.__struct_config__
            tag = {} if config.tag is None else {"tag": config.tag}
            return tag | {"struct": {name: told(getattr(value, name)) for name in value.__struct_fields__}}
        case None | bool() | int() | float() | str():
            return value
        case UUID():
            return {"uuid": str(value)}
        case datetime():
            return {"datetime": value.isoformat()}
        case date():
            return {"date": value.isoformat()}
        case tuple():
            return [told(one) for one in value]
        case dict():
            return {"mapping": [[told(key), told(one)] for key, one in value.items()]}
        case _ if value is msgspec.UNSET:
            return {"unset": True}
        case _:
            raise TypeError(f"say here how a {type(value).__name__} is told from other values")


def differences(kept: Told, now: Told, where: str = "") -> Iterator[str]:
    """How what is read now differs from what was. Fields added since may be there, as the bytes lack them."""
    match kept, now:
        case {"struct": dict(fields)}, {"struct": dict(fields_now)}:
            if kept.get("tag") != now.get("tag"):
                yield f"{where or 'the fact'} is tagged {now.get('tag')}, and was {kept.get('tag')}"
            yield from _fields(fields, fields_now, where)
        case list(), list() if len(kept) == len(now):
            for place, (one, one_now) in enumerate(zip(kept, now, strict=True)):
                yield from differences(one, one_now, f"{where}[{place}]")
        case {"mapping": list(items)}, {"mapping": list(items_now)}:
            yield from differences(items, items_now, where)
        case _ if kept != now or type(kept) is not type(now):
            yield f"{where or 'the fact'} is read as {_short(now)}, and was {_short(kept)}"
        case _:
            pass


def _fields(kept: Mapping[str, Told], now: Mapping[str, Told], where: str) -> Iterator[str]:
    for name, value in kept.items():
        at = f"{where}.{name}" if where else name
        if name not in now:
            yield f"{at} is gone, and was {_short(value)}"
        else:
            yield from differences(value, now[name], at)


def _short(value: Told) -> str:
    text = msgspec.json.encode(value).decode()
    return text if len(text) <= 80 else f"{text[:77]}…"
