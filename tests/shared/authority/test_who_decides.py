"""Who to go to: the register's facts in, an answer out."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

import pytest
from msgspec import structs

from shared.authority import Answer, Register, acting_in, require_evidence, who_decides
from shared.authority.refusals import NotTheirsToDecide, NotYourPosition, StateYourPosition
from shared.contracts import partnerships as said
from shared.contracts.values import Acting, Instrument, Scope
from shared.kernel import Actor, Fact, Metadata, Recorded, Refused

START = datetime(2026, 1, 1, tzinfo=UTC)
DAY = timedelta(days=1)
NSCC, HEALTH = UUID(int=1), UUID(int=2)
DEAN, HEAD, ADMINISTRATOR = UUID(int=11), UUID(int=12), UUID(int=13)
DANA, HANA, ADA = UUID(int=21), UUID(int=22), UUID(int=23)
LETTER = Instrument("letter", "L-1", START.date())


def holding(position: UUID) -> UUID:
    return uuid5(position, "holding")


def responsibility(position: UUID, scope: Scope) -> UUID:
    return uuid5(position, f"{scope.kind}:{scope.value}")


def position(
    of: UUID, key: str, person: UUID | None, *, confirmed: bool = True, holder_confirmed: bool = True, **others: Any
) -> list[Fact]:
    """A position and its holder."""
    facts: list[Fact] = [said.PositionEstablished(of, NSCC, key, {"en": key}, LETTER, START, **others)]
    facts += [said.PositionConfirmed(of, ADA)] if confirmed else []
    if person is not None:
        facts.append(said.HolderAppointed(holding(of), of, person, START, LETTER))
        facts += [said.HolderConfirmed(holding(of), of, ADA)] if holder_confirmed else []
    return facts


def owns(of: UUID, scope: Scope = Scope(), *, confirmed: bool = True, **others: Any) -> list[Fact]:  # noqa: B008 - a value
    """That position is accountable for `funding` in that scope."""
    one = responsibility(of, scope)
    since = others.pop("since", START)
    letter = others.pop("letter", "accountable")
    facts: list[Fact] = [said.ResponsibilityAssigned(one, NSCC, of, "funding", letter, since, LETTER, scope, **others)]
    return facts + ([said.ResponsibilityConfirmed(one, NSCC, ADA)] if confirmed else [])


REGISTERED: list[Fact] = [
    said.PartnerRegistered(NSCC, "nscc", {"en": "NSCC"}, "post-secondary", "CA-NS", ADMINISTRATOR, LETTER)
]


def register(*facts: Iterable[Fact], days: int = 0) -> Register:
    """The register after these facts, the first at `START`, each `days` after the one before."""
    folded = Register()
    for place, fact in enumerate(fact for group in (REGISTERED, *facts) for fact in group):
        at, one = START + place * days * DAY, UUID(int=1000 + place)
        folded.apply(
            Recorded(
                one, fact.fact_tag(), "partnerships", "here", "x", 1, place + 1, at, at, one, 1, one, None,
                Metadata(Actor()), fact,  # type: ignore[arg-type]  # facts of the one log
            )
        )  # fmt: skip
    return folded


def ask(folded: Register, *about: Scope, at: datetime = START, matter: str = "funding", partner: UUID = NSCC) -> Answer:
    return who_decides(folded.community("here"), folded.index, matter, partner, at, about)


def test_the_owner_is_named_with_holder_rule_instrument_and_facts() -> None:
    others: dict[str, Any] = {"alternate": HEAD, "escalation": HEAD}
    folded = register(position(HEAD, "head", HANA), position(DEAN, "dean", DANA, **others), owns(DEAN))
    answer = ask(folded)
    assert answer.status == "decided"
    assert answer.position is not None
    assert answer.alternate is not None
    assert answer.escalation is not None
    assert (answer.position.key, answer.alternate.key, answer.escalation.key) == ("nscc/dean", "nscc/head", "nscc/head")
    assert [holder.person for holder in answer.position.holders] == [DANA]
    assert (answer.responsibility, answer.instrument) == (responsibility(DEAN, Scope()), LETTER)
    assert set(answer.facts) == {UUID(int=1000 + place) for place in range(5, 11)}
    assert answer.log_index == folded.index


def test_nobody_accountable_is_unowned() -> None:
    folded = register(position(DEAN, "dean", DANA), owns(DEAN, letter="consulted"))
    assert ask(folded).status == "unowned"
    assert ask(register(position(DEAN, "dean", DANA), owns(DEAN)), matter="fees").status == "unowned"


def test_an_unknown_partner_is_unowned() -> None:
    assert ask(register(), partner=HEALTH).status == "unowned"


def test_a_position_nobody_holds_is_vacant() -> None:
    answer = ask(register(position(DEAN, "dean", None), owns(DEAN)))
    assert answer.status == "vacant"
    assert answer.position is not None
    assert answer.position.holders == ()


def test_an_unconfirmed_responsibility_shows_and_grants_nothing() -> None:
    answer = ask(register(position(DEAN, "dean", DANA), owns(DEAN, confirmed=False)))
    assert answer.status == "unconfirmed"
    assert answer.position is None
    assert [candidate.key for candidate in answer.candidates] == ["nscc/dean"]


@pytest.mark.parametrize("void", ["confirmed", "holder_confirmed"])
def test_an_unconfirmed_position_or_holder_shows_as_unconfirmed_and_grants_nothing(void: str) -> None:
    answer = ask(register(position(DEAN, "dean", DANA, **{void: False}), owns(DEAN)))
    assert answer.status == "unconfirmed"
    assert answer.position is not None
    assert answer.position.holders == ()


def test_two_equal_matches_are_ambiguous_and_grant_nothing() -> None:
    answer = ask(register(position(DEAN, "dean", DANA), position(HEAD, "head", HANA), owns(DEAN), owns(HEAD)))
    assert answer.status == "ambiguous"
    assert answer.position is None
    assert {candidate.key for candidate in answer.candidates} == {"nscc/dean", "nscc/head"}


NARROWER = [
    (Scope("sector", "health"), Scope()),
    (Scope("jurisdiction", "CA-NS"), Scope("sector", "health")),
    (Scope("credit", "credit"), Scope("jurisdiction", "CA-NS")),
    (Scope("job-function", "nurse"), Scope("credit", "credit")),
    (Scope("unit", "school-of-health"), Scope("job-function", "nurse")),
    (Scope("amount", "5000"), Scope("unit", "school-of-health")),
    (Scope("amount", "5000"), Scope("amount", "10000")),
    (Scope("microcredential", "x"), Scope("amount", "5000")),
]


@pytest.mark.parametrize(("narrow", "wide"), NARROWER, ids=lambda scope: f"{scope.kind}:{scope.value}")
def test_the_narrowest_scope_wins(narrow: Scope, wide: Scope) -> None:
    folded = register(position(DEAN, "dean", DANA), position(HEAD, "head", HANA), owns(HEAD, wide), owns(DEAN, narrow))
    answer = ask(folded, narrow, wide if wide.kind != "amount" else narrow)
    assert answer.position is not None
    assert (answer.position.key, answer.scope) == ("nscc/dean", narrow)


def test_a_scope_not_at_hand_does_not_match() -> None:
    folded = register(position(DEAN, "dean", DANA), owns(DEAN, Scope("sector", "health")))
    assert ask(folded).status == "unowned"
    assert ask(folded, Scope("sector", "energy")).status == "unowned"
    assert ask(folded, Scope("unit", "health")).status == "unowned"


def test_where_only_something_narrower_is_owned_the_answer_says_within_what_and_by_whom() -> None:
    narrow = owns(DEAN, Scope("unit", "health"))
    answer = ask(register(position(DEAN, "dean", DANA), position(HEAD, "head", HANA), narrow, owns(HEAD, until=START)))
    assert answer.status == "unowned"
    assert answer.sentence == (
        "Only within unit health (nscc/dean) is anybody at nscc accountable for funding; say within what it lies."
    )
    assert [candidate.key for candidate in answer.candidates] == ["nscc/dean"]


def test_of_many_narrower_scopes_a_few_are_told_and_every_position_is_named() -> None:
    many = [owns(DEAN, Scope("unit", f"unit-{number}")) for number in range(7)]
    answer = ask(register(position(DEAN, "dean", DANA), *many))
    assert "unit unit-6 (nscc/dean)" in answer.sentence
    assert ", 2 more is anybody" in answer.sentence
    assert [candidate.key for candidate in answer.candidates] == ["nscc/dean"]


ADMINISTERED: list[Fact] = position(ADMINISTRATOR, "administrator", ADA)
NOBODY: dict[str, list[list[Fact]]] = {
    "unowned": [],
    "vacant": [position(DEAN, "dean", None), owns(DEAN)],
    "unconfirmed": [position(DEAN, "dean", DANA), owns(DEAN, confirmed=False)],
    "ambiguous": [position(DEAN, "dean", DANA), position(HEAD, "head", HANA), owns(DEAN), owns(HEAD)],
}


@pytest.mark.parametrize("status", NOBODY)
def test_where_nobody_decides_the_answer_names_the_authority_administrator_to_go_to(status: str) -> None:
    answer = ask(register(ADMINISTERED, *NOBODY[status]))
    assert (answer.status, answer.coordinator) == (status, None)
    assert answer.next is not None
    assert (answer.next.key, [one.person for one in answer.next.holders]) == ("nscc/administrator", [ADA])


def test_where_nobody_administers_the_authority_its_stand_in_is_named_and_else_the_coordinator() -> None:
    opened: list[Fact] = [said.CommunityOpened("here", {"en": "Here"}, HANA)]
    vacant = position(ADMINISTRATOR, "administrator", None, alternate=HEAD)
    answer = ask(register(opened, position(HEAD, "head", HANA), vacant))
    assert answer.next is not None
    assert (answer.next.key, answer.coordinator) == ("nscc/head", None)
    answer = ask(register(opened, position(ADMINISTRATOR, "administrator", None)))
    assert answer.next is not None
    assert (answer.next.key, answer.coordinator) == ("nscc/administrator", HANA)
    assert ask(register(opened), partner=HEALTH).coordinator == HANA


def test_a_decided_answer_sends_nobody_further() -> None:
    answer = ask(register(ADMINISTERED, position(DEAN, "dean", DANA), owns(DEAN)))
    assert (answer.status, answer.next, answer.coordinator) == ("decided", None, None)


def test_of_a_position_that_begins_later_the_answer_says_when() -> None:
    later = [structs.replace(fact, since=START + 10 * DAY) if isinstance(fact, said.PositionEstablished) else fact
             for fact in position(DEAN, "dean", DANA)]  # fmt: skip
    answer = ask(register(later, owns(DEAN)), at=START + DAY)
    assert (answer.status, answer.sentence) == (
        "vacant", "funding is decided by nscc/dean, which begins on 2026-01-11.",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("amount", "status"), [("4999.99", "decided"), ("5000", "decided"), ("5000.01", "unowned"), ("much", "unowned")]
)
def test_an_amount_is_owned_up_to_its_limit(amount: str, status: str) -> None:
    folded = register(position(DEAN, "dean", DANA), owns(DEAN, Scope("amount", "5000")))
    assert ask(folded, Scope("amount", amount)).status == status


def test_of_several_amounts_the_highest_lies_within_the_limit() -> None:
    folded = register(position(DEAN, "dean", DANA), owns(DEAN, Scope("amount", "5000")))
    assert ask(folded, Scope("amount", "250000"), Scope("amount", "1")).status == "unowned"


@pytest.mark.parametrize("limit", ["unlimited", "inf", "nan", None])
def test_a_limit_that_is_no_number_grants_nothing(limit: str | None) -> None:
    folded = register(position(DEAN, "dean", DANA), owns(DEAN, Scope("amount", limit)))
    assert ask(folded, Scope("amount", "1")).status == "unowned"


def test_an_entry_holds_from_its_beginning_until_its_end_which_is_excluded() -> None:
    folded = register(position(DEAN, "dean", DANA), owns(DEAN, since=START + DAY, until=START + 3 * DAY))
    asked = [ask(folded, at=START + days * DAY).status for days in range(4)]
    assert asked == ["unowned", "decided", "decided", "unowned"]


def test_an_end_recorded_later_counts_and_can_only_be_brought_forward() -> None:
    ended: list[Fact] = [
        said.HolderEnded(holding(DEAN), DEAN, START + 2 * DAY, LETTER),
        said.HolderEnded(holding(DEAN), DEAN, START + 5 * DAY, LETTER),
        said.ResponsibilityEnded(responsibility(DEAN, Scope()), NSCC, START + 4 * DAY, LETTER),
    ]
    folded = register(position(DEAN, "dean", DANA), owns(DEAN), ended)
    assert [ask(folded, at=START + days * DAY).status for days in (1, 2, 4)] == ["decided", "vacant", "unowned"]


def test_nothing_is_granted_before_the_moment_of_its_confirmation() -> None:
    folded = register(position(DEAN, "dean", DANA), owns(DEAN), days=1)  # the responsibility is confirmed on day 6
    asked = [ask(folded, at=START + days * DAY).status for days in (5, 6)]
    assert asked == ["unconfirmed", "decided"]


def test_another_community_sees_nothing() -> None:
    folded = register(position(DEAN, "dean", DANA), owns(DEAN))
    answer = who_decides(folded.community("elsewhere"), folded.index, "funding", NSCC, START)
    assert answer.status == "unowned"


def test_whoever_holds_one_position_acts_in_it_without_saying_so() -> None:
    here = register(position(DEAN, "dean", DANA)).community("here")
    assert acting_in(here, DANA, None, START) == Acting(DANA, DEAN, NSCC)
    assert acting_in(here, DANA, "nscc/dean", START) == acting_in(here, DANA, str(DEAN), START)


def test_whoever_holds_several_positions_or_none_must_say_which() -> None:
    here = register(position(DEAN, "dean", DANA), position(HEAD, "head", DANA)).community("here")
    assert acting_in(here, DANA, "nscc/head", START).position == HEAD
    for person in (DANA, HANA):
        with pytest.raises(Refused) as refused:
            acting_in(here, person, None, START)
        assert refused.value.names(StateYourPosition)


def test_nobody_acts_in_a_position_they_do_not_hold_then() -> None:
    here = register(position(DEAN, "dean", DANA)).community("here")
    for person, stated, at in (
        (HANA, "nscc/dean", START),
        (DANA, "nscc/head", START),
        (DANA, "nscc/dean", START - DAY),
    ):
        with pytest.raises(Refused) as refused:
            acting_in(here, person, stated, at)
        assert refused.value.names(NotYourPosition)


def test_the_owner_gets_evidence_and_others_are_told_whom_to_go_to() -> None:
    folded = register(position(DEAN, "dean", DANA), position(HEAD, "head", HANA), owns(DEAN))
    here = folded.community("here")
    evidence = require_evidence(here, folded.index, "funding", Acting(DANA, DEAN, NSCC), START)
    assert (evidence.responsibility, evidence.log_index) == (responsibility(DEAN, Scope()), folded.index)
    assert evidence.facts == ask(folded).facts
    with pytest.raises(Refused) as refused:
        require_evidence(here, folded.index, "funding", Acting(HANA, HEAD, NSCC), START)
    assert refused.value.names(NotTheirsToDecide)
    (answer,) = refused.value.allowed_actions
    assert answer.position.key == "nscc/dean"


def test_a_country_holds_its_subdivisions_and_the_subdivision_is_the_narrower() -> None:
    canada, nova_scotia = Scope("jurisdiction", "CA"), Scope("jurisdiction", "CA-NS")
    positions = [*position(DEAN, "dean", DANA), *position(HEAD, "head", HANA)]
    nationwide = register(positions, owns(DEAN, canada))
    assert ask(nationwide, nova_scotia).status == "decided"
    assert ask(nationwide, canada).status == "decided"
    assert ask(nationwide, Scope("jurisdiction", "CAN")).status == "unowned"
    assert ask(register(positions, owns(DEAN, nova_scotia)), canada).status == "unowned"
    both = register(positions, owns(DEAN, canada), owns(HEAD, nova_scotia))
    keys = [one.position and one.position.key for one in (ask(both, nova_scotia), ask(both, canada))]
    assert keys == ["nscc/head", "nscc/dean"]
