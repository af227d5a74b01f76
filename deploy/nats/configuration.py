"""What every NATS server of ours is told, whoever starts it: accounts, users, limits; as trees, like JSON."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from shared.messaging.permissions import domain_of, grants, loans
from shared.messaging.subjects import heartbeat_subject

Tree = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Member:
    """A service as the broker knows it. A test compares it with the service's own description."""

    name: str
    decides: bool
    hears: tuple[str, ...]


MEMBERS = (
    Member("partnerships", decides=True, hears=()),
    Member("intake", decides=True, hears=("partnerships", "credentials")),
    Member("credentials", decides=True, hears=("intake", "partnerships")),
    Member("oversight", decides=False, hears=("partnerships", "intake", "credentials")),
)
"""Written down, because the embedded broker starts while the services are still being imported."""

ROUTES_USER = "routes"

LIMITS = {
    "max_payload": 262_144,  # bytes. A fact has at most 48 KiB, its envelope little more
    "max_connections": 512,  # a process has one
    "max_subscriptions": 1_000,  # of one connection; a process needs a dozen
}


def accounts(prefix: str, password_of: Callable[[str], object], members: Sequence[Member] = MEMBERS) -> Tree:
    """An account for each service, with its one user, and what the accounts lend each other."""
    return {member.name: _account(prefix, member, password_of(member.name), members) for member in members}


def one_account(user: str, password: str) -> Tree:
    """One user who may do everything, for tests; what others say is found under the same names as with accounts."""
    logs = [member.name for member in MEMBERS if member.decides]
    return {
        "authorization": {"user": user, "password": password},
        "mappings": {f"$JS.{domain_of(log)}.API.>": "$JS.API.>" for log in logs},
    }


def jetstream(store: object, *, durable: bool = True) -> Tree:
    """`sync_interval: always`: the default loses acknowledged messages in a power cut, with three replicas too.

    Streams are files; nothing of ours lives in memory. `max_file_store` is 100 GiB, and may exceed the disk.
    Without it a server takes a share of what is free when it starts: on a full disk none, for as long as it runs.
    """
    told = {"store_dir": store, "max_memory_store": 67_108_864, "max_file_store": 107_374_182_400}
    return told | ({"sync_interval": "always"} if durable else {})


def cluster(host: object, port: int, routes: object, password: object) -> Tree:
    """Servers find each other by the addresses in `routes`, and ask each other for a user and a password of their own.

    They tell clients of no other server: a client is told all of them in `CONSORTIA_NATS_URL`.
    """
    return {
        "name": "consortia",
        "host": host,
        "port": port,
        "no_advertise": True,
        "authorization": {"user": ROUTES_USER, "password": password},
        "routes": routes,
    }


def _account(prefix: str, member: Member, password: object, members: Sequence[Member]) -> Tree:
    granted = grants(prefix, member.name, decides=member.decides, hears=member.hears)
    user = {
        "user": member.name,
        "password": password,
        "permissions": {
            "publish": {"allow": list(granted.publish)},
            "subscribe": {"allow": list(granted.subscribe)},
        },
    }
    account: Tree = {"users": [user]}
    if member.decides:
        account = {"jetstream": {"max_streams": 1}, **account, "exports": _exports(prefix, member.name, members)}
    if member.hears:
        account["imports"] = [each for log in member.hears for each in _imports(prefix, log, member.name)]
    return account


def _exports(prefix: str, log: str, members: Sequence[Member]) -> list[Tree]:
    listeners = [member.name for member in members if log in member.hears]
    services: dict[str, Tree] = {}
    for listener in listeners:
        for loan in loans(prefix, log, listener):
            many = {"response_type": "stream"} if loan.many else {}
            new: Tree = {"service": loan.subject} | many | {"accounts": []}
            services.setdefault(loan.subject, new)["accounts"].append(listener)
    return [*services.values(), {"stream": heartbeat_subject(prefix, log), "accounts": listeners}]


def _imports(prefix: str, log: str, listener: str) -> list[Tree]:
    services = [
        {"service": {"account": log, "subject": loan.subject}}
        | ({"to": loan.known_as} if loan.known_as != loan.subject else {})
        for loan in loans(prefix, log, listener)
    ]
    return [*services, {"stream": {"account": log, "subject": heartbeat_subject(prefix, log)}}]
