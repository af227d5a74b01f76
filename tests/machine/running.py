"""Running the machine for so many steps, from a seed, and what happened in them."""

import random
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

import stamina
from hypothesis import HealthCheck, Phase, Verbosity, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.machine.checks import Checks
from tests.machine.machine import Machine
from tests.machine.steps import Steps

A_RUN = 60
"""Steps in one community at most; then a new one begins."""
AT_ONCE = 10
"""Runs under one seed of hypothesis, which remembers them all: more would grow slow."""


class Ran:
    """Runs until so many steps were made, or a promise was broken."""

    def __init__(self, steps: int, seeded: int, told: Callable[[str], None]) -> None:
        self.told = told
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
        self.voided += checks.voided
        self.answers += checks.answers
        self.happened += steps.happened
        self.refusals += steps.refusals
        if time.monotonic() - self.told_at > 5:
            self.told_at = time.monotonic()
            rate = self.done / (self.told_at - self.began)
            left = max(0, self.wanted - self.done) / rate
            self.told(f"{self.done} steps, {self.sign_offs} sign-offs, {rate:.0f} steps/s, {left:.0f} s left")

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
            "voided": self.voided,
            "who_decides_asked_again": self.answers,
            "took_seconds": round(time.monotonic() - self.began, 1),
            "happened": dict(self.happened.most_common()),
            "refusals": dict(self.refusals.most_common()),
            "again": f"./dev machine --steps {self.wanted} --seed {self.seeded}",
        }


def run(steps: int, seeded: int, told: Callable[[str], None] = lambda _: None) -> Ran:
    """So many steps; `Broken`, with those that led there, as soon as a promise is. `told` hears of progress."""
    ran = Ran(steps, seeded, told)
    with stamina.set_testing(True, attempts=3, cap=True):
        ran.run()
    return ran
