"""No file of the servers holds contact data, nor a signer's name, in any form: not before the erasure, not after it.

Servers of this test's own, that write down every statement with its values; services that log all they can. What is
sought is random, shorter than what PostgreSQL would compress (2 kB), and sought in pieces too, in case it did anyway.
"""

import secrets
import shutil
import string
import tempfile
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import pytest
import pytest_asyncio

from deploy.local.nats import Nats
from deploy.local.postgres import Postgres
from deploy.local.stack import run_services
from shared.eventstore.vocabulary import SealedNote
from shared.observability import configure
from tests.services.credentials.journeys import World, requested
from tests.support.community import Communities
from tests.support.running import Running, client, served
from tests.support.traces import files, forms, found, pieces

pytestmark = [pytest.mark.servers, pytest.mark.slow]
V1 = "/partnerships/v1"
CHANGES = 66
"""More facts of one person than go without a snapshot."""
TELL_ALL = {
    "log_statement": "all",
    "log_parameter_max_length": "-1",
    "log_min_messages": "debug1",
    "wal_keep_size": "1GB",
}
CYRILLIC = "абвгдежзиклмнопрстуфхцчшэюя"


def chance(letters: str, length: int) -> str:
    return "".join(secrets.choice(letters) for _ in range(length))


@dataclass
class Secrets:
    """What nobody may find. Each is in every piece of contact data of its kind."""

    latin: str = field(default_factory=lambda: chance(string.ascii_letters + string.digits, 16))
    cyrillic: str = field(default_factory=lambda: chance(CYRILLIC, 12))
    digits: str = field(default_factory=lambda: chance("123456789", 15))
    language: str = field(default_factory=lambda: chance(string.ascii_letters, 8))
    signed: str = field(default_factory=lambda: chance(string.ascii_letters, 16))
    reason: str = field(default_factory=lambda: chance(string.ascii_letters, 16))

    def contact(self, number: int) -> dict[str, str]:
        return {
            "name": f"{self.cyrillic} {self.latin}-{number}",
            "email": f"{number}.{self.latin}@college.example",
            "phone": f"+{self.digits} ext. {number}",
            "language": f"qaa-{self.language}",
        }

    def sought(self) -> dict[str, bytes]:
        whole = (self.latin, self.cyrillic, self.digits, self.language, self.signed, self.reason)
        parts = (self.latin, self.cyrillic, self.signed, self.reason)
        return {f"{words} as {form}": one for words in whole for form, one in forms(words).items()} | {
            f"{words} {piece}": one for words in parts for piece, one in pieces(words).items()
        }


@dataclass
class Installation:
    """Servers of one's own, the services on them, and every folder any of them writes to."""

    running: Running
    postgres: Postgres
    folder: Path
    secret: Secrets = field(default_factory=Secrets)

    async def on_disk(self) -> list[Path]:
        """Every file, once all that is in memory was written; the WAL too."""
        for service in self.running.platforms:
            await self.ask("checkpoint", service)
        await self.ask("select pg_switch_wal()", "partnerships")
        return list(files(self.folder, self.postgres.data))

    async def ask(self, statement: str, service: str, *values: Any) -> list[asyncpg.Record]:
        connection = await asyncpg.connect(self.postgres.url(f"plain_{service}"))
        try:
            return list(await connection.fetch(statement, *values))
        finally:
            await connection.close()


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    made = Path(tempfile.mkdtemp(prefix="consortia-contact-"))
    made.chmod(0o755)  # PostgreSQL runs as somebody else where we are root
    yield made
    shutil.rmtree(made)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def installation(folder: Path) -> AsyncIterator[Installation]:
    postgres = Postgres.start(folder / "postgres", settings=TELL_ALL)
    nats = Nats.start(folder / "nats")
    try:
        with (folder / "services.log").open("w", buffering=1) as log:
            configure("debug", log)
            async with (
                run_services(postgres, nats, folder / "keys", prefix="plain", database_prefix="plain_") as stack,
                served(stack) as running,
            ):
                yield Installation(running, postgres, folder)
    finally:
        configure()
        nats.stop()
        postgres.stop()
        Nats.remove(folder / "nats")
        Postgres.remove(folder / "postgres")


