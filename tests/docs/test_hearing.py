"""The integrator's page is executed: its consumer hears, loses its stream, meets a gap, and has everything once."""

import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

import nats
import pytest
import pytest_asyncio
from nats.js import JetStreamContext
from nats.js.errors import NotFoundError

from deploy.local.nats import Nats, Users
from deploy.nats.configuration import MEMBERS, Member
from shared.messaging.cloudevents import encode
from shared.messaging.permissions import inbox_prefix
from shared.messaging.schemas import ATTRIBUTES
from shared.messaging.subjects import durable_name, stream_name, subject
from tests.services.credentials.journeys import accepted
from tests.support.community import Communities
from tests.support.patience import eventually
from tests.support.running import Running
from tests.support.servers import Servers

pytestmark = pytest.mark.servers
ME = "reporting"
PAGE = Path(__file__).resolve().parents[2] / "docs" / "hearing-the-facts.md"


def test_the_page_explains_every_attribute_but_those_of_the_format_itself_and_the_one_that_goes() -> None:
    table = re.findall(r"^\| (`.*?) \|", PAGE.read_text(encoding="utf-8").partition("## How")[0], re.MULTILINE)
    told = {name for row in table for name in re.findall(r"`([a-z][a-z0-9_]*)`", row)}
    assert told == set(ATTRIBUTES) - {"specversion", "datacontenttype", "logindex"}


@contextmanager
def consumer(url: str, prefix: str, own: Path) -> Iterator[None]:
    """The page's consumer, as a process of its own; what it says on its errors is said by the test."""
    (script,) = re.findall(r"^```python\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    told = {"NATS_URL": url, "NATS_PREFIX": prefix, "OWN_DATABASE": str(own), "PATH": os.environ["PATH"]}
    process = subprocess.Popen([sys.executable, "-c", script], env=told, stderr=subprocess.PIPE, text=True)
    try:
        yield
        assert process.poll() is None, process.stderr.read() if process.stderr else ""
    finally:
        process.send_signal(signal.SIGKILL)
        process.communicate(timeout=10)


def kept(own: Path) -> tuple[int, list[Any]]:
    """How far it got, and the proposals it keeps."""
    with closing(sqlite3.connect(own)) as reader:
        try:
            (last,) = reader.execute("SELECT last FROM place").fetchone()
            return last, [proposal for (proposal,) in reader.execute("SELECT proposal FROM accepted ORDER BY rowid")]
        except (sqlite3.OperationalError, TypeError):  # its tables are not there yet
            return 0, []


@pytest_asyncio.fixture
async def jetstream(servers: Servers) -> AsyncIterator[JetStreamContext]:
    broker = await nats.connect(servers.nats.url)
    yield broker.jetstream()
    await broker.close()


async def test_the_consumer_has_every_accepted_proposal_once_whatever_the_broker_loses(
    communities: Communities, stack: Running, servers: Servers, jetstream: JetStreamContext, tmp_path: Path
) -> None:
    intake, own = stack.platforms["intake"], tmp_path / "own.sqlite"
    prefix = intake.settings.nats_prefix
    stream, me = stream_name(prefix, "intake"), durable_name(prefix, ME, "intake")

    async def level() -> bool:
        return kept(own)[0] == await intake.log.last_index()

    proposals = [(await accepted(communities)).id]
    with consumer(servers.nats.url, prefix, own):
        await eventually(level)
        await jetstream.delete_stream(stream)
        proposals.append((await accepted(communities)).id)
        await eventually(level, 30)
    last = (await intake.store.page(0, 10_000))[-1]
    early = encode("intake", last).replace(f"{last.index:019}".encode(), f"{last.index + 5:019}".encode())
    where = subject(prefix, last.community, last.originator_id, last.topic)
    with consumer(servers.nats.url, prefix, own):
        before = (await jetstream.consumer_info(stream, me)).created
        await jetstream.publish(where, early)  # before its time: four facts lie between

        async def made_anew() -> bool:
            with suppress(NotFoundError):
                return bool((await jetstream.consumer_info(stream, me)).created != before)
            return False

        await eventually(made_anew)
        proposals.append((await accepted(communities)).id)
        with suppress(NotFoundError):
            await jetstream.delete_stream(stream)  # the relay refills it, without what was never recorded
        await eventually(level, 30)
    assert kept(own)[1] == proposals


async def test_the_consumer_hears_as_the_user_an_operator_gives_it(tmp_path: Path) -> None:
    members = (*MEMBERS, Member(ME, decides=False, hears=("intake",)))
    users = Users({member.name: f"of{member.name}" for member in members}, members=members)
    broker, own = Nats.start(tmp_path / "nats", users=users, durable=False), tmp_path / "own.sqlite"
    try:
        intake = await nats.connect(broker.url_for("intake"), inbox_prefix=inbox_prefix("intake"))
        await intake.jetstream().add_stream(name="facts-intake", subjects=["facts.*.intake.>"])
        with consumer(broker.url_for(ME), "facts", own):
            for index in (1, 2):
                said = {"sequence": f"{index:019}", "type": "intake.proposal-withdrawn.v1"}
                await intake.jetstream().publish("facts.ns.intake.proposal.withdrawn", json.dumps(said).encode())

            async def level() -> bool:
                return kept(own)[0] == 2

            await eventually(level)
        await intake.close()
    finally:
        broker.stop()
