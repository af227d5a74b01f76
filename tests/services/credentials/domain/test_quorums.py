"""Quorums that require sectors and seats, seats with terms, personal voices: met, out of reach, explained."""

from datetime import timedelta
from uuid import UUID

import pytest

from services.credentials.domain import authorities, rounds
from services.credentials.domain.authorities import Known, SeatHasNoVoice
from services.credentials.domain.rounds import Signed
from services.credentials.domain.steps import Open
from shared.authority import Community
from shared.authority.councils import Council, Roster
from shared.authority.entries import Partner
from shared.contracts.credentials import Decision
from shared.contracts.values import Capacity, Moment, Quorum, RosterOf, Seat
from tests.services.credentials.domain.given import AT, COUNCIL, INDUSTRY, acting, an_id

DAY = timedelta(days=1)
MEMBERS = ("plant/foreman", "clinic/chief", "port/master", "mill/head")
NOBODY: frozenset[UUID] = frozenset()


def seat(
    position: str, capacity: Capacity = "for-partner", since: Moment | None = None, until: Moment | None = None
) -> Seat:
    return Seat(acting(position).position, acting(position).partner, capacity, since, until)


def round_of(quorum: Quorum, *seats: Seat) -> RosterOf:
    return RosterOf(COUNCIL, seats or tuple(map(seat, MEMBERS)), quorum, {an_id("clinic"): ("healthcare",)})


def said(position: str, decision: Decision = "endorse") -> Signed:
    return Signed(an_id(f"{position} {decision}"), acting(position), decision, "sha-256:" + "0" * 64, 0)


def by(*positions: str) -> tuple[Signed, ...]:
    return tuple(said(position) for position in positions)


HEALTHCARE = Quorum(3, sectors=("healthcare",))


def test_enough_voices_without_the_required_sector_do_not_grant() -> None:
    round_ = round_of(HEALTHCARE)
    assert not rounds.is_met(round_, by("plant/foreman", "port/master", "mill/head"), NOBODY)
    assert rounds.is_met(round_, by("plant/foreman", "clinic/chief", "mill/head"), NOBODY)


def test_a_quorum_explains_itself() -> None:
    round_ = round_of(HEALTHCARE)
    signed = (*by("plant/foreman", "port/master"), said("mill/head", "recuse"), said("quay/clerk", "recuse"))
    assert rounds.explain(round_, signed) == "has 2 of 3; needs one more from healthcare; two recused"
    assert rounds.explain(round_, by("plant/foreman")) == "has 1 of 3; needs two more, one from healthcare"
    assert rounds.explain(round_, by("clinic/chief")) == "has 1 of 3"
    three = by("plant/foreman", "port/master", "mill/head")
    assert rounds.explain(round_, three) == "has 3 of 3; needs one more from healthcare"


def test_a_required_seat_is_named_where_names_are_known() -> None:
    chief = acting("clinic/chief").position
    round_ = round_of(Quorum(2, seats=(chief,)))
    signed = by("plant/foreman")
    assert rounds.explain(round_, signed) == "has 1 of 2; needs one more, one required seat"
    named = rounds.explain(round_, signed, called=lambda position: "clinic/chief")
    assert named == "has 1 of 2; needs one more, the voice of clinic/chief"
    assert not rounds.is_met(round_, by("plant/foreman", "port/master"), NOBODY)
    assert rounds.is_met(round_, by("plant/foreman", "clinic/chief"), NOBODY)


def test_recusals_from_the_only_required_sector_put_a_quorum_out_of_reach() -> None:
    round_ = round_of(Quorum(1, sectors=("healthcare",)))
    assert not rounds.is_out_of_reach(round_, (said("plant/foreman", "recuse"),), AT)
    assert rounds.is_out_of_reach(round_, (said("clinic/chief", "recuse"),), AT)
    required = round_of(Quorum(1, seats=(acting("plant/foreman").position,)))
    assert rounds.is_out_of_reach(required, (said("plant/foreman", "decline"),), AT)


def test_a_partner_counts_once_however_many_of_its_seats_speak() -> None:
    round_ = round_of(Quorum(2), seat("plant/foreman"), seat("plant/owner"), seat("clinic/chief"))
    assert not rounds.is_met(round_, by("plant/foreman", "plant/owner"), NOBODY)
    assert rounds.is_met(round_, by("plant/owner", "clinic/chief"), NOBODY)


