"""`./dev cases`: play what is not played yet against the running stack, and say of every act what came of it."""

import sys
from pathlib import Path

import msgspec

from deploy.local import running
from deploy.local.case_file import read_cases
from deploy.local.checklist import print_outcomes, progress_of
from deploy.local.client import NoAnswer
from deploy.local.kept import Kept
from deploy.local.player import play
from deploy.local.player_setup import CannotPlay
from deploy.local.processes import CannotStart


async def cases(data: Path, *, as_json: bool) -> int:
    """0 when every act agrees with its case. Only JSON goes to standard output with `as_json`."""
    found = running.wait_until_ready(data)
    if found is None or not running.is_healthy(found):
        raise CannotStart(f"No stack answers on {data}: run ./dev up --detach first.")
    played = read_cases()
    try:
        outcomes = await play(played, found.base, Kept(data), lambda *_: None)
    except (CannotPlay, NoAnswer) as error:
        raise CannotStart(f"The cases could not be played: {error}") from None
    if as_json:
        sys.stdout.buffer.write(msgspec.json.format(msgspec.json.encode(outcomes), indent=2) + b"\n")
    else:
        print_outcomes(outcomes)
        for case in played:
            print(progress_of(case, [outcome for outcome in outcomes if outcome.case == case.key]))
    return 0 if all(outcome.agrees for outcome in outcomes) else 1
