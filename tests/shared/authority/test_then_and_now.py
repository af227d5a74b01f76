"""Whatever was answered once is answered again of that moment, with what was known by it; and why."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from shared.authority import Answer, Register, who_decides
from shared.contracts import partnerships as said
from shared.contracts.values import Scope
from shared.kernel import Actor, Fact, Metadata, Recorded
from tests.shared.authority.test_who_decides import ADA, DAY, LETTER, NSCC, REGISTERED, START

POSITIONS = [UUID(int=10 + place) for place in range(3)]
PERSONS = [UUID(int=20 + place) for place in range(3)]
ENTRIES = [UUID(int=30 + place) for place in range(3)]
SCOPES = (Scope(), Scope("sector", "health"), Scope("amount", "500"))
ABOUT = (Scope("sector", "health"), Scope("amount", "100"))

places = st.integers(0, 2)
moments = st.integers(-2, 12).map(lambda days: START + days * DAY)
ends = st.none() | moments


def _facts(place: int, person: int, entry: int, since: Any, until: Any) -> Iterator[Fact]:
    """Every kind of fact from which authority follows, of those three positions, persons and entries."""
    position, who, one, other = POSITIONS[place], PERSONS[person], ENTRIES[entry], POSITIONS[entry]
    terms: dict[str, Any] = {"alternate": other, "escalation": POSITIONS[person]}
    end = until or since + DAY
    yield said.PositionEstablished(position, NSCC, f"p{place}", {"en": "P"}, LETTER, since, **terms)
    yield said.PositionChanged(position, ADA, {"en": f"P{entry}"}, LETTER, **terms)
    yield said.PositionConfirmed(position, ADA)
    yield said.PositionEnded(position, end, LETTER)
    yield said.HolderAppointed(one, position, who, since, LETTER, until)
    yield said.HolderConfirmed(one, position, ADA)
    yield said.HolderEnded(one, position, end, LETTER)
    yield said.AbsenceRecorded(one, position, ENTRIES[person], who, since, until)
    yield said.AbsenceEnded(one, position, who, end)
    yield said.DelegationGranted(one, position, ENTRIES[person], who, PERSONS[entry], ("funding",), since, end, LETTER)
    yield said.DelegationConfirmed(one, position, ADA)
    yield said.DelegationEnded(one, position, who, end)
    scope = SCOPES[person]
    yield said.ResponsibilityAssigned(one, NSCC, position, "funding", "accountable", since, LETTER, scope, until)
    yield said.ResponsibilityConfirmed(one, NSCC, ADA)
    yield said.ResponsibilityEnded(one, NSCC, end, LETTER)


@st.composite
def facts(draw: st.DrawFn) -> Fact:
    made = list(_facts(draw(places), draw(places), draw(places), draw(moments), draw(ends)))
    return draw(st.sampled_from(made))


@st.composite
def histories(draw: st.DrawFn) -> list[Recorded[Any]]:
    """Facts recorded one after another, some of them of something that occurred earlier."""
    log, recorded_at = [], START
    for index, fact in enumerate([*REGISTERED, *draw(st.lists(facts(), min_size=5, max_size=60))], start=1):
        recorded_at += timedelta(hours=draw(st.integers(0, 12)))
        occurred_at = recorded_at - draw(st.sampled_from([0, 0, 0, 1, 3])) * DAY
        one = UUID(int=1000 + index)
        log.append(
            Recorded(
                one, fact.fact_tag(), "partnerships", "here", "x", 1, index, occurred_at, recorded_at, one, 1, one,
                None, Metadata(Actor()), fact,
            )
        )  # fmt: skip
    return log


def answered(register: Register, at: Any) -> Answer:
    return who_decides(register.community("here"), register.index, "funding", NSCC, at, ABOUT)


@settings(max_examples=150, deadline=None)
@given(histories(), st.lists(st.integers(0, 60), min_size=1, max_size=8))
def test_who_decides_of_a_past_moment_with_what_was_known_then_is_what_was_answered_then(
    log: list[Recorded[Any]], asked: list[int]
) -> None:
    live, answers = Register(), {}
    for recorded in log:
        live.apply(recorded)
        if recorded.index in asked:  # when the last of that moment was recorded
            answers[recorded.recorded_at] = answered(live, recorded.recorded_at)
    for at, before in answers.items():
        known = Register()
        for recorded in log:
            if recorded.recorded_at <= at:
                known.apply(recorded)
        again = answered(known, at)
        assert again.log_index >= before.log_index
        if again.log_index == before.log_index:
            assert again == before


@settings(max_examples=150, deadline=None)
@given(histories(), moments)
def test_nobody_decides_who_is_not_named_and_every_answer_explains_itself(log: list[Recorded[Any]], at: Any) -> None:
    folded = Register()
    for recorded in log:
        folded.apply(recorded)
    answer = answered(folded, at)
    assert (answer.status == "decided") == bool(answer.able)
    assert set(answer.facts) <= {recorded.id for recorded in log}
    if answer.status == "decided":
        assert answer.rule is not None
        assert answer.instruments
        assert answer.position is not None
        there = [holder for holder in answer.position.holders if not holder.absent]
        assert bool(answer.passed) == (not there)