@dataclass
class Worked:
    """What was done: who was erased later, and what could be read before."""

    world: World
    person: str
    rows: list[SealedNote]
    sign_off: str


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def worked(installation: Installation) -> AsyncIterator[Worked]:
    """A dean with contact data, changed many times, who signs off by name; wrong contact data is refused on the way."""
    secret, running = installation.secret, installation.running
    async with client(running.url) as http:
        world = await requested(Communities(running, http))
        here, person = world.community, world.community.persons["dana"]
        path = f"{V1}/persons/{person}/contact"
        for number in range(CHANGES):
            await here.person("dana").post(path, secret.contact(number))
        await here.coordinator.post(f"{V1}/persons", secret.contact(CHANGES))
        for wrong in ({"email": f"no at {secret.latin}"}, {"phone": secret.latin}, {"name": f"{secret.latin}\n"}):
            await here.coordinator.refused(400, path, wrong)
        await here.coordinator.refused(400, path, {"name": [secret.latin]})
        await here.coordinator.refused(400, path, {"name": secret.latin, "name ": secret.latin})
        for read in (f"{V1}/persons/{person}", f"{V1}/persons", f"{V1}/whoami"):
            assert secret.latin in str(
                await here.person("dana" if read.endswith("whoami") else "coordinator").get(read)
            )
        snapshots = running.platforms["partnerships"].commands.snapshots
        assert snapshots is not None
        await snapshots.settled()
        for position in ("plant/foreman", "clinic/chief"):
            await world.sign(position, "industry-validation", "endorse")
        asked = await world.given("approval", "approve", signed_as={"name": secret.signed})
        sign_off = await world.as_("nscc/dean").post(f"{world.path}/steps/approval/sign-offs", asked)
        assert sign_off["signed_as"] == {"name": secret.signed, "title": {"en": "dean"}}
        rows = await installation.ask("select * from store.notes where retention = 'contact'", "partnerships")
        kept = [SealedNote(**{name: row[name] for name in SealedNote.__struct_fields__}) for row in rows]
        yield Worked(world, person, kept, sign_off["id"])


async def test_the_search_finds_what_is_there(worked: Worked, installation: Installation) -> None:
    known = forms(worked.world.community.key) | {"the person": worked.person.encode()}
    there = "\n".join(found(known, await installation.on_disk()))
    for place in ("/base/", "/pg_wal/", "/nats/", "/postgres.log", "/services.log"):
        assert place in there, f"{known} is not found in {place}"


async def test_before_the_erasure_no_file_holds_contact_data_or_a_signer_s_name(
    worked: Worked, installation: Installation
) -> None:
    assert len(await installation.ask("select from store.snapshots where stream like 'person-%'", "partnerships")) > 0
    assert [row[0] for row in await installation.ask("show wal_compression", "partnerships")] == ["off"]
    among = await installation.on_disk()
    assert len(among) > 500
    assert found(installation.secret.sought(), among) == []


async def test_what_is_sealed_stays_in_the_files_so_that_only_its_key_can_be_destroyed(
    worked: Worked, installation: Installation
) -> None:
    assert len(worked.rows) == 2, "of each person the contact data as it is, and nothing of what it was"
    sealed = {str(one.id): one.sealed for one in worked.rows}
    assert any("/pg_wal/" in place for place in found(sealed, await installation.on_disk()))


async def test_after_the_erasure_nothing_opens_it_and_every_fact_and_signed_name_stays(
    worked: Worked, installation: Installation
) -> None:
    world, person, running = worked.world, worked.person, installation.running
    platform = running.platforms["partnerships"]
    vault, key_file = platform.persons(), next(platform.settings.person_keys_folder.rglob(f"*{UUID(person).hex}.key"))
    own = next(one for one in worked.rows if _opens(platform, person, one))
    key, before = key_file.read_bytes(), await platform.store.page(0, 10_000)
    assert found({"the key": key}, files(installation.postgres.data, installation.folder / "nats")) == []
    async with client(running.url) as http:
        world.community.http = http
        await world.community.coordinator.post(
            f"{V1}/persons/{person}/erase", {"reason": f"They left. {installation.secret.reason}"}
        )
        assert vault.open(UUID(person), own) is None
        assert await platform.store.note(world.community.key, own.id) is None
        seen = await world.community.coordinator.get(f"{V1}/persons/{person}")
        assert (seen["contact"], seen["erased_at"] is None) == (None, False)
        step = next(one for one in (await world.read())["steps"] if one["key"] == "approval")
    (signed,) = (one for one in step["sign_offs"] if one["sign_off"] == worked.sign_off)
    assert signed["signed_as"] == {"name": installation.secret.signed, "title": {"en": "dean"}}
    after = await platform.store.page(0, 10_000)
    assert after[: len(before)] == before
    assert [one.topic for one in after[len(before) :]] == ["partnerships.person-erased.v1"]

    among = await installation.on_disk()
    assert found(installation.secret.sought() | {"the key": key}, among) == []
    assert found({"sealed": own.sealed}, among), "its bytes are still in the files; nobody can open them"


def _opens(platform: Any, person: str, sealed: SealedNote) -> bool:
    try:
        return platform.persons().open(UUID(person), sealed) is not None
    except ValueError:
        return False
