"""Agreements: right terms, versions that take each other's place, and parties who leave."""

from datetime import datetime
from typing import Any
from uuid import UUID

import pytest
from msgspec import structs

from services.partnerships.domain import agreement as agreements
from services.partnerships.domain import terms as agreed
from services.partnerships.domain.agreement import (
    AGREEMENT,
    AgreementFact,
    LeaveAgreement,
    ProposeAgreement,
    ReviseAgreement,
    SignAgreement,
)
from services.partnerships.domain.agreement_refusals import (
    AgreementEnds,
    InThePast,
    NotAParty,
    NothingInForce,
    OtherTerms,
    TermsStandAlready,
)
from services.partnerships.domain.terms import (
    LicenceUnknown,
    NobodyPlays,
    NoPartyToIt,
    SeveralLead,
    SharesDoNotAddUp,
    ShareUnclear,
    StatedTwice,
)
from shared.contracts.partnerships import (
    AgreementInForce,
    AgreementRevised,
    AgreementTerminated,
    AgreementTerms,
    PartnerWithdrew,
)
from shared.contracts.partnerships.agreements import CostShare, Money, PartsOf
from shared.contracts.values import Acting, Evidence
from shared.kernel import Reason
from shared.security.digests import digest
from tests.services.partnerships.domain.given import DANA, DAY, DEAN, HEAD, HEALTH, LETTER, NOON, NSCC, given, refused

UNION = UUID(int=3)
AGREED = UUID(int=51)
TERMS = AgreementTerms((NSCC, HEALTH), {"en": "shared"}, {"en": "blended"})
NEXT = structs.replace(TERMS, reuse=("CA-NB",))
WIDER = structs.replace(TERMS, partners=(NSCC, HEALTH, UNION))
BY_NSCC, BY_HEALTH, BY_UNION = (Acting(DANA, DEAN, NSCC), Acting(DANA, HEAD, HEALTH), Acting(DANA, HEAD, UNION))
ALL_PLAYED = (PartsOf(NSCC, ("lead", "awards", "owns")), PartsOf(HEALTH, ("delivers", "funds")))


class Story:
    """What happened to one agreement so far."""

    def __init__(self, terms: AgreementTerms = TERMS) -> None:
        self.facts = list(agreements.propose(AGREED, ProposeAgreement("care", terms)))
        self.at = NOON

    @property
    def state(self) -> agreements.AgreementState:
        return given(AGREEMENT, self.facts)

    def then(self, facts: tuple[AgreementFact, ...]) -> tuple[AgreementFact, ...]:
        self.facts.extend(facts)
        return facts

    def sign(self, by: Acting, terms: AgreementTerms = TERMS) -> tuple[AgreementFact, ...]:
        evidence = Evidence("agreement-signing", by.partner, by.position, 1)
        return self.then(agreements.sign(self.state, SignAgreement(digest(terms)), by, evidence, self.at))

    def revise(self, terms: AgreementTerms) -> tuple[AgreementFact, ...]:
        return self.then(agreements.revise(self.state, ReviseAgreement(terms)))

    def leave(self, how: Any, by: Acting, effective: datetime | None = None) -> tuple[AgreementFact, ...]:
        evidence = Evidence("agreement-signing", by.partner, by.position, 1)
        return self.then(how(self.state, LeaveAgreement(LETTER, effective), by, evidence, self.at))


def in_force(terms: AgreementTerms = TERMS) -> Story:
    story = Story(terms)
    for by in (BY_NSCC, BY_HEALTH, BY_UNION)[: len(terms.partners)]:
        story.sign(by, terms)
    return story


