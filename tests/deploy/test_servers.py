"""The embedded servers, really started: as who runs the tests and, when that is root, as an ordinary user too."""

import asyncio
import json
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import textwrap
import time
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import nats
import pytest

from deploy.local import places
from deploy.local.nats import Nats
from deploy.local.postgres import Postgres
from deploy.local.processes import CannotStart

pytestmark = pytest.mark.servers
CHECKOUT = Path(__file__).resolve().parents[2]


@pytest.fixture
def data() -> Iterator[Path]:
    """A folder every user may pass to; pytest's own tmp_path is closed to others."""
    folder = Path(tempfile.mkdtemp(prefix="consortia-test-"))
    folder.chmod(0o755)
    yield folder
    for server, name in ((Postgres, "postgres"), (Nats, "nats")):
        if (folder / name).exists():
            server.remove(folder / name)
    folder.chmod(0o700)
    shutil.rmtree(folder)


async def remember(postgres: Postgres, word: str) -> None:
    postgres.create_database("memory")
    connection = await asyncpg.connect(postgres.url("memory"))
    await connection.execute("CREATE TABLE IF NOT EXISTS words (word text)")
    await connection.execute("INSERT INTO words VALUES ($1)", word)
    await connection.close()


async def remembered(postgres: Postgres) -> list[str]:
    connection = await asyncpg.connect(postgres.url("memory"))
    words = [row["word"] for row in await connection.fetch("SELECT word FROM words")]
    await connection.close()
    return words


async def test_postgres_keeps_its_data_over_a_stop_and_a_start(data: Path) -> None:
    first = Postgres.start(data / "postgres")
    await remember(first, "kept")
    first.stop()
    second = Postgres.start(data / "postgres")
    try:
        assert await remembered(second) == ["kept"]
    finally:
        second.stop()


async def test_postgres_starts_again_after_every_one_of_its_processes_was_killed(data: Path) -> None:
    first = Postgres.start(data / "postgres")
    await remember(first, "kept")
    os.kill(first._process.pid, signal.SIGKILL)
    first.stop()
    second = Postgres.start(data / "postgres")
    try:
        assert await remembered(second) == ["kept"]
    finally:
        second.stop()


async def test_the_defaults_are_durable_private_and_unicode(data: Path) -> None:
    postgres = Postgres.start(data / "postgres")
    connection = await asyncpg.connect(postgres.url("postgres"))
    shown = {
        name: await connection.fetchval(f"SHOW {name}")
        for name in ("fsync", "data_checksums", "listen_addresses", "server_encoding", "timezone")
    }
    await connection.close()
    postgres.stop()
    assert shown == {
        "fsync": "on",
        "data_checksums": "on",
        "listen_addresses": "",
        "server_encoding": "UTF8",
        "timezone": "UTC",
    }
    assert postgres.place.sockets.stat().st_mode & 0o077 == 0


async def test_creating_a_database_twice_keeps_the_first(data: Path) -> None:
    postgres = Postgres.start(data / "postgres", durable=False)
    await remember(postgres, "first")
    postgres.create_database("memory")
    words = await remembered(postgres)
    postgres.stop()
    assert words == ["first"]


def test_a_folder_in_use_is_refused_with_what_to_do(data: Path) -> None:
    postgres = Postgres.start(data / "postgres", durable=False)
    try:
        with pytest.raises(CannotStart, match=r"\./dev down"):
            Postgres.start(data / "postgres")
        with pytest.raises(CannotStart, match=r"\./dev down"):
            Postgres.remove(data / "postgres")
    finally:
        postgres.stop()


def test_a_half_made_cluster_is_made_again(data: Path) -> None:
    half = places.postgres_place(data / "postgres").root / "cluster.new"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18")
    Postgres.start(data / "postgres", durable=False).stop()
    assert not half.exists()


def test_a_pid_file_that_names_a_stranger_stops_neither_the_start_nor_the_stranger(data: Path) -> None:
    Postgres.start(data / "postgres", durable=False).stop()
    with subprocess.Popen(["sleep", "60"]) as stranger:
        (places.postgres_place(data / "postgres").cluster / "postmaster.pid").write_text(f"{stranger.pid}\n")
        Postgres.start(data / "postgres", durable=False).stop()
        assert stranger.poll() is None
        stranger.kill()


def test_a_path_too_long_for_a_socket_gets_a_short_one(data: Path) -> None:
    deep = data / ("x" * 60) / ("y" * 60) / "postgres"
    postgres = Postgres.start(deep, durable=False)
    sockets = postgres.place.sockets
    postgres.stop()
    assert len(str(sockets / places.SOCKET_NAME)) <= places.LONGEST_SOCKET_PATH
    Postgres.remove(deep)
    assert not sockets.exists()


