"""Which of several servers a connection leads to: a primary with its standby, one promoted, one fenced, one silent."""

import asyncio
import contextlib
import shutil
import socket
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from shared.eventstore import hosts, wakeup
from shared.eventstore.addresses import WrongAddress, each_of, name_of
from shared.eventstore.appending import opened
from shared.eventstore.connections import LOST, Connections, pool
from shared.eventstore.hint import Hint
from shared.eventstore.hosts import Hosts, NoPrimary
from shared.eventstore.vocabulary import VersionConflict
from shared.eventstore.wakeup import Listener
from shared.service.migrations import MigrationFailed, migrate
from shared.settings import Settings
from tests.shared.eventstore.requests import event, request, stream
from tests.support.cluster import Cluster, Node, cluster
from tests.support.patience import eventually, meanwhile

pytestmark = pytest.mark.servers
PLAIN = {"statement_timeout": "5000"}


@pytest.fixture(scope="module")
def servers() -> Iterator[Cluster]:
    folder = Path(tempfile.mkdtemp(prefix="consortia-test-"))
    folder.chmod(0o755)
    with cluster(folder) as made:
        made.create_database("things")
        made.until_level()
        yield made
    shutil.rmtree(folder)


async def where(address: str | Hosts) -> str:
    """The folder of the server a connection there leads to."""
    found = address if isinstance(address, Hosts) else Hosts(address)
    connection = await found.connect()
    try:
        return str(await connection.fetchval("show unix_socket_directories"))
    finally:
        await connection.close()


def address(*nodes: Node, more: str = "") -> str:
    return f"postgresql://consortia:secret@/things?host={','.join(node.sockets for node in nodes)}&port=5432{more}"


async def test_a_connection_leads_to_the_primary_wherever_it_stands_in_the_address(servers: Cluster) -> None:
    assert await where(address(servers.primary, servers.standby)) == servers.primary.sockets
    assert await where(address(servers.standby, servers.primary)) == servers.primary.sockets
    connection = await Connections(address(servers.standby, servers.primary), "consortia").open("test")
    assert await connection.fetchval("select pg_is_in_recovery()") is False
    await connection.close()


async def test_a_standby_alone_is_not_used_and_the_reason_names_each_server_but_no_password(servers: Cluster) -> None:
    nowhere = address(servers.standby).replace(servers.standby.sockets, f"{servers.standby.sockets},/nowhere")
    with pytest.raises(NoPrimary) as refused:
        await Hosts(nowhere).connect()
    assert f"{servers.standby.sockets}:5432: it is a standby" in str(refused.value)
    assert "/nowhere:5432: " in str(refused.value)
    assert "secret" not in str(refused.value)


async def test_who_only_reads_may_have_a_standby(servers: Cluster) -> None:
    either = address(servers.primary, servers.standby, more="&target_session_attrs=standby")
    assert await where(Hosts(either, only_read=True)) == servers.standby.sockets
    for wanted in ("standby", "any"):
        with pytest.raises(WrongAddress, match=f"target_session_attrs={wanted}"):
            Hosts(address(servers.primary, more=f"&target_session_attrs={wanted}"))


async def test_migrations_run_on_the_primary_and_say_so_where_there_is_none(servers: Cluster, tmp_path: Path) -> None:
    service = import_module("services.intake.app").SERVICE
    both = Settings(address(servers.standby, servers.primary), "nats://127.0.0.1", str(tmp_path))
    assert "0001_roles.sql" in await migrate(service, both)
    assert await migrate(service, both) == ""
    none = Settings(address(servers.standby), "nats://127.0.0.1", str(tmp_path))
    with pytest.raises(MigrationFailed, match=r"did not begin: no PostgreSQL server .* it is a standby"):
        await migrate(service, none)


async def test_a_pool_leaves_a_primary_that_was_made_to_take_no_writes(servers: Cluster) -> None:
    either = Hosts(address(servers.primary, servers.standby))
    write = "create table if not exists marks (mark text)"
    async with pool(either, PLAIN) as lent:
        await asyncio.gather(*(lent.execute("select pg_sleep(0.1)") for _ in range(3)))
        servers.primary.ask("alter system set default_transaction_read_only = on")
        servers.primary.ask("select pg_reload_conf()")

        async def writes() -> bool:
            with contextlib.suppress(*LOST):
                return await lent.execute(write) is not None
            return False

        async def writes_no_more() -> bool:
            return not await writes()

        await eventually(writes_no_more)
        with pytest.raises(NoPrimary, match="takes no writes"):
            await lent.execute(write)
        servers.primary.ask("alter system reset default_transaction_read_only")
        servers.primary.ask("select pg_reload_conf()")
        await eventually(writes)


async def test_who_only_listens_follows_a_promotion_though_the_old_primary_goes_on_answering(
    servers: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wakeup, "PATIENCE", 0.1)
    old, new = servers.primary, servers.standby
    hint = Hint()
    async with meanwhile(Listener(Connections(servers.url("things"), "consortia"), {"grown": hint}).follow()):

        async def rings_at_the_new_one() -> bool:
            new.ask("select pg_notify('consortia', 'grown')", "things")
            return hint.rings > heard

        await eventually(lambda: rung(hint))
        old.ask("alter system set default_transaction_read_only = on")
        old.ask("select pg_reload_conf()")
        await asyncio.to_thread(new.promote)
        heard = hint.rings + 1  # it rings once by itself, for what was said while it was on its way
        await eventually(rings_at_the_new_one)
    old.ask("alter system reset default_transaction_read_only")
    await asyncio.to_thread(old.stop)
    servers.primary, servers.standby = new, old
    await asyncio.to_thread(servers.rejoin)


