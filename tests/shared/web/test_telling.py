"""Refusals in words for people."""

import pytest

from shared.authority.nudging import NudgedAlready
from shared.pages import Catalogue
from shared.web.telling import sentence_of


def refused(at: str) -> str:
    reason = NudgedAlready(at, "nscc/dean", "2026-11-23T10:41:31.448682+00:00")
    return sentence_of(Catalogue().language("en"), reason)


def test_a_moment_is_told_as_people_write_it() -> None:
    said = refused("2026-11-22T10:41:31+00:00")
    assert "on Nov 22, 2026" in said
    assert "from Nov 23, 2026" in said
    assert "UTC" in said
    assert "T10:41" not in said


@pytest.mark.parametrize("stated", ["2026-13-41T99:99:99Z", "2026-11-22", "2026-11-22T10:41:31+05:00x", "T", "{x}"])
def test_what_is_no_moment_stays_as_it_is(stated: str) -> None:
    assert f"on {stated} by" in refused(stated)