def test_removing_takes_only_what_was_made(data: Path) -> None:
    Postgres.start(data / "postgres", durable=False).stop()
    (data / "postgres" / "my-notes.txt").write_text("mine")
    Postgres.remove(data / "postgres")
    assert sorted(path.name for path in (data / "postgres").iterdir()) == ["lock", "my-notes.txt"]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs PostgreSQL as another user")
def test_root_below_a_closed_folder_keeps_the_data_elsewhere_and_opens_nothing(data: Path) -> None:
    closed = data / "closed"
    closed.mkdir(mode=0o700)
    postgres = Postgres.start(closed / "postgres", durable=False)
    postgres.stop()
    assert postgres.data.parent == Path("/var/tmp")
    assert postgres.data.stat().st_uid == 0
    assert closed.stat().st_mode & 0o777 == 0o700
    Postgres.remove(closed / "postgres")
    assert not postgres.data.exists()


async def test_nats_keeps_its_streams_and_password_over_a_kill(data: Path) -> None:
    first = Nats.start(data / "nats")
    client = await nats.connect(first.url)
    await client.jetstream().add_stream(name="words", subjects=["words"])
    await client.jetstream().publish("words", b"kept")
    await client.close()
    os.kill(first._process.pid, signal.SIGKILL)
    first.stop()
    second = Nats.start(data / "nats")
    client = await nats.connect(second.url)
    kept = await client.jetstream().get_msg("words", seq=1)
    await client.close()
    second.stop()
    assert kept.data == b"kept"
    assert second.passwords == first.passwords


async def test_nats_asks_for_a_password_and_keeps_it_private(data: Path) -> None:
    server = Nats.start(data / "nats", durable=False)
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    greeting = (await reader.readline()).decode()
    writer.close()
    await writer.wait_closed()
    server.stop()
    assert json.loads(greeting.removeprefix("INFO "))["auth_required"] is True
    assert (data / "nats").stat().st_mode & 0o077 == 0
    for name in ("password", "nats.conf"):
        assert (data / "nats" / name).stat().st_mode & 0o077 == 0


def test_nats_says_so_when_its_port_is_taken(data: Path) -> None:
    first = Nats.start(data / "nats", durable=False)
    with pytest.raises(CannotStart, match="port"):
        Nats.start(data / "nats-2", port=first.port, durable=False)
    first.stop()


STARTER = textwrap.dedent("""
    import sys, time
    from pathlib import Path
    from deploy.local.nats import Nats
    from deploy.local.postgres import Postgres
    data = Path(sys.argv[1])
    postgres, nats = Postgres.start(data / "postgres"), Nats.start(data / "nats")
    postgres.create_database("memory")
    print(postgres._process.pid, nats._process.pid, flush=True)
    time.sleep(60 if sys.argv[2] == "stay" else 0)
    postgres.stop(), nats.stop()
""")


def starter(data: Path, how: str, user: int | None = None) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", STARTER, data, how],
        cwd=CHECKOUT,
        env=os.environ | {"PYTHONPATH": str(CHECKOUT)},
        stdout=subprocess.PIPE,
        text=True,
        user=user,
        group=user,
        extra_groups=[] if user is not None else None,
    )


def runs(pid: int) -> bool:
    try:
        return "State:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except FileNotFoundError:
        return False


def test_killing_the_starter_ends_its_servers_and_the_next_start_is_clean(data: Path) -> None:
    with starter(data, "stay") as first:
        assert first.stdout is not None
        pids = [int(pid) for pid in first.stdout.readline().split()]
        first.kill()
    deadline = time.monotonic() + 15
    while any(runs(pid) for pid in pids) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not any(runs(pid) for pid in pids)
    with starter(data, "leave") as second:
        second.communicate(timeout=60)
    assert second.returncode == 0


def test_an_orphan_that_outlived_its_starter_is_found_and_stopped(data: Path) -> None:
    postgres = Postgres.start(data / "postgres", durable=False)
    os.close(postgres._hold)  # as if the starter had ended without its server noticing
    orphan = postgres._process
    again = Postgres.start(data / "postgres", durable=False)
    again.stop()
    assert orphan.wait(timeout=5) == 0


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
def test_an_ordinary_user_starts_them_too(data: Path) -> None:
    ordinary = pwd.getpwnam("nobody").pw_uid
    try:
        subprocess.run([sys.executable, "-c", "import deploy"], user=ordinary, group=ordinary, cwd=CHECKOUT, check=True)
    except (PermissionError, subprocess.CalledProcessError):
        pytest.skip("an ordinary user cannot reach this Python or this checkout")
    os.chown(data, ordinary, ordinary)
    with starter(data, "leave", user=ordinary) as started:
        out, _ = started.communicate(timeout=60)
    assert started.returncode == 0
    assert len(out.split()) == 2
    assert (data / "postgres" / "cluster").stat().st_uid == ordinary
    for folder in (data / "postgres", data / "nats"):
        shutil.rmtree(folder)
