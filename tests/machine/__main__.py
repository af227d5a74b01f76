"""`python -m tests.machine [--steps 100000] [--seed N] [--json]`, as `./dev machine` calls it."""

import argparse
import json
import random
import sys
import time
from collections import Counter
from typing import Any

import stamina
from hypothesis import HealthCheck, Phase, Verbosity, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from shared.observability import configure
from tests.machine.checks import Broken, Checks
from tests.machine.machine import Machine
from tests.machine.steps import Steps

A_RUN = 80
"""Steps of one run at most; then a new community begins."""
AT_ONCE = 40
"""Runs under one seed of hypothesis, which remembers them all: more would grow slow."""


class Long:
    """Runs until so many steps were made, or a promise was broken."""

    def __init__(self, steps: int, seeded: int) -> None:
        self.wanted = steps
        self.seeded = seeded
        self.done = self.runs = self.sign_offs = self.voided = self.answers = 0
        self.happened: Counter[str] = Counter()
        self.refusals: Counter[str] = Counter()
        self.began = self.told_at = time.monotonic()

    def ended(self, steps: Steps, checks: Checks) -> None:
        """One run more."""
        self.runs += 1
        self.done += checks.steps
        self.sign_offs += checks.sign_offs
        self.answers += checks.answers
        self.happened += steps.happened
        self.refusals += steps.refusals
        if time.monotonic() - self.told_at > 5:
            self.told_at = time.monotonic()
            rate = self.done / (self.told_at - self.began)
            left = max(0, self.wanted - self.done) / rate
            say(f"{self.done} steps, {self.sign_offs} sign-offs, {rate:.0f} steps/s, {left:.0f} s left")

    def run(self) -> None:
        """`Broken`, with the steps that led there, as soon as a promise is."""
        chosen, numbers = settings(
            max_examples=AT_ONCE, stateful_step_count=A_RUN, deadline=None, database=None, phases=[Phase.generate],
            suppress_health_check=list(HealthCheck), verbosity=Verbosity.quiet, print_blob=False,
        ), random.Random(self.seeded)  # fmt: skip
        while self.done < self.wanted:
            machine: Any = seed(numbers.getrandbits(64))(
                type("Machine", (Machine,), {"ended": staticmethod(self.ended)})
            )
            run_state_machine_as_test(machine, settings=chosen)

    def summary(self) -> dict[str, Any]:
        return {
            "seed": self.seeded,
            "steps": self.done,
            "communities": self.runs,
            "sign_offs": self.sign_offs,
            "who_decides_asked_again": self.answers,
            "took_seconds": round(time.monotonic() - self.began, 1),
            "happened": dict(self.happened.most_common()),
            "refusals": dict(self.refusals.most_common()),
            "again": f"./dev machine --steps {self.wanted} --seed {self.seeded}",
        }


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="./dev machine")
    parser.add_argument("--steps", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=None, help="the same seed makes the same steps")
    parser.add_argument("--json", action="store_true", help="print the summary as JSON")
    options = parser.parse_args(arguments)
    seeded = random.SystemRandom().getrandbits(32) if options.seed is None else options.seed
    configure("error")
    say(f"seed {seeded}")
    long = Long(options.steps, seeded)
    try:
        with stamina.set_testing(True, attempts=3, cap=True):
            long.run()
    except Broken as broken:
        say("\n".join([*getattr(broken, "__notes__", ()), f"A promise was broken: {broken}"]))
        return 1
    summary = long.summary()
    told = json.dumps(summary, indent=2) if options.json else "\n".join(f"{k}: {v}" for k, v in summary.items())
    sys.stdout.write(told + "\n")
    return 0


def say(line: str) -> None:
    sys.stderr.write(line + "\n")
    sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