async def rung(hint: Hint) -> bool:
    return hint.rings > 0


async def test_after_a_promotion_the_primary_of_the_past_is_refused_though_it_runs_again(servers: Cluster) -> None:
    either = Hosts(address(servers.primary, servers.standby))
    old, new = servers.primary, servers.standby
    assert await where(either) == old.sockets
    await asyncio.to_thread(servers.fail_over)
    assert await where(either) == new.sockets
    await asyncio.to_thread(old.start)  # nobody fenced it: two say that they are the primary
    assert await where(either) == new.sockets
    assert await where(address(old, new)) == new.sockets, "who comes now takes the one promoted last"
    await asyncio.to_thread(new.stop)
    with pytest.raises(NoPrimary, match="it was overtaken"):
        await either.connect()
    await asyncio.to_thread(old.stop)
    await asyncio.to_thread(new.start)
    await asyncio.to_thread(servers.rejoin)


async def test_a_server_that_swallows_packets_holds_up_nobody_for_long(
    servers: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hosts, "SECONDS_TO_CONNECT", 0.3)
    async with through_tcp(servers.primary) as open_port:
        with socket.socket() as silent:
            silent.bind(("127.0.0.1", 0))
            silent.listen()  # takes connections in and never says a word
            port = silent.getsockname()[1]
            both = f"postgresql://consortia@127.0.0.1:{port},127.0.0.1:{open_port}/things"
            async with asyncio.timeout(5):
                assert await where(both) == servers.primary.sockets
            with pytest.raises(NoPrimary, match=r"127\.0\.0\.1"):
                await Hosts(f"postgresql://consortia@127.0.0.1:{port}/things").connect()


async def test_a_connection_over_the_network_is_watched_from_this_end(servers: Cluster) -> None:
    async with through_tcp(servers.primary) as port:
        connection = await Hosts(f"postgresql://consortia@127.0.0.1:{port}/things").connect()
        known: Any = connection  # asyncpg shows nobody its socket
        at_hand = known._transport.get_extra_info("socket")
        assert at_hand.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE) == 1
        assert at_hand.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) == hosts.SILENCE["TCP_USER_TIMEOUT"]
        await connection.close()


async def test_whoever_gives_up_while_connecting_leaves_no_connection_behind(servers: Cluster) -> None:
    either = Hosts(servers.url("things"))
    for patience in (0, 0.001, 0.003, 0.01):
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(patience):
                (await either.connect()).terminate()

    async def nobody_is_left() -> bool:
        mine = "select count(*) from pg_stat_activity where datname = 'things'"
        return servers.primary.ask(mine) == "0"

    await eventually(nobody_is_left)


async def test_a_version_lost_with_the_old_primary_is_not_taken_to_be_there(servers: Cluster, tmp_path: Path) -> None:
    address_of_both = servers.url("things")
    await migrate(
        import_module("services.intake.app").SERVICE, Settings(address_of_both, "nats://127.0.0.1", str(tmp_path))
    )
    own = Connections(address_of_both, "consortia_appender")
    async with opened(lambda: own.open("appends")) as appender:
        await appender.append(request(event(of := stream(), 1)))
        await asyncio.to_thread(servers.until_level)
        await asyncio.to_thread(servers.primary.send_nothing)
        await appender.append(request(event(of, 2), expected={of: 1}))
        await asyncio.to_thread(servers.fail_over)
        with pytest.raises(VersionConflict):
            await appender.append(request(event(of, 3), expected={of: 2}))
        await appender.append(request(event(of, 2), expected={of: 1}))
    await asyncio.to_thread(servers.rejoin)


async def test_a_cluster_with_other_data_is_not_taken_for_the_one_before(servers: Cluster) -> None:
    either = Hosts(address(servers.primary, servers.standby))
    await (await either.connect()).close()
    either._system += 1  # as if what answers now had been made anew
    with pytest.raises(NoPrimary, match="other data"):
        await either.connect()


def test_each_server_gets_an_address_of_its_own() -> None:
    assert each_of("postgresql://u:p@one:1,two:2/d?target_session_attrs=primary&sslmode=require") == [
        "postgresql://u:p@one:1/d?sslmode=require",
        "postgresql://u:p@two:2/d?sslmode=require",
    ]
    assert each_of("postgresql://u@/d?host=/a,/b&port=1,2") == [
        "postgresql://u@/d?host=/a&port=1",
        "postgresql://u@/d?host=/b&port=2",
    ]
    assert each_of("postgresql:///d") == ["postgresql:///d"]
    for wrong in ("postgresql://one,two/d?host=/a", "postgresql:///d?host=/a,/b&port=1,2,3"):
        with pytest.raises(WrongAddress):
            each_of(wrong)
    assert name_of("postgresql://u:secret@one:1/d") == "one:1"


@asynccontextmanager
async def through_tcp(node: Node) -> AsyncIterator[int]:
    """A port that leads to the node's socket."""

    async def carry(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while part := await source.read(65536):
                target.write(part)
        target.close()

    async def serve(client_in: asyncio.StreamReader, client_out: asyncio.StreamWriter) -> None:
        server_in, server_out = await asyncio.open_unix_connection(f"{node.sockets}/.s.PGSQL.5432")
        await asyncio.gather(carry(client_in, server_out), carry(server_in, client_out))

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
