"""`python -m tests.chaos [--json] [--quick] [--only NAME]`, as `./dev chaos` calls it."""

import argparse
import asyncio
import sys
import time
import traceback

import msgspec
import uvloop
from rich.console import Console

from deploy.local.processes import run
from shared.observability import configure
from tests.chaos.faults.every import FAULTS, Fault
from tests.chaos.figures import Figures, Report
from tests.chaos.report import printed
from tests.chaos.running import Say


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="./dev chaos")
    parser.add_argument("--json", action="store_true", help="print every figure as JSON; progress goes to stderr")
    parser.add_argument("--quick", action="store_true", help="a few rounds of each: shows that it works")
    parser.add_argument("--only", action="append", choices=list(FAULTS), help="this fault; may be given again")
    options = parser.parse_args(arguments)
    configure("critical")
    progress, began = Console(stderr=True, highlight=False), time.monotonic()
    with progress.status("starting") as status:

        def say(line: str) -> None:
            told = f"{time.monotonic() - began:6.1f} s  {line}"
            status.update(told) if progress.is_terminal else progress.print(told)

        found = [_one(name, FAULTS[name], options.quick, say) for name in options.only or FAULTS]
    command = " ".join(["./dev chaos", *arguments])
    report = Report(
        faults=tuple(found), quick=options.quick, took_seconds=round(time.monotonic() - began), command=command
    )
    if options.json:
        sys.stdout.buffer.write(msgspec.json.format(msgspec.json.encode(report), indent=2) + b"\n")
    else:
        printed(report, Console(highlight=False))
    return 0 if all(one.skipped or one.is_well for one in found) else 1


def _one(name: str, fault: Fault, quick: bool, say: Say) -> Figures:
    """That fault's figures. One that broke off has shown nothing; the others are tried all the same."""
    say(name)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        try:
            return runner.run(fault.run(fault.quick if quick else fault.rounds, say))
        except Exception as error:  # noqa: BLE001 - whatever broke it off is reported, and the run ends with 1
            traceback.print_exc()
            return Figures(name=name, details={"broke_off": repr(error)})


if __name__ == "__main__":
    run(main)
