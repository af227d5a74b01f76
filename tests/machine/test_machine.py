"""The short form of the machine; `./dev machine --steps 100000` is the long one."""

import stamina
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.machine.machine import Machine

SHORT = settings(
    max_examples=15, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck), database=None,
    derandomize=True, phases=[Phase.generate],
)  # fmt: skip


def test_no_sign_off_ever_stands_without_authority_and_who_decides_answers_of_the_past_as_it_did_then() -> None:
    with stamina.set_testing(True, attempts=3, cap=True):
        run_state_machine_as_test(Machine, settings=SHORT)
