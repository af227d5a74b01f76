"""A login that is no superuser and may make no roles, on a database it owns: as deploy/postgres/roles.sql describes."""

import asyncpg
import pytest

from services.intake.app import SERVICE
from shared.service.migrations import migrate
from shared.service.platform import open_platform
from shared.settings import Settings
from tests.support.databases import drop, fresh_name
from tests.support.servers import Servers

pytestmark = pytest.mark.servers


async def test_a_service_migrates_and_works_as_an_ordinary_login(servers: Servers) -> None:
    name = fresh_name()
    await servers_run(
        servers,
        *(
            f"DO $$ BEGIN CREATE ROLE {role} NOLOGIN; EXCEPTION WHEN duplicate_object OR unique_violation THEN END $$"
            for role in ("consortia_owner", "consortia_appender", "consortia_projector", "consortia_importer")
        ),
        f"CREATE ROLE {name} LOGIN",
        f"GRANT consortia_owner, consortia_appender, consortia_projector TO {name}",
        f"CREATE DATABASE {name} OWNER {name}",
    )
    url = servers.postgres.url(name).replace("consortia@", f"{name}@")
    settings = Settings(url, servers.nats.url, str(servers.folder / "keys" / name), nats_prefix=name)
    try:
        await migrate(SERVICE, settings)
        async with open_platform(SERVICE, settings) as platform:
            in_the_way = await platform.ready()
            assert [name for name in in_the_way if not name.startswith("freshness of")] == []  # nobody else runs here
            assert await platform.store.last_index() == 0
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await platform.pool.execute("update store.head set last_index = 7")
    finally:
        await drop(servers, name)
        await servers_run(servers, f"DROP ROLE {name}")


async def servers_run(servers: Servers, *statements: str) -> None:
    connection = await asyncpg.connect(servers.postgres.url("postgres"))
    try:
        for statement in statements:
            await connection.execute(statement)
    finally:
        await connection.close()
