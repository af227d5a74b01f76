"""`python -m tests.bench store|messages|authority|pages [--json] [--quick]`, as `./dev bench` calls it."""

import argparse
import asyncio
import sys
import time
from importlib.util import find_spec

import msgspec
import uvloop
from rich.console import Console

from deploy.local.processes import run
from shared.observability import configure
from tests.bench import authority, messages, pages, store
from tests.bench.report import printed


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="./dev bench")
    parser.add_argument("what", choices=["store", "messages", "authority", "pages"])
    parser.add_argument("--json", action="store_true", help="print every figure as JSON")
    parser.add_argument("--quick", action="store_true", help="small: shows that it works, measures nothing of worth")
    parser.add_argument("--without-library", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    with_library = options.what == "store" and not options.without_library
    if with_library and find_spec("psycopg") is None:
        sys.exit("The bench measures against psycopg, which is not installed: ./dev bench store installs it.")
    configure("error")
    progress, began = Console(stderr=True, highlight=False), time.monotonic()
    with progress.status("starting servers") as status, asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:

        def say(line: str) -> None:
            told = f"{time.monotonic() - began:6.1f} s  {line}"
            status.update(told) if progress.is_terminal else progress.print(told)

        match options.what:
            case "messages":
                report = runner.run(messages.run(options.quick, say))
            case "authority":
                report = runner.run(authority.run(options.quick, say))
            case "pages":
                report = runner.run(pages.run(options.quick, say))
            case _:
                report = runner.run(store.run(options.quick, say, with_library=with_library))
    if options.json:
        sys.stdout.buffer.write(msgspec.json.format(msgspec.json.encode(report), indent=2) + b"\n")
    else:
        printed(report, Console(highlight=False))
    return 0


if __name__ == "__main__":
    run(main)
