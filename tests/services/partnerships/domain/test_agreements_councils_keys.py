"""Agreements, councils and keys."""

from datetime import timedelta
from uuid import UUID

import pytest

from services.partnerships.domain import agreement as agreements
from services.partnerships.domain import community as keys
from services.partnerships.domain import council as councils
from services.partnerships.domain.agreement import (
    AGREEMENT,
    ProposeAgreement,
    SignAgreement,
)
from services.partnerships.domain.agreement_refusals import NoSuchAgreement, NotAParty, OtherTerms
from services.partnerships.domain.community import KEY, AlreadyRevoked, IssueKey, NoSuchKey, RevokeKey, ScopeNotTheirs
from services.partnerships.domain.council import (
    COUNCIL,
    ChangeCouncil,
    ConveneCouncil,
    NoSuchCouncil,
    QuorumOutOfReach,
    SeatTwice,
)
from services.partnerships.domain.terms import TooFewParties
from shared.contracts.partnerships import (
    AgreementInForce,
    AgreementProposed,
    AgreementTerms,
    CouncilChanged,
    KeyRevoked,
)
from shared.contracts.values import Acting, Evidence, Quorum, Seat
from shared.security.scopes import ROLE_SCOPES
from tests.services.partnerships.domain.given import DANA, DAY, DEAN, HEAD, HEALTH, NOON, NSCC, given, refused

AGREED = UUID(int=51)
TERMS = AgreementTerms((NSCC, HEALTH), {"en": "shared"}, {"en": "blended"})
PROPOSED = agreements.propose(AGREED, ProposeAgreement("care", TERMS))
DIGEST = PROPOSED[0].digest if isinstance(PROPOSED[0], AgreementProposed) else ""
BY_NSCC, BY_HEALTH = Acting(DANA, DEAN, NSCC), Acting(DANA, HEAD, HEALTH)


def sign(by: Acting, *before: tuple[agreements.AgreementFact, ...], digest: str = DIGEST) -> tuple[object, ...]:
    evidence = Evidence("agreement-signing", by.partner, by.position, 1)
    return agreements.sign(given(AGREEMENT, *before), SignAgreement(digest), by, evidence, NOON)


def signed(by: Acting, *before: tuple[agreements.AgreementFact, ...]) -> tuple[agreements.AgreementFact, ...]:
    return sign(by, *before)  # type: ignore[return-value]  # facts of an agreement


@pytest.mark.parametrize("parties", [(), (NSCC,), (NSCC, NSCC), (NSCC, HEALTH, NSCC)])
def test_an_agreement_needs_two_partners_each_named_once(parties: tuple[UUID, ...]) -> None:
    terms = AgreementTerms(parties, {"en": "x"}, {"en": "y"})
    with refused(TooFewParties):
        agreements.propose(AGREED, ProposeAgreement("care", terms))


def test_it_is_in_force_with_the_last_signature_in_any_order() -> None:
    for first, last in ((BY_NSCC, BY_HEALTH), (BY_HEALTH, BY_NSCC)):
        one = signed(first, PROPOSED)
        assert len(one) == 1
        assert signed(last, PROPOSED, one)[1:] == (AgreementInForce(AGREED),)


def test_signing_again_is_silence_before_and_after_it_is_in_force() -> None:
    one = signed(BY_NSCC, PROPOSED)
    both = signed(BY_HEALTH, PROPOSED, one)
    assert sign(BY_NSCC, PROPOSED, one) == sign(BY_NSCC, PROPOSED, one, both) == ()


def test_only_its_parties_sign_only_its_terms_and_only_what_was_proposed() -> None:
    with refused(NotAParty):
        sign(Acting(DANA, DEAN, UUID(int=3)), PROPOSED)
    with refused(OtherTerms):
        sign(BY_NSCC, PROPOSED, digest="sha-256:" + "0" * 64)
    with refused(NoSuchAgreement):
        sign(BY_NSCC)


