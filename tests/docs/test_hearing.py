"""The integrator's page is executed: its consumer hears, loses its stream, meets a gap, and has everything once."""

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

from shared.messaging.cloudevents import encode
from shared.messaging.schemas import ATTRIBUTES
from shared.messaging.subjects import stream_name, subject
from tests.services.credentials.journeys import accepted
from tests.support.community import Communities
from tests.support.patience import eventually
from tests.support.running import Running
from tests.support.servers import Servers

pytestmark = pytest.mark.servers
ME = "reporting-hears-intake"
PAGE = Path(__file__).resolve().parents[2] / "docs" / "hearing-the-facts.md"


def test_the_page_explains_every_attribute_but_those_of_the_format_itself_and_the_one_that_goes() -> None:
    table = re.findall(r"^\| (`.*?) \|", PAGE.read_text(encoding="utf-8").partition("## How")[0], re.MULTILINE)
    told = {name for row in table for name in re.findall(r"`([a-z]+)`", row)}
    assert told == set(ATTRIBUTES) - {"specversion", "datacontenttype", "logindex"}


@contextmanager
def consumer(servers: Servers, prefix: str, own: Path) -> Iterator[None]:
    """The page's consumer, as a process of its own; what it says on its errors is said by the test."""
    (script,) = re.findall(r"^```python\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    told = {"NATS_URL": servers.nats.url, "NATS_PREFIX": prefix, "OWN_DATABASE": str(own), "PATH": os.environ["PATH"]}
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
    stream = stream_name(prefix, "intake")

    async def level() -> bool:
        return kept(own)[0] == await intake.log.last_index()

    proposals = [(await accepted(communities)).id]
    with consumer(servers, prefix, own):
        await eventually(level)
        await jetstream.delete_stream(stream)
        proposals.append((await accepted(communities)).id)
        await eventually(level, 30)
    last = (await intake.store.page(0, 10_000))[-1]
    early = encode("intake", last).replace(f"{last.index:019}".encode(), f"{last.index + 5:019}".encode())
    where = subject(prefix, last.community, last.originator_id, last.topic)
    with consumer(servers, prefix, own):
        before = (await jetstream.consumer_info(stream, ME)).created
        await jetstream.publish(where, early)  # before its time: four facts lie between

        async def made_anew() -> bool:
            with suppress(NotFoundError):
                return bool((await jetstream.consumer_info(stream, ME)).created != before)
            return False

        await eventually(made_anew)
        proposals.append((await accepted(communities)).id)
        with suppress(NotFoundError):
            await jetstream.delete_stream(stream)  # the relay refills it, without what was never recorded
        await eventually(level, 30)
    assert kept(own)[1] == proposals