def test_terms_that_say_who_does_what_and_who_pays_are_right() -> None:
    shares = (CostShare(NSCC, "66.67"), CostShare(HEALTH, "33.33"))
    terms = structs.replace(TERMS, parts=ALL_PLAYED, cost_shares=shares, licence="CC-BY-4.0")
    assert agreed.faults(terms) == ()
    in_words = structs.replace(terms, licence={"en": "For the members of the consortium"})
    assert agreed.faults(in_words) == ()
    amounts = tuple(CostShare(one, amount=Money("5000.00", "CAD")) for one in (NSCC, HEALTH))
    assert agreed.faults(structs.replace(terms, cost_shares=amounts)) == ()


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        ({"parts": (*ALL_PLAYED, PartsOf(UNION, ("funds",)))}, NoPartyToIt),
        ({"cost_shares": (CostShare(UNION, "100"),)}, NoPartyToIt),
        ({"parts": (PartsOf(NSCC, ("lead", "delivers", "owns")),)}, NobodyPlays),
        ({"parts": (ALL_PLAYED[0], PartsOf(HEALTH, ("lead", "delivers")))}, SeveralLead),
        ({"parts": (ALL_PLAYED[0], PartsOf(HEALTH, ("delivers", "delivers")))}, StatedTwice),
        ({"parts": (*ALL_PLAYED, PartsOf(HEALTH, ("convenes",)))}, StatedTwice),
        ({"cost_shares": (CostShare(NSCC, "33.3333"), CostShare(HEALTH, "66.6666"))}, SharesDoNotAddUp),
        ({"cost_shares": (CostShare(NSCC, "50"), CostShare(NSCC, "50"))}, StatedTwice),
        ({"cost_shares": (CostShare(NSCC, "50"), CostShare(HEALTH, amount=Money("1", "CAD")))}, ShareUnclear),
        ({"cost_shares": (CostShare(NSCC),)}, ShareUnclear),
        (
            {"cost_shares": (CostShare(NSCC, amount=Money("1", "CAD")), CostShare(HEALTH, amount=Money("1", "USD")))},
            ShareUnclear,
        ),
        ({"licence": "CC-BY-99"}, LicenceUnknown),
    ],
)
def test_terms_that_do_not_hold_together_are_refused(change: dict[str, Any], kind: type[Reason]) -> None:
    with refused(kind):
        agreements.propose(AGREED, ProposeAgreement("care", structs.replace(TERMS, **change)))


def test_the_former_version_stays_in_force_until_every_partner_has_signed_the_new_one() -> None:
    story = in_force()
    assert story.revise(NEXT) == (AgreementRevised(AGREED, 2, NEXT, digest(NEXT)),)
    assert isinstance(story.state, agreements.InForce)
    assert story.state.version == 1
    assert len(story.sign(BY_NSCC, NEXT)) == 1
    assert story.state.version == 1
    assert story.sign(BY_HEALTH, NEXT)[1:] == (AgreementInForce(AGREED, 2),)
    assert isinstance(story.state, agreements.InForce)
    assert (story.state.version, story.state.terms, story.state.pending) == (2, NEXT, None)
    with refused(OtherTerms):
        story.sign(BY_HEALTH, TERMS)


def test_no_partner_s_terms_are_replaced_without_its_signature() -> None:
    story = in_force(WIDER)
    story.revise(TERMS)
    story.sign(BY_NSCC, TERMS)
    assert len(story.sign(BY_HEALTH, TERMS)) == 1
    assert story.sign(BY_UNION, TERMS)[1:] == (AgreementInForce(AGREED, 2),)


def test_a_partner_the_new_version_adds_signs_it_and_not_the_former() -> None:
    story = in_force()
    story.revise(WIDER)
    story.sign(BY_UNION, WIDER)
    story.sign(BY_NSCC, WIDER)
    assert story.sign(BY_HEALTH, WIDER)[1:] == (AgreementInForce(AGREED, 2),)


def test_a_later_version_puts_aside_one_that_waited_with_its_signatures() -> None:
    story = in_force()
    story.revise(NEXT)
    story.sign(BY_NSCC, NEXT)
    assert story.revise(WIDER) == (AgreementRevised(AGREED, 3, WIDER, digest(WIDER)),)
    with refused(OtherTerms):
        story.sign(BY_HEALTH, NEXT)
    first = Story()
    first.sign(BY_NSCC)
    first.revise(NEXT)
    assert len(first.sign(BY_HEALTH, NEXT)) == 1