SEATS = (Seat(DEAN, NSCC), Seat(HEAD, HEALTH))
BOARD = UUID(int=61)


def convene(size: int, *seats: Seat, distinct: bool = True) -> tuple[councils.CouncilFact, ...]:
    quorum = Quorum(size, distinct)
    return councils.convene(BOARD, ConveneCouncil("board", {"en": "Board"}, (), quorum), seats, {}, NOON)


def test_a_quorum_that_could_never_be_met_is_refused() -> None:
    assert convene(2, *SEATS)
    with refused(QuorumOutOfReach):
        convene(3, *SEATS)
    with refused(QuorumOutOfReach):
        convene(2, Seat(DEAN, NSCC), Seat(HEAD, NSCC))
    assert convene(2, Seat(DEAN, NSCC), Seat(HEAD, NSCC), distinct=False)


def test_a_position_fills_one_seat() -> None:
    with refused(SeatTwice):
        convene(1, *SEATS, SEATS[0])


def test_a_council_changes_and_a_change_to_what_is_so_is_silence() -> None:
    board = given(COUNCIL, convene(2, *SEATS))
    assert councils.change(board, ChangeCouncil((), Quorum(2)), SEATS, {}, NOON) == ()
    assert councils.change(board, ChangeCouncil((), Quorum(1)), SEATS, {}, NOON) == (
        CouncilChanged(BOARD, SEATS, Quorum(1)),
    )
    with refused(QuorumOutOfReach):
        councils.change(board, ChangeCouncil((), Quorum(2)), SEATS[:1], {}, NOON)
    with refused(NoSuchCouncil):
        councils.change(COUNCIL.initial, ChangeCouncil((), Quorum(1)), SEATS, {}, NOON)


ISSUED = keys.issue("0" * 16, "sha-256:" + "0" * 64, IssueKey(DANA, "member"), (), NOON)


def test_a_key_has_its_role_s_scopes_or_the_fewer_named() -> None:
    assert keys.scopes_for(IssueKey(DANA, "member")) == ROLE_SCOPES["member"]
    assert keys.scopes_for(IssueKey(DANA, "member", ("propose",))) == ("propose",)
    assert keys.scopes_for(IssueKey(DANA, "member", ("backdate", "read"))) == ("read", "backdate")


@pytest.mark.parametrize(
    "intent",
    [
        IssueKey(DANA, "member", ("keys:issue",)),
        IssueKey(DANA, "auditor", ("decide",)),
        IssueKey(DANA, "member", ("zoo",)),
        IssueKey(DANA, "operator"),
        IssueKey(DANA, "operator", ()),
    ],
)
def test_no_key_has_more_than_its_role_and_nobody_is_made_operator(intent: IssueKey) -> None:
    with refused(ScopeNotTheirs):
        keys.issue("0" * 16, "sha-256:" + "0" * 64, intent, (), NOON)


def test_a_key_whose_revocation_states_no_moment_opens_nothing_two_seconds_on() -> None:
    state = given(KEY, ISSUED)
    assert keys.revoke(state, RevokeKey(), NOON) == (KeyRevoked("0" * 16, NOON + timedelta(seconds=2)),)
    assert keys.revoke(state, RevokeKey(NOON - DAY), NOON) == (KeyRevoked("0" * 16, NOON - DAY),)


def test_a_revocation_can_only_be_brought_forward() -> None:
    revoked = keys.revoke(given(KEY, ISSUED), RevokeKey(NOON + DAY), NOON)
    assert revoked == (KeyRevoked("0" * 16, NOON + DAY),)
    after = given(KEY, ISSUED, revoked)
    with refused(AlreadyRevoked):
        keys.revoke(after, RevokeKey(NOON + DAY), NOON)
    assert keys.revoke(after, RevokeKey(NOON), NOON) == (KeyRevoked("0" * 16, NOON),)
    with refused(NoSuchKey):
        keys.revoke(KEY.initial, RevokeKey(), NOON)
