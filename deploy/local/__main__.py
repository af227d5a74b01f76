"""`python -m deploy.local COMMAND`, as `./dev` calls it; CONSORTIA_DATA names the data folder."""

import argparse
import asyncio
import os
from datetime import date
from pathlib import Path

from deploy.local import running
from deploy.local.processes import run

PORT = 8420


def main(arguments: list[str]) -> int:
    options = _read(arguments)
    data = Path(os.environ.get("CONSORTIA_DATA") or ".local").absolute()
    match options.command:
        case "up" if options.detach:
            from deploy.local.detach import up_detached

            return up_detached(data, [argument for argument in arguments[1:] if argument != "--detach"])
        case "up":
            return _up(data, options)
        case "down":
            return _down(data)
        case "keys":
            from deploy.local.keys_command import keys

            return keys(data)
        case "history":
            from deploy.local.history_command import extent, history

            return history(data, extent(options.events, options.seed, options.until), as_json=options.json)
        case _:
            from deploy.local.cases_command import cases

            return asyncio.run(cases(data, as_json=options.json))


def _up(data: Path, options: argparse.Namespace) -> int:
    from deploy.local.checklist import Checklist
    from deploy.local.up import Options, up

    wanted = Options(
        data,
        options.port,
        fresh=options.fresh,
        cases=not options.no_cases,
        nats=options.nats_cluster,
        released=options.released,
    )
    return up(wanted, Checklist())


def _down(data: Path) -> int:
    found = running.stop(data)
    print(
        f"Stopped the stack at {found.base} (process {found.pid}). The data is kept."
        if found
        else "Nothing is running."
    )
    return 0


def _read(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./dev")
    commands = parser.add_subparsers(dest="command", required=True)
    up = commands.add_parser("up")
    for flag in ("--fresh", "--no-cases", "--detach"):
        up.add_argument(flag, action="store_true")
    up.add_argument("--nats-cluster", type=int, choices=[1, 3], default=1)
    up.add_argument("--port", type=int, default=PORT)
    up.add_argument("--released", action="store_true", help=argparse.SUPPRESS)
    commands.add_parser("down")
    commands.add_parser("keys")
    commands.add_parser("cases").add_argument("--json", action="store_true")
    history = commands.add_parser("history")
    history.add_argument("--events", type=int, required=True)
    history.add_argument("--seed", default="1")
    history.add_argument("--until", type=date.fromisoformat)
    history.add_argument("--json", action="store_true")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    run(main)
