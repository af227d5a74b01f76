"""A staff sheet, judged row by row against a register; no server needed."""

import itertools
from uuid import UUID

from services.partnerships.domain import partner as partners
from services.partnerships.domain import staff_sheet as sheets
from services.partnerships.domain.partner import PARTNER, Reconfirm
from services.partnerships.domain.sheet_rows import NEEDED, read_rows
from services.partnerships.domain.staff_sheet import NoSuchSheet, Plan, Standing
from shared.contracts.partnerships import (
    HolderAppointed,
    PartnerRegistered,
    PositionEstablished,
    ResponsibilityAssigned,
)
from tests.services.partnerships.domain.given import ADA, DANA, DAY, HEALTH, LETTER, NOON, NSCC, given, refused

MATTERS = ("funding", "fees", "review")
REGISTERED = PartnerRegistered(NSCC, "nscc", {"en": "NSCC"}, "post-secondary", "CA-NS", ADA, LETTER)
HEADINGS = ["position", "holder", "matter", "letter", "alternate", *NEEDED[1:]]
DATED = ["position", "holder", "matter", "scope", "since", "until", *NEEDED[1:]]
CITED = ["policy", "HR-7", "2026-01-05"]


def planned(*rows: list[str], headings: list[str] = HEADINGS, before: Plan | None = None) -> Plan:
    """The plan of these rows: position, holder, matter, letter, alternate; on what a sheet `before` recorded."""
    read, faults = read_rows([headings, *([*row, *CITED] for row in rows)])
    assert faults == []
    register = before.register if before else given(PARTNER, [REGISTERED])
    standing = Standing(NSCC, register, before.positions if before else {}, {}, {DANA}, MATTERS)
    return sheets.plan(standing, read, (UUID(int=one) for one in itertools.count(1000)), NOON)


def test_rows_of_one_position_make_it_once_with_all_they_say() -> None:
    made = planned(["dean", str(DANA), "funding", "", "head"], ["dean", "", "fees", "r", ""], ["head", "", "", "", ""])
    assert made.faults == []
    assert [len(made.added(kind)) for kind in (PositionEstablished, HolderAppointed)] == [2, 1]
    letters = {fact.matter: fact.letter for fact in made.partner_facts if isinstance(fact, ResponsibilityAssigned)}
    assert letters == {"funding": "accountable", "fees": "responsible"}
    dean = made.position_facts[made.ids["dean"]][0]
    assert isinstance(dean, PositionEstablished)
    assert dean.alternate == made.ids["head"]


def test_two_rows_cannot_make_two_positions_accountable_for_one_matter() -> None:
    made = planned(["dean", "", "funding", "", ""], ["head", "", "funding", "", ""], ["head", "", "funding", "c", ""])
    assert [(fault.row, fault.column) for fault in made.faults] == [(3, "matter")]


def test_nor_where_the_amount_is_only_written_otherwise() -> None:
    rows = [["dean", "", "fees", "amount:5000", "", ""], ["head", "", "fees", "amount:5000.00", "", ""]]
    made = planned(*rows, headings=DATED)
    assert [(fault.row, fault.column) for fault in made.faults] == [(3, "matter")]


def test_one_position_may_follow_another_in_a_matter() -> None:
    rows = [["dean", "", "fees", "", "", "2026-09-01"], ["head", "", "fees", "", "2026-09-01", ""]]
    made = planned(*rows, headings=DATED)
    assert made.faults == []
    assert len(made.added(ResponsibilityAssigned)) == 2


def test_what_the_sheet_dates_otherwise_than_it_stands_is_told_and_left() -> None:
    before = planned(["dean", str(DANA), "fees", "", "", "2026-12-31"], headings=DATED)
    again = planned(["dean", str(DANA), "fees", "", "", "2026-12-31"], headings=DATED, before=before)
    assert (again.unchanged, again.differences) == (2, [])
    longer = planned(["dean", str(DANA), "fees", "", "", ""], headings=DATED, before=before)
    assert [(one.row, one.column) for one in longer.differences] == [(2, "holder"), (2, "matter")]
    assert "until 2026-12-31" in longer.differences[0].mend
    assert (longer.unchanged, longer.partner_facts) == (0, [])


def test_an_alternate_nobody_knows_and_a_person_nobody_registered_are_named() -> None:
    made = planned(["dean", str(HEALTH), "funding", "", "nobody"])
    assert [(fault.row, fault.column) for fault in made.faults] == [(2, "alternate"), (2, "holder")]


def test_the_matters_nobody_is_accountable_for_are_listed() -> None:
    made = planned(["dean", "", "funding", "", ""], ["dean", "", "fees", "informed", ""])
    assert sheets.unowned(made.register, MATTERS, NOON) == ("fees", "review")
    assert sheets.unowned(PARTNER.initial, MATTERS, NOON) == MATTERS


def test_a_sheet_is_confirmed_once_and_only_at_its_own_partner() -> None:
    taken = sheets.TakenIn(sheets.taken_in(ADA, NSCC, ADA, "sha-256:" + "0" * 64, 1, planned(["dean", *[""] * 4])))
    (confirmed,) = sheets.confirm(taken, NSCC, ADA)
    assert sheets.confirm(sheets.evolve(taken, confirmed), NSCC, ADA) == ()
    with refused(NoSuchSheet):
        sheets.confirm(taken, HEALTH, ADA)


def test_a_reconfirmation_is_due_a_year_on_and_said_once_a_day() -> None:
    state = given(PARTNER, [REGISTERED])
    (fact,) = partners.reconfirm(state, ADA, Reconfirm(LETTER), NOON)
    assert (fact.confirmed_at, fact.next_due) == (NOON, NOON.replace(year=NOON.year + 1))  # type: ignore[union-attr]
    after = PARTNER.evolve(state, fact)
    assert partners.reconfirm(after, ADA, Reconfirm(LETTER), NOON) == ()
    assert partners.reconfirm(after, ADA, Reconfirm(LETTER), NOON + DAY) != ()