def test_a_personal_voice_does_not_count_for_its_partner() -> None:
    seats = seat("plant/foreman"), seat("clinic/chief", "personal"), seat("port/master")
    round_ = round_of(Quorum(2), *seats)
    spoken = by("plant/foreman", "clinic/chief")
    assert not rounds.is_met(round_, spoken, NOBODY)
    assert rounds.explain(round_, spoken) == "has 1 of 2; one in a personal capacity, for no partner"
    assert not rounds.is_met(round_of(HEALTHCARE, *seats), by(*MEMBERS[:3]), NOBODY)
    assert rounds.is_met(round_of(Quorum(2, distinct_partners=False), *seats), spoken, NOBODY)
    required = round_of(Quorum(1, seats=(acting("clinic/chief").position,)), *seats)
    assert not rounds.is_met(required, by("plant/foreman"), NOBODY)
    assert rounds.is_met(required, spoken, NOBODY)


def test_a_round_waits_on_no_voice_that_cannot_count() -> None:
    seats = seat("plant/foreman"), seat("clinic/chief", "personal"), seat("port/master", until=AT)
    waits = rounds.waits_on(round_of(Quorum(1), *seats), "industry-validation", (), AT)
    assert [party.position for party in waits] == [acting("plant/foreman").position]


def test_a_seat_whose_term_has_ended_is_not_left_but_what_it_said_before_counts() -> None:
    round_ = round_of(Quorum(2), seat("plant/foreman"), seat("clinic/chief", until=AT + DAY))
    assert not rounds.is_out_of_reach(round_, (), AT)
    assert rounds.is_out_of_reach(round_, (), AT + DAY)
    assert not rounds.is_out_of_reach(round_, by("clinic/chief"), AT + DAY)
    assert rounds.is_met(round_, by("plant/foreman", "clinic/chief"), NOBODY)


def test_an_open_round_says_when_too_few_voices_are_left() -> None:
    round_ = round_of(Quorum(2), seat("plant/foreman"), seat("clinic/chief", until=AT + DAY))
    signed = by("plant/foreman")
    assert rounds.explain(round_, signed, at=AT) == "has 1 of 2"
    assert rounds.explain(round_, signed, at=AT + DAY) == "has 1 of 2; out of reach"
    assert rounds.explain(round_, by("plant/foreman", "clinic/chief"), at=AT + DAY) == "has 2 of 2"


@pytest.mark.parametrize(("since", "until"), [(None, AT), (AT + DAY, None)])
def test_a_seat_outside_of_its_term_has_no_voice(since: Moment | None, until: Moment | None) -> None:
    round_ = round_of(Quorum(1), seat("plant/foreman", since=since, until=until), seat("clinic/chief"))
    step = Open(INDUSTRY, round_, "sha-256:" + "0" * 64, AT)
    authority = authorities.for_step(Known(Community("atlantic"), 1, AT), acting("plant/foreman"), step, ())
    assert authority.evidence is None
    assert [type(reason) for reason in authority.why_not] == [SeatHasNoVoice]


def test_a_round_keeps_the_sectors_of_its_partners_as_it_opened() -> None:
    community = Community("atlantic")
    clinic = Partner(
        an_id("clinic"), "clinic", {"en": "Clinic"}, "employer", "CA-NS", ("healthcare", "research"),
        an_id("administrator"), AT, AT,
    )  # fmt: skip
    community.partners[clinic.id] = clinic
    chair = acting("clinic/chief").position
    roster = Roster(AT, tuple(map(seat, MEMBERS)), HEALTHCARE, chair)
    community.councils[COUNCIL] = Council(COUNCIL, "advisory", {"en": "Advisory"}, [roster])
    kept = authorities.rosters(Known(community, 1, AT))[COUNCIL]
    assert (kept.sectors, kept.chair) == ({clinic.id: ("healthcare",)}, chair)
    clinic.sectors = ()
    assert rounds.is_met(kept, by("plant/foreman", "clinic/chief", "mill/head"), NOBODY)
