"""What is amiss in a register, a partner's matrix, and what hangs on one person; the register's facts in."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid5

from shared.authority import Register
from shared.authority.departures import departure
from shared.authority.findings import findings, unowned
from shared.authority.raci import matrix
from shared.contracts import partnerships as said
from shared.contracts.values import Instrument, Quorum, Scope, Seat
from shared.kernel import Actor, Fact, Metadata, Recorded

NOW = datetime(2026, 3, 2, tzinfo=UTC)
LETTER = Instrument("letter", "L-1", NOW.date())
NSCC = UUID(int=1)
DEAN, HEAD, CLERK = UUID(int=11), UUID(int=12), UUID(int=13)
DANA, HANA, CARA = UUID(int=21), UUID(int=22), UUID(int=23)
MATTERS = {one: {"en": one.capitalize(), "fr": one} for one in ("funding", "fees", "review")}
HEALTHCARE = Scope("sector", "healthcare")


def position(of: UUID, key: str, *persons: UUID, **others: Any) -> list[Fact]:
    """A confirmed position with confirmed holders."""
    facts: list[Fact] = [said.PositionEstablished(of, NSCC, key, {"en": key}, LETTER, NOW, **others)]
    facts.append(said.PositionConfirmed(of, CARA))
    for person in persons:
        holding = uuid5(of, str(person))
        facts += [said.HolderAppointed(holding, of, person, NOW, LETTER), said.HolderConfirmed(holding, of, CARA)]
    return facts


def owns(of: UUID, matter: str, letter: said.Raci = "accountable", scope: Scope = Scope()) -> list[Fact]:  # noqa: B008 - a value
    one = uuid5(of, f"{matter}{letter}{scope}")
    assigned = said.ResponsibilityAssigned(one, NSCC, of, matter, letter, NOW, LETTER, scope)
    return [assigned, said.ResponsibilityConfirmed(one, NSCC, CARA)]


def register(*groups: Iterable[Fact]) -> Register:
    folded = Register()
    first = said.PartnerRegistered(NSCC, "nscc", {"en": "NSCC"}, "post-secondary", "CA-NS", CLERK, LETTER)
    for place, fact in enumerate([first, *(fact for group in groups for fact in group)], 1):
        one = UUID(int=1000 + place)
        folded.apply(
            Recorded(
                one, fact.fact_tag(), "partnerships", "here", "x", 1, place, NOW, NOW, one, 1, one, None,
                Metadata(Actor()), fact,  # type: ignore[arg-type]  # facts of the one log
            )
        )  # fmt: skip
    return folded


def amiss(folded: Register, kind: str) -> list[tuple[str | None, str | None]]:
    """Matter and position of the findings of that kind."""
    found = findings(folded.community("here"), folded.index, NSCC, MATTERS, NOW)
    return [(one.matter, one.position) for one in found if one.kind == kind]


def test_matters_nobody_is_accountable_for_are_found() -> None:
    folded = register(position(DEAN, "dean", DANA), owns(DEAN, "funding"), owns(DEAN, "fees", "consulted"))
    assert amiss(folded, "unowned-matter") == [("fees", None), ("review", None)]
    assert unowned(folded.community("here"), NSCC, MATTERS, NOW) == ["fees", "review"]


def test_a_vacant_position_is_found_and_what_nobody_can_decide_for_it() -> None:
    folded = register(position(DEAN, "dean"), owns(DEAN, "funding"))
    assert amiss(folded, "vacant-position") == [(None, "nscc/dean")]
    assert amiss(folded, "vacant-matter") == [("funding", "nscc/dean")]


def test_a_position_held_by_and_a_delegation_to_somebody_who_was_erased_are_found() -> None:
    one, until = UUID(int=31), NOW.replace(year=2027)
    delegated: list[Fact] = [
        said.DelegationGranted(one, DEAN, uuid5(DEAN, str(DANA)), DANA, HANA, ("funding",), NOW, until, LETTER),
        said.DelegationConfirmed(one, DEAN, CARA),
    ]
    known = (position(DEAN, "dean", DANA), position(HEAD, "head", CARA), delegated)
    erased: list[Fact] = [said.PersonErased(DANA, DANA), said.PersonErased(HANA, HANA)]
    assert amiss(register(*known), "erased-person") == []
    assert amiss(register(*known, erased), "erased-person") == [(None, "nscc/dean"), (None, "nscc/dean")]


def test_a_matter_whose_every_holder_is_away_is_found_unless_somebody_else_may_decide_it() -> None:
    away = [said.AbsenceRecorded(UUID(int=51), DEAN, uuid5(DEAN, str(DANA)), DANA, NOW)]
    alone = register(position(DEAN, "dean", DANA), owns(DEAN, "funding"), away)
    assert amiss(alone, "absent-matter") == [("funding", "nscc/dean")]
    second = register(position(DEAN, "dean", DANA, HANA), owns(DEAN, "funding"), away)
    head = position(HEAD, "head", HANA)
    stood_in = register(head, position(DEAN, "dean", DANA, alternate=HEAD), owns(DEAN, "funding"), away)
    assert (amiss(second, "absent-matter"), amiss(stood_in, "absent-matter")) == ([], [])


def test_one_person_on_whom_a_matter_hangs_is_found_also_when_they_are_their_own_alternate() -> None:
    both = register(position(DEAN, "dean", DANA, alternate=HEAD), position(HEAD, "head", DANA), owns(DEAN, "funding"))
    assert amiss(both, "single-point-of-failure") == [("funding", "nscc/dean")]


def test_an_alternate_a_second_holder_or_a_delegate_takes_a_matter_off_one_person() -> None:
    alternate = register(
        position(DEAN, "dean", DANA, alternate=HEAD), position(HEAD, "head", HANA), owns(DEAN, "funding")
    )
    holder = register(position(DEAN, "dean", DANA, HANA), owns(DEAN, "funding"))
    holding, one = uuid5(DEAN, str(DANA)), UUID(int=31)
    until = NOW.replace(year=2027)
    delegated: list[Fact] = [
        said.DelegationGranted(one, DEAN, holding, DANA, HANA, ("funding",), NOW, until, LETTER),
        said.DelegationConfirmed(one, DEAN, CARA),
    ]
    delegate = register(position(DEAN, "dean", DANA), owns(DEAN, "funding"), delegated)
    assert [amiss(one, "single-point-of-failure") for one in (alternate, holder, delegate)] == [[], [], []]


def test_what_is_unconfirmed_is_found_with_who_confirms_it() -> None:
    recorded = said.PositionEstablished(DEAN, NSCC, "dean", {"en": "Dean"}, LETTER, NOW)
    folded = register(position(CLERK, "clerk", CARA), [recorded])
    (found,) = [
        one for one in findings(folded.community("here"), folded.index, NSCC, {}, NOW) if one.kind == "unconfirmed"
    ]
    assert (found.position, "nscc/clerk confirms" in found.next) == ("nscc/dean", True)


def test_the_matrix_has_a_row_for_each_matter_and_scope_and_says_where_the_gaps_are() -> None:
    folded = register(
        position(DEAN, "dean", DANA),
        position(HEAD, "head"),
        owns(DEAN, "funding"),
        owns(HEAD, "funding", scope=HEALTHCARE),
        owns(HEAD, "fees", "informed"),
    )
    made = matrix(folded.community("here"), folded.index, NSCC, MATTERS, NOW)
    rows = [(row.matter, row.scope.value, row.status, [letter.letter for letter in row.letters]) for row in made.rows]
    assert rows == [
        ("funding", "healthcare", "vacant", ["A"]),
        ("funding", None, "decided", ["A"]),
        ("fees", None, "unowned", ["I"]),
        ("review", None, "unowned", []),
    ]
    assert [position.key for position in made.positions] == ["nscc/dean", "nscc/head"]
    assert [bool(row.gap) for row in made.rows] == [True, False, True, True]


def test_what_would_fall_vacant_is_asked_of_the_register_without_the_person() -> None:
    council = said.CouncilConvened(UUID(int=41), "advice", {"en": "Advice"}, (Seat(DEAN, NSCC),), Quorum(1))
    folded = register(
        position(DEAN, "dean", DANA),
        position(HEAD, "head", DANA, HANA),
        owns(DEAN, "funding"),
        owns(HEAD, "fees"),
        [council],
    )
    found = departure(folded.community("here"), folded.index, DANA, NOW)
    assert {(one.key, one.vacant) for one in found.positions} == {("nscc/dean", True), ("nscc/head", False)}
    assert found.falls == ("funding at nscc",)
    assert {(one.matter, one.status) for one in found.matters} == {("funding", "vacant"), ("fees", "decided")}
    assert [(one.key, one.position) for one in found.seats] == [("advice", "nscc/dean")]
    assert found.sentence == (
        "Without them, nscc/dean would be vacant; nobody could decide funding at nscc; 1 council seat would be empty."
    )
    rest = departure(folded.community("here"), folded.index, HANA, NOW)
    assert (rest.falls, rest.sentence[:26]) == ((), "Nothing would fall vacant:")
    assert folded.community("here").positions[DEAN].holdings  # nothing was changed by asking
