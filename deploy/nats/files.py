"""The files in this folder, for NATS servers that others start: `python -m deploy.docs` writes them.

Passwords stand in the servers' environment. The files listen on loopback, or where the environment says.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from deploy.nats.configuration import LIMITS, MEMBERS, Member, Tree, accounts, cluster, jetstream

FOLDER = Path(__file__).parent
COMMAND = "python -m deploy.docs"
WIDTH = 150

WRITTEN = f"""Written from shared/messaging/permissions.py by `{COMMAND}`; a test fails when it is stale. Do not edit.
NATS_STORE is the folder it keeps its data in. That and the passwords come from the environment of the server.
Passwords: letters and digits, a letter first, never empty."""

ONE = """One NATS server. It listens on loopback. Inside a network of containers, where nothing reaches it from outside,
tell it otherwise: nats-server --config nats.conf --addr 0.0.0.0"""

THREE = """One of three NATS servers, each of which keeps every stream: the services need CONSORTIA_NATS_REPLICAS=3.
From its environment:
NATS_SERVER_NAME  nats-1, nats-2 or nats-3; it stays with the server's data
NATS_HOST         the address it listens on, for clients and for the other servers, which do not reach its loopback
NATS_ROUTES       all three: [nats-route://routes:PASSWORD@nats-1:6222, nats-route://routes:PASSWORD@nats-2:6222, …]
NATS_ROUTES_PASSWORD  that same password"""

ACCOUNTS = """
An account and a user for each service: what is not listed is denied. An account holds its service's stream
and lends those who hear it what they need for that. Nobody else has a user, and nobody gets in without a password."""


@dataclass(frozen=True, slots=True)
class Variable:
    """Taken from the environment of the server."""

    name: str


def files(prefix: str = "facts") -> dict[Path, str]:
    """What each file holds."""
    return {FOLDER / "nats.conf": one(prefix), FOLDER / "cluster.conf": three(prefix)}


def one(prefix: str, members: Sequence[Member] = MEMBERS) -> str:
    """The configuration of a single server."""
    return _file(f"{ONE}\n{WRITTEN}", {"server_name": "nats", "host": "127.0.0.1"}, prefix, members)


def three(prefix: str, members: Sequence[Member] = MEMBERS) -> str:
    """The configuration of each of three servers."""
    host = Variable("NATS_HOST")
    routes = cluster(host, 6222, Variable("NATS_ROUTES"), Variable("NATS_ROUTES_PASSWORD"))
    who = {"server_name": Variable("NATS_SERVER_NAME"), "host": host}
    return _file(f"{THREE}\n{WRITTEN}", who, prefix, members, {"cluster": routes})


def password_of(service: str) -> Variable:
    """Where a server finds the password of that service's user."""
    return Variable(f"NATS_{service.upper().replace('-', '_')}_PASSWORD")


def _file(head: str, who: Tree, prefix: str, members: Sequence[Member], more: Tree | None = None) -> str:
    parts: tuple[tuple[str, Tree], ...] = (
        (head, who | {"port": 4222}),
        ("For health checks of its own host: /healthz", {"http": "127.0.0.1:8222"}),
        ("A fact is at most 48 KiB and its envelope little more; a process has one connection.", LIMITS),
        (str(jetstream.__doc__), {"jetstream": jetstream(Variable("NATS_STORE"))}),
        *(((str(cluster.__doc__), more),) if more else ()),
        (ACCOUNTS, {"accounts": accounts(prefix, password_of, members)}),
    )
    return "\n".join(f"{_comment(said)}\n{_entries(tree, '')}\n" for said, tree in parts)


def _comment(text: str) -> str:
    return "\n".join(f"# {line.strip()}".rstrip() for line in text.strip().splitlines())


def _entries(tree: Tree, margin: str) -> str:
    return "\n".join(f"{margin}{name}: {_value(value, margin, len(name) + 2)}" for name, value in tree.items())


def _value(value: object, margin: str, before: int) -> str:
    """On one line where it fits, else each of its parts on lines of its own."""
    flat = _flat(value)
    if len(margin) + before + len(flat) <= WIDTH or not isinstance(value, dict | list):
        return flat
    if isinstance(value, dict):
        return f"{{\n{_entries(value, margin + '  ')}\n{margin}}}"
    return "[\n" + "\n".join(_items(value, margin + "  ")) + f"\n{margin}]"


def _items(values: list[object], margin: str) -> Iterator[str]:
    for value in values:
        yield f"{margin}{_value(value, margin, 0)}"


def _flat(value: object) -> str:
    match value:
        case Variable(name):
            return f"${name}"
        case dict():
            return "{" + ", ".join(f"{name}: {_flat(each)}" for name, each in value.items()) + "}"
        case list():
            return "[" + ", ".join(map(_flat, value)) + "]"
        case _:
            return json.dumps(value)
