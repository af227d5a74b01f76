"""Samples of a fact from its struct: among them every field present and absent, every word of a vocabulary, the limits.

Deterministic: the same struct gives the same bytes, so that a changed one shows as samples that are not kept yet. They
name things and positions, no people: what is generated could be published.
"""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any
from uuid import UUID, uuid5

import msgspec
from msgspec import inspect
from msgspec.inspect import (
    BoolType,
    DateTimeType,
    DateType,
    DictType,
    IntType,
    LiteralType,
    NoneType,
    StrType,
    StructType,
    Type,
    UnionType,
    UUIDType,
    VarTupleType,
)

from shared.contracts.partnerships.agreements import Currency, Share, SpdxId, Sum
from shared.contracts.partnerships.calendars import ClockTime, Zone
from shared.contracts.values import Base64, Digest, Jurisdiction, Percent, PublicKey, Slug
from shared.kernel import Fact
from shared.kernel.values import LanguageTag

NAMES = UUID("0198a000-0000-7000-8000-000000000000")
LONGEST = 400
"""Characters of the longest text made; limits above are not sampled, for a fact must stay below its own."""
ABSENT = object()


def _pattern(annotated: Any) -> str:
    return str(annotated.__metadata__[0].pattern)


PATTERNS: dict[str, Sequence[str]] = {
    _pattern(Slug): ("academic-approval", "a1", "rapid-response-welding-" + "x" * 57),
    _pattern(LanguageTag): ("en", "fr-CA", "mic"),
    _pattern(Digest): ("sha-256:" + "0123456789abcdef" * 4,),
    _pattern(Jurisdiction): ("CA-NS", "CA"),
    _pattern(Percent): ("88%", "100.0%", "0.1234%"),
    _pattern(Base64): ("eyJuIjoxfQ==", "", "+/8="),
    _pattern(PublicKey): ("11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=",),
    _pattern(Share): ("100", "33.3333", "0"),
    _pattern(Sum): ("12500.00", "0", "9" * 12 + ".99"),
    _pattern(Currency): ("CAD",),
    _pattern(SpdxId): ("CC-BY-4.0", "MIT"),
    _pattern(Zone): ("America/Halifax", "UTC", "America/Argentina/Buenos_Aires", "Etc/GMT+12"),
    _pattern(ClockTime): ("09:00", "00:00", "23:59"),
    r"^[a-z0-9_]{1,60}(?!\n)$": ("wish_to_continue", "completion_rate", "x" * 60),
}
"""Texts for every pattern a contract states, up to its limits."""
TEXTS: dict[str, Sequence[str]] = {
    "key": ("00ff12ab34cd56ef",),
    "scopes": ("read", "propose", "sign-off"),
    "language": ("en", "fr-CA"),
    "reference": ("Senate resolution 2023-14",),
    "value": ("health", "5000.00"),
    "platform": ("Brightspace",),
    "payload_type": ("application/vnd.consortia.sign-off+json",),
    "words": ("Weld overhead, to the standard of the trade.", "Souder au plafond, selon la norme du métier.", "…"),
}
"""Texts by the name of their field, where nothing is said of their form."""


def samples(kind: type[Fact]) -> list[bytes]:
    """The fact's bytes: the first with every field, the others with every other choice."""
    made = _structs(inspect.type_info(kind), kind.fact_tag())
    return [msgspec.json.encode(one) for one in made]


def _values(shape: Type, path: str) -> list[Any]:
    """Each choice the type leaves, as JSON."""
    match shape:
        case inspect.Metadata(type=inner):
            return _values(inner, path)
        case StructType():
            return list(_structs(shape, path))
        case UnionType(types=types):
            texts = [one for one in types if isinstance(one, StrType)][
                :-1
            ]  # msgspec reads texts by the last one's form
            read = [one for one in types if one not in texts]
            return [value for place, one in enumerate(read) for value in _values(one, f"{path}|{place}")]
        case VarTupleType(item_type=item, min_length=least):
            return [_values(item, f"{path}[]"), *([] if least else [[]])]
        case DictType(key_type=keys, value_type=values, min_length=least):
            return [_mapping(keys, values, path), *([] if least else [{}])]
        case LiteralType(values=words):
            return list(words)
        case _:
            return _plain(shape, path)


def _plain(shape: Type, path: str) -> list[Any]:
    match shape:
        case NoneType():
            return [None]
        case BoolType():
            return [True, False]
        case IntType(ge=least, le=most):
            highest = 2_000_000_000 if most is None else int(most)
            return [1 if least is None else least, min(40, highest), highest]
        case StrType():
            return list(_texts(shape, path))
        case UUIDType():
            return [str(uuid5(NAMES, path))]
        case DateTimeType():
            return ["2023-05-01T13:30:00Z", "2023-05-01T09:30:00.123456-04:00"]
        case DateType():
            return ["2023-05-15", "2199-12-31"]
        case _:
            raise TypeError(f"{path} is a {type(shape).__name__}: say here which values show all it can be")


def _texts(shape: StrType, path: str) -> Iterator[str]:
    if shape.pattern is not None:
        if shape.pattern not in PATTERNS:
            raise TypeError(f"{path} has a pattern nobody gave texts for: add some to PATTERNS, up to its limits")
        yield from PATTERNS[shape.pattern]
        return
    name = path.rpartition(".")[2].strip("[]{}|0123456789")
    yield from TEXTS.get(name, TEXTS["words"])
    if shape.max_length is not None and shape.max_length <= LONGEST:
        yield "é" * shape.max_length


def _mapping(keys: Type, values: Type, path: str) -> dict[str, Any]:
    names, contents = _values(keys, f"{path}{{}}"), _values(values, f"{path}{{}}")
    longest = max(len(names), len(contents)) if isinstance(keys, UnionType) else len(names)
    return dict(zip(islice(_round(names), longest), islice(_round(contents), longest), strict=True))


def _structs(shape: Type, path: str) -> Iterator[dict[str, Any]]:
    assert isinstance(shape, StructType)
    tagged = {} if shape.tag is None else {str(shape.tag_field): shape.tag}
    choices = {
        field.encode_name: [*_values(field.type, f"{path}.{field.name}"), *([] if field.required else [ABSENT])]
        for field in shape.fields
    }
    for place in range(max(map(len, choices.values()), default=1)):
        chosen = {name: values[place % len(values)] for name, values in choices.items()}
        yield tagged | {name: value for name, value in chosen.items() if value is not ABSENT}


def _round(values: Sequence[Any]) -> Iterator[Any]:
    while True:
        yield from values
