"""Seats with terms and capacities, the chair, and quorums that require seats and sectors."""

from datetime import datetime

import pytest

from services.partnerships.domain import council as councils
from services.partnerships.domain.council import (
    COUNCIL,
    ChairHasNoSeat,
    ChangeCouncil,
    ConveneCouncil,
    CouncilFact,
    NobodyFromThatSector,
    QuorumOutOfReach,
    RequiredSeatMissing,
    TermNeverHolds,
)
from shared.contracts.partnerships import CouncilChanged, CouncilConvened
from shared.contracts.values import Quorum, Seat
from shared.kernel import Refused
from tests.services.partnerships.domain.given import DAY, DEAN, HEAD, HEALTH, NOON, NSCC, given, refused

SECTORS = {HEALTH: ("healthcare",), NSCC: ("education",)}
SEATS = (Seat(DEAN, NSCC), Seat(HEAD, HEALTH))
BOARD = DEAN


def convene(quorum: Quorum, *seats: Seat, at: datetime = NOON, chair: bool = False) -> tuple[CouncilFact, ...]:
    intent = ConveneCouncil("board", {"en": "Board"}, (), quorum, DEAN if chair else None)
    return councils.convene(BOARD, intent, seats, SECTORS, at)


def test_a_quorum_may_require_a_seat_and_a_sector_that_are_there() -> None:
    (convened,) = convene(Quorum(1, seats=(DEAN,), sectors=("healthcare",)), *SEATS)
    assert isinstance(convened, CouncilConvened)
    assert convened.quorum.sectors == ("healthcare",)


def test_a_required_seat_that_nobody_fills_is_refused() -> None:
    with refused(RequiredSeatMissing):
        convene(Quorum(1, seats=(HEAD,)), SEATS[0])


@pytest.mark.parametrize("seats", [SEATS[:1], (SEATS[0], Seat(HEAD, HEALTH, "personal"))])
def test_a_required_sector_that_no_partner_s_seat_is_from_is_refused(seats: tuple[Seat, ...]) -> None:
    with refused(NobodyFromThatSector):
        convene(Quorum(1, sectors=("healthcare",)), *seats)


def test_a_personal_seat_counts_for_no_partner_but_is_a_voice_where_voices_are_counted() -> None:
    personal = (SEATS[0], Seat(HEAD, HEALTH, "personal"))
    with refused(QuorumOutOfReach):
        convene(Quorum(2), *personal)
    assert convene(Quorum(2, distinct_partners=False), *personal)


def test_a_seat_whose_term_has_ended_brings_no_quorum_nearer_and_one_to_come_does() -> None:
    with refused(QuorumOutOfReach):
        convene(Quorum(2), SEATS[0], Seat(HEAD, HEALTH, until=NOON))
    assert convene(Quorum(2), SEATS[0], Seat(HEAD, HEALTH, until=NOON + DAY))
    assert convene(Quorum(2), SEATS[0], Seat(HEAD, HEALTH, since=NOON + DAY))


def test_a_term_that_never_holds_is_refused() -> None:
    with refused(TermNeverHolds):
        convene(Quorum(1), SEATS[0], Seat(HEAD, HEALTH, since=NOON, until=NOON))


def test_the_chair_has_a_seat() -> None:
    (convened,) = convene(Quorum(1), *SEATS, chair=True)
    assert isinstance(convened, CouncilConvened)
    assert convened.chair == DEAN
    with refused(ChairHasNoSeat):
        convene(Quorum(1), SEATS[1], chair=True)


def test_every_reason_against_a_council_is_named_at_once() -> None:
    with pytest.raises(Refused) as error:
        convene(Quorum(3, seats=(HEAD,), sectors=("mining",)), SEATS[0], SEATS[0])
    names = {type(reason).__name__ for reason in error.value.reasons}
    assert names == {"SeatTwice", "QuorumOutOfReach", "RequiredSeatMissing", "NobodyFromThatSector"}


def test_another_chair_is_a_change_and_the_same_again_is_silence() -> None:
    board = given(COUNCIL, convene(Quorum(1), *SEATS))
    changed = councils.change(board, ChangeCouncil((), Quorum(1), HEAD), SEATS, SECTORS, NOON)
    assert changed == (CouncilChanged(BOARD, SEATS, Quorum(1), HEAD),)
    after = given(COUNCIL, convene(Quorum(1), *SEATS), changed)
    assert councils.change(after, ChangeCouncil((), Quorum(1), HEAD), SEATS, SECTORS, NOON) == ()
