"""`shared/messaging/examples.jsonl`: one sample of each fact, chosen from the golden files, in its stream."""

import json
from pathlib import Path
from uuid import NAMESPACE_URL, UUID, uuid5

from msgspec import Raw
from msgspec.json import encode

from deploy.docs.facts import categories
from shared.contracts import LOGS, facts_of
from shared.kernel import stream_id
from shared.messaging.examples import Example

ROOT = Path(__file__).resolve().parents[2]
GOLDEN = ROOT / "tests" / "shared" / "contracts" / "golden"
FILE = ROOT / "shared" / "messaging" / "examples.jsonl"


def lines() -> bytes:
    """The whole file."""
    chosen = [
        _example(tag, category[kind])
        for log in LOGS
        for category in [categories(log)]
        for tag, kind in facts_of(log).items()
    ]
    return b"".join(encode(one) + b"\n" for one in chosen)


def _example(tag: str, category: str) -> Example:
    """The shortest one recorded; where none was, the generated one with every field."""
    log, _, name = tag.partition(".")
    kept = [GOLDEN / log / name / f"{kind}-1.stored.jsonl" for kind in ("recorded", "generated")]
    data = next(file for file in kept if file.exists()).read_bytes().splitlines()[0]
    return Example(tag, stream_id(category, _key(category, json.loads(data))), Raw(data))


def _key(category: str, fact: dict[str, object]) -> UUID:
    try:
        return UUID(str(fact.get(category)))
    except ValueError:  # a community is known by its key, a key by its number
        return uuid5(NAMESPACE_URL, category)