def test_revising_to_what_is_so_is_silence_and_the_version_in_force_puts_none_aside() -> None:
    story = in_force()
    assert story.revise(TERMS) == ()
    story.revise(NEXT)
    assert story.revise(NEXT) == ()
    with refused(TermsStandAlready):
        story.revise(TERMS)


def test_a_partner_leaves_from_a_moment_on_and_the_others_go_on() -> None:
    story = in_force(WIDER)
    (left,) = story.leave(agreements.withdraw, BY_UNION, NOON + DAY)
    assert isinstance(left, PartnerWithdrew)
    assert left.effective == NOON + DAY
    assert story.leave(agreements.withdraw, BY_UNION, NOON + 2 * DAY) == ()
    story.at = NOON + DAY
    with refused(NotAParty):
        story.sign(BY_UNION, WIDER)
    with refused(NotAParty):
        story.leave(agreements.terminate, BY_UNION)


def test_what_a_withdrawal_states_no_moment_for_takes_effect_two_seconds_on() -> None:
    (left,) = in_force(WIDER).leave(agreements.withdraw, BY_UNION)
    assert isinstance(left, PartnerWithdrew)
    assert (left.effective - NOON).total_seconds() == 2
    with refused(InThePast):
        in_force(WIDER).leave(agreements.withdraw, BY_UNION, NOON - DAY)


def test_it_ends_when_fewer_than_two_are_left_or_none_who_awards() -> None:
    facts = in_force().leave(agreements.withdraw, BY_HEALTH, NOON + DAY)
    assert [type(fact).__name__ for fact in facts] == ["PartnerWithdrew", "AgreementTerminated"]
    awarding = in_force(structs.replace(WIDER, parts=ALL_PLAYED))
    assert len(awarding.leave(agreements.withdraw, BY_UNION, NOON + 2 * DAY)) == 1
    ended = awarding.leave(agreements.withdraw, BY_NSCC, NOON + 3 * DAY)[-1]
    assert isinstance(ended, AgreementTerminated)
    assert ended.effective == NOON + 3 * DAY


def test_one_party_ends_it_for_all_and_an_end_is_only_brought_forward() -> None:
    story = in_force()
    story.leave(agreements.terminate, BY_HEALTH, NOON + 2 * DAY)
    assert story.leave(agreements.terminate, BY_NSCC, NOON + 3 * DAY) == ()
    (sooner,) = story.leave(agreements.terminate, BY_NSCC, NOON + DAY)
    assert isinstance(sooner, AgreementTerminated)
    with refused(AgreementEnds):
        story.sign(BY_NSCC)
    with refused(AgreementEnds):
        story.revise(NEXT)
    with refused(AgreementEnds):
        story.leave(agreements.withdraw, BY_NSCC)


def test_what_is_not_in_force_is_not_left_and_strangers_leave_nothing() -> None:
    for how in (agreements.withdraw, agreements.terminate):
        with refused(NothingInForce):
            Story().leave(how, BY_NSCC)
        with refused(NotAParty):
            in_force().leave(how, BY_UNION)


def test_once_a_party_has_left_those_who_signed_already_put_the_next_version_in_force() -> None:
    story = in_force(WIDER)
    story.revise(TERMS)
    story.sign(BY_NSCC, TERMS)
    story.sign(BY_HEALTH, TERMS)
    story.leave(agreements.withdraw, BY_UNION, NOON)
    state = story.state
    assert isinstance(state, agreements.InForce)
    assert agreements.missing(state, NOON - DAY) == {UNION}
    assert agreements.missing(state, NOON) == {NSCC, HEALTH}
    assert story.sign(BY_NSCC, TERMS) == (AgreementInForce(AGREED, 2),)
