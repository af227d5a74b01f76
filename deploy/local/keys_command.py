"""`./dev keys`: the demo keys and addresses as shell lines, so that the README's lines paste as they are."""

import shlex
from pathlib import Path

from deploy.local import running
from deploy.local.case_file import read_cases
from deploy.local.kept import Kept
from deploy.local.player_setup import AUDITOR, COORDINATOR
from deploy.local.processes import CannotStart
from deploy.local.signposts import SHOWN, an_advisor


def keys(data: Path) -> int:
    """Print `export` lines for the community of the shown case: `eval "$(./dev keys)"`."""
    found, kept = running.find(data), Kept(data)
    if found is None:
        raise CannotStart("Nothing is running: run ./dev up --detach first.")
    known = kept.keys()
    if known is None or SHOWN not in known.cases or SHOWN not in kept.journal(known).cases:
        raise CannotStart("No case was played here: run ./dev cases first.")
    case = next(case for case in read_cases() if case.key == SHOWN)
    people = known.cases[SHOWN].people
    proposer = next(iter(case.proposals.values())).by
    lines = {
        "BASE": found.base,
        "COORDINATOR": people[COORDINATOR],
        "ADVISOR": people[an_advisor(case)],
        "AUDITOR": people[AUDITOR],
        "MEMBER": people[proposer],
        "MICROCREDENTIAL": next(iter(kept.journal(known).cases[SHOWN].microcredentials.values())),
    }
    for name, value in lines.items():
        print(f"export {name}={shlex.quote(value)}")
    return 0
