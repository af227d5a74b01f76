"""What a snapshot is read by: a digest that is another one whenever old bytes could come to mean another state."""

import hashlib
from collections.abc import Iterable
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

import msgspec

from shared.kernel import Decider

FORM = "fold-1"
"""How snapshots are written; every schema begins with it."""
BELOW_THE_DOMAIN = ("shared.kernel", "shared.contracts", "shared.authority", "shared.security", "shared.eventstore")
"""The packages whose code reads facts, or may be used in folding them."""


def code_digest(packages: Iterable[str]) -> str:
    """SHA-256 over every module of these packages: which code folds. It reads files: once per process, at its start."""
    digest = hashlib.sha256(msgspec.__version__.encode())
    for package in packages:
        modules = sorted(_modules(files(package), package))
        if not modules:
            raise FileNotFoundError(f"no source of {package}: states cannot be told from those of other code")
        for name, source in modules:
            digest.update(f"\0{name}\0{len(source)}\0".encode() + source)
    return digest.hexdigest()


def schema_of(decider: Decider[Any, Any], code: str) -> str:
    """The schema of a decider's states, as that code folds them: `fold-1-` and 32 hexadecimal digits."""
    shape = msgspec.json.encode(msgspec.json.schema(decider.states), order="sorted")
    said = b"\0".join((FORM.encode(), decider.category.encode(), code.encode(), shape))
    return f"{FORM}-{hashlib.sha256(said).hexdigest()[:32]}"


def _modules(folder: Traversable, name: str) -> Iterable[tuple[str, bytes]]:
    for one in folder.iterdir():
        if one.is_dir():
            yield from _modules(one, f"{name}.{one.name}")
        elif one.name.endswith(".py"):
            yield f"{name}.{one.name}", one.read_bytes()
