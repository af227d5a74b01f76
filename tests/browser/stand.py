"""`python -m tests.browser.stand [--port N]`: the pages with the real cases played, to look at, until Ctrl-C.

On servers of its own, gone at the end; many may stand side by side.
"""

import argparse
import asyncio
import signal
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import uvloop

from deploy.local.case_file import read_cases
from deploy.local.kept import Kept, Keys
from deploy.local.player import play
from deploy.local.processes import run
from shared.observability import configure
from tests.support.databases import fresh_name
from tests.support.running import Running, present_services, running
from tests.support.servers import HostProcess, Servers, reach

CASE = "nscc-cican"
"""The case whose people the journeys are about."""


@dataclass(frozen=True)
class Stand:
    """The running services, with the real cases played; `kept` holds everybody's keys."""

    running: Running
    kept: Kept

    @property
    def url(self) -> str:
        return self.running.url

    @property
    def keys(self) -> Keys:
        return self.kept.keys() or Keys()

    def key_of(self, person: str, case: str = CASE) -> str:
        """The API key of the person in that position, of `coordinator` or of `auditor`."""
        return self.keys.cases[case].people[person]

    def microcredential(self, case: str = CASE) -> str:
        """The id of the first microcredential the case has opened."""
        return next(iter(self.kept.journal(self.keys).cases[case].microcredentials.values()))


@asynccontextmanager
async def standing(servers: Servers, *, port: int = 0) -> AsyncIterator[Stand]:
    """The four services behind one port as `./dev up` has them, every act of the real cases played."""
    folder = servers.folder / f"stand-{fresh_name()}"
    folder.mkdir()
    kept = Kept(folder)
    async with running(servers, present_services(), local_login=kept.keys_file, port=port) as started:
        kept.save_keys(Keys(started.operator_key))
        outcomes = await play(read_cases(), started.url, kept, lambda *_: None)
        assert all(outcome.agrees for outcome in outcomes), [one for one in outcomes if not one.agrees]
        yield Stand(started, kept)


async def _stand(servers: Servers, port: int) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with standing(servers, port=port) as stand:
        sys.stdout.write("\n".join(_told(stand)) + "\n")
        sys.stdout.flush()
        await stop.wait()


def _told(stand: Stand) -> Iterator[str]:
    yield f"Pages:   {stand.url}/board"
    yield f"Sign in: {stand.url}/sign-in (choose somebody), or with a key, in a browser or as Bearer:"
    for case, keys in stand.keys.cases.items():
        yield f"  {case}"
        yield from (f"    {person:40} {key}" for person, key in sorted(keys.people.items()))
    for case in stand.keys.cases:
        yield f"Story:   {stand.url}/microcredentials/{stand.microcredential(case)}  ({case})"
    yield "Ctrl-C stops it."


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.browser.stand", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="a free one where left out")
    options = parser.parse_args(arguments)
    configure("warning", sys.stderr)
    host = HostProcess()
    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(_stand(reach(host.folder), options.port))
    finally:
        host.stop()
    return 0


if __name__ == "__main__":
    run(main)
