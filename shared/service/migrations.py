"""Migrations: plain SQL run by dbmate, the store's (0001–0999) and the service's own (from 1000), one at a time."""

import asyncio
import os
import shutil
import sys
from importlib.resources import files
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit

from shared.eventstore.hosts import Hosts, NoPrimary
from shared.service.description import Service
from shared.settings import Settings

LOCK_TIMEOUT = "10000"
"""Milliseconds."""


class MigrationFailed(Exception):
    """What dbmate said."""


async def migrate(service: Service, settings: Settings) -> str:
    """Bring the database to the newest schema; what was applied, as dbmate prints it. Idempotent."""
    folders = _folders(service)
    try:
        primary = await Hosts(settings.database_url).primary()
    except NoPrimary as error:
        raise MigrationFailed(f"migrating {service.name} did not begin: {error}") from error
    process = await asyncio.create_subprocess_exec(
        _dbmate(),
        "--url",
        _dbmate_url(primary),
        "--migration-lock",
        "--no-dump-schema",
        *(part for folder in folders for part in ("--migrations-dir", folder)),
        "migrate",
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        env={**os.environ, "DATABASE_URL": ""},
    )
    output, _ = await process.communicate()
    if process.returncode != 0:
        raise MigrationFailed(
            f"migrating {service.name} failed; nothing of the failed step was kept:\n{output.decode()}"
        )
    return output.decode()


def _folders(service: Service) -> list[str]:
    packages = ("shared.eventstore", service.package)
    folders = [Path(str(files(package))) / "migrations" for package in packages]
    return [str(folder) for folder in folders if folder.is_dir()]


def _dbmate() -> str:
    beside = Path(sys.executable).with_name("dbmate")
    found = str(beside) if beside.exists() else shutil.which("dbmate")
    if found is None:
        raise MigrationFailed("dbmate was not found; install requirements/runtime.txt")
    return found


def _dbmate_url(url: str) -> str:
    """The same address in dbmate's spelling: a socket folder is `socket=`; TLS is off unless `sslmode` says so.

    dbmate knows one server only. A migration that has to wait for a lock holds up whoever comes after it: not for long.
    """
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query))
    if query.get("host", "").startswith("/"):
        query["socket"] = query.pop("host")
        query.pop("port", None)
    if query.get("sslmode", "prefer") == "prefer":
        query["sslmode"] = "disable"
    query |= {"lock_timeout": LOCK_TIMEOUT, "connect_timeout": "5"}
    return f"postgres://{parts.netloc}{parts.path}?{urlencode(query, safe='/')}"
