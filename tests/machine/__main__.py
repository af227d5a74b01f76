"""`python -m tests.machine [--steps 100000] [--seed N] [--json]`, as `./dev machine` calls it."""

import argparse
import json
import random
import sys

from shared.observability import configure
from tests.machine.checks import Broken
from tests.machine.running import run


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="./dev machine")
    parser.add_argument("--steps", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=None, help="the same seed makes the same steps")
    parser.add_argument("--json", action="store_true", help="print the summary as JSON")
    options = parser.parse_args(arguments)
    seeded = random.SystemRandom().getrandbits(32) if options.seed is None else options.seed
    configure("error")
    say(f"seed {seeded}")
    try:
        ran = run(options.steps, seeded, say)
    except Broken as broken:
        say("\n".join([*getattr(broken, "__notes__", ()), f"A promise was broken: {broken}"]))
        return 1
    summary = ran.summary()
    told = json.dumps(summary, indent=2) if options.json else "\n".join(f"{k}: {v}" for k, v in summary.items())
    sys.stdout.write(told + "\n")
    return 0


def say(line: str) -> None:
    sys.stderr.write(line + "\n")
    sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
