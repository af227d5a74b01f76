"""The short form of the machine, and that it finds mistakes; `./dev machine --steps 100000` is the long form."""

import pytest

from tests.machine.checks import Broken
from tests.machine.mistakes import MISTAKES, made
from tests.machine.running import run


def test_no_sign_off_ever_stands_without_authority_and_who_decides_answers_of_the_past_as_it_did_then() -> None:
    made = run(steps=400, seeded=1)
    assert made.sign_offs > 20
    assert made.answers > 10
    assert made.voided


@pytest.mark.slow
@pytest.mark.parametrize("mistake", MISTAKES)
def test_the_machine_finds(mistake: str) -> None:
    with made(mistake), pytest.raises(Broken):
        run(steps=6000, seeded=2)
