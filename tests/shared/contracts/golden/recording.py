"""Samples that were really recorded: the shortest and the longest of each fact, as the real cases write them.

What no case does is recorded by asking every route that the authorization matrix declares, for everybody who may.
"""

from pathlib import Path
from tempfile import TemporaryDirectory

import httpx2

from deploy.local.case_file import read_cases
from deploy.local.kept import Kept, Keys
from deploy.local.player import play
from shared.contracts import LOGS
from tests.authorization.asking import ask
from tests.authorization.declared import cells, matrix
from tests.authorization.world import build
from tests.shared.contracts.golden.keeping import kept
from tests.support.community import Communities
from tests.support.running import Running, present_services, running
from tests.support.servers import HostProcess, reach


async def from_the_cases(folder: Path) -> dict[str, dict[str, list[bytes]]]:
    """By log and tag, for tags that have no recorded samples yet."""
    host = HostProcess()
    try:
        async with running(reach(host.folder), present_services()) as stack:
            with TemporaryDirectory() as place:
                player = Kept(Path(place))
                player.save_keys(Keys(stack.operator_key))
                await play(read_cases(), stack.url, player, lambda *_: None)
            await _ask_everything(stack)
            return {log: await _chosen(folder, stack, log) for log in LOGS}
    finally:
        host.stop()


async def _ask_everything(stack: Running) -> None:
    async with httpx2.AsyncClient(base_url=stack.url, timeout=60, trust_env=False) as http:
        world = await build(Communities(stack, http))
        for cell, letter in cells(matrix()).items():
            if letter == "+" and not cell.route.startswith("GET "):
                await ask(http, world, cell)


async def _chosen(folder: Path, stack: Running, log: str) -> dict[str, list[bytes]]:
    found: dict[str, list[bytes]] = {}
    for event in await stack.platforms[log].store.page(0, 100_000):
        if not any(one.file.name.startswith("recorded-") for one in kept(folder, log, event.topic)):
            found.setdefault(event.topic, []).append(event.state)
    return {
        tag: list(dict.fromkeys((min(states, key=len), max(states, key=len)))) for tag, states in sorted(found.items())
    }
