"""The broker of the embedded stack, of one NATS server or of three; their passwords; who has ended.

It holds nothing that the databases do not. So each start has the streams of its own kind only: those of the other kind
are removed, and filled anew by the relays.
"""

import asyncio
import secrets
from pathlib import Path
from typing import Protocol

import msgspec
import structlog

from deploy.local.kept import write
from deploy.local.nats import Nats, Users
from deploy.local.nats_cluster import NatsCluster, folders
from deploy.local.processes import CannotStart
from deploy.nats.configuration import MEMBERS

log = structlog.get_logger(__name__)
LOOK = 1.0
"""Seconds between looks whether a server has ended."""


class Broker(Protocol):
    """One server or several. `replicas` of them keep each stream."""

    @property
    def servers(self) -> tuple[Nats, ...]: ...

    @property
    def replicas(self) -> int: ...

    def url_for(self, service: str) -> str:
        """What that service's `CONSORTIA_NATS_URL` would be."""

    def stop(self) -> None: ...


def start(data: Path, servers: int) -> Broker:
    """Start one server or three on the folders below `data`, with a user for each service."""
    users = Users(kept_passwords(data / "nats-passwords.json"))
    _remove_all(folders(data) if servers == 1 else [data / "nats"])
    return Nats.start(data / "nats", users=users) if servers == 1 else NatsCluster.start(data, users)


def was_another(data: Path, servers: int) -> bool:
    """Whether what is kept in `data` is of the other kind, whose streams the next start removes."""
    return any((folder / "jetstream").exists() for folder in (folders(data) if servers == 1 else [data / "nats"]))


def remove(data: Path) -> None:
    """Remove what `start` made below `data`, whatever its kind."""
    _remove_all([data / "nats", *folders(data)])
    (data / "nats-passwords.json").unlink(missing_ok=True)


async def watch(broker: Broker) -> None:
    """Say once of each server that it has ended: nobody starts it again."""
    told: set[Path] = set()
    while True:
        ended = [server.data for server in broker.servers if server.has_ended]
        for folder in ended:
            if folder not in told:
                on = len(broker.servers) - len(ended)
                log.error("nats-server-ended", folder=str(folder), of=len(broker.servers), **_what_now(on, broker))
        told.update(ended)
        await asyncio.sleep(LOOK)


def kept_passwords(path: Path) -> dict[str, str]:
    """A password for each service, made at the first start; readable by the owner of the file only."""
    try:
        kept = msgspec.json.decode(path.read_bytes(), type=dict[str, str])
    except FileNotFoundError:
        kept = {}
    except (msgspec.DecodeError, PermissionError) as error:
        raise CannotStart(f"{path} cannot be read ({error}). Remove it; new passwords are made.") from None
    missing = {member.name: secrets.token_urlsafe(24) for member in MEMBERS if not kept.get(member.name)}
    if missing:
        write(path, kept | missing)
    return kept | missing


def _what_now(left: int, broker: Broker) -> dict[str, object]:
    goes_on = left > len(broker.servers) / 2
    so = "facts go on to the others" if goes_on else "facts wait in the databases"
    return {"left": left, "so": so, "next": "./dev down and ./dev up start it again"}


def _remove_all(all_of: list[Path]) -> None:
    for folder in all_of:
        if folder.exists():
            Nats.remove(folder)
