"""A body read as the type its handler takes: strictly, so that no typing error is lost, at any depth."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import msgspec
from msgspec import Struct, structs

from shared.kernel import Refused
from shared.kernel.intents import EARLIEST, LATEST
from shared.web.faults import BodyNotRight


def read_as(kind: Any, plain: Any, *, strict: bool = True) -> Any:
    """`plain` JSON as a value of that type. Unknown fields and years out of range are refused; where `strict`, numbers

    as text too: a form has nothing but text.
    """
    try:
        taken = msgspec.convert(plain, kind, strict=strict)
    except msgspec.ValidationError as error:
        raise Refused(BodyNotRight(str(error))) from None
    if found := tuple(_faults(plain, taken, "$")):
        raise Refused(BodyNotRight("; ".join(found)))
    return taken


def _faults(plain: Any, taken: Any, where: str) -> Iterator[str]:
    """What is wrong with `plain`, beside what was made of it. Contracts pass unknown fields over; requests do not."""
    match taken:
        case Struct():
            known = {field.encode_name: field.name for field in structs.fields(taken)}
            tag = taken.__struct_config__.tag_field
            for name, value in plain.items():
                if name in known:
                    yield from _faults(value, getattr(taken, known[name]), f"{where}.{name}")
                elif name != tag:
                    yield f"Object contains unknown field `{name[:80]}` - at `{where}`"
        case dict():
            for (name, value), inside in zip(plain.items(), taken.values(), strict=True):
                yield from _faults(value, inside, f"{where}.{name[:80]}")
        case list() | tuple():
            for place, (value, inside) in enumerate(zip(plain, taken, strict=True)):
                yield from _faults(value, inside, f"{where}[{place}]")
        case date() if not EARLIEST < taken.year < LATEST:
            yield f"The date lies outside {EARLIEST} to {LATEST} - at `{where}`"
