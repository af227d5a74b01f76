"""The agreement a microcredential runs under: named while in force, and what it allows."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from services.credentials.domain import agreements, offering
from services.credentials.domain.agreements import (
    AgreementNotHeard,
    AgreementNotInForce,
    NameAgreement,
    NoAgreementLetsThemDeliver,
    NotTheirPart,
    ProposerIsNoParty,
    ReuseNotAgreed,
)
from services.credentials.domain.authorities import Known
from services.credentials.domain.offering import OpenOffering
from services.credentials.domain.outline import NotTheProposingPartner
from shared.authority import Community
from shared.authority.agreements import Agreement, Version
from shared.authority.entries import Partner
from shared.contracts.credentials import AgreementNamed, OfferingOpened, UnderAgreement
from shared.contracts.partnerships import AgreementTerms
from shared.contracts.partnerships.agreements import PartsOf
from shared.kernel import Reason, Refused
from tests.services.credentials.domain.given import AT, MC, PROPOSER, Story, acting, an_id, requested, with_authority

DAY = timedelta(days=1)
NSCC, SECOND, THIRD = (an_id(key) for key in ("nscc", "consortium-b", "consortium-c"))
AGREED = an_id("agreement")
TERMS = AgreementTerms(
    (NSCC, SECOND),
    {"en": "shared"},
    {"en": "blended"},
    reuse=("CA-PE",),
    parts=(PartsOf(NSCC, ("lead", "awards", "owns", "delivers")), PartsOf(SECOND, ("funds",))),
)


def known(*versions: Version, at: datetime = AT + 100 * DAY, ends: datetime | None = None) -> Known:
    """Three colleges, each in a province of its own, and an agreement of those versions."""
    community = Community("atlantic")
    for key, where in (("nscc", "CA-NS"), ("consortium-b", "CA-NB"), ("consortium-c", "CA-PE")):
        community.partners[an_id(key)] = Partner(
            an_id(key), key, {"en": key}, "post-secondary", where, (), an_id("administrator"), AT, AT
        )
    if versions:
        community.agreements[AGREED] = Agreement(AGREED, "consortium", list(versions), ends)
    return Known(community, 1, at)


FIRST = Version(1, TERMS, "", AT, AT)
IN_FORCE = known(FIRST)


def approved(under: Known | None = IN_FORCE) -> Story:
    story = requested().approved()
    if under is not None:
        story.then(agreements.name(story.state, NameAgreement(AGREED), acting(PROPOSER), under))
    return story


def opened(story: Story, now: Known = IN_FORCE, **stated: Any) -> OfferingOpened:
    given = OpenOffering(AT.date(), AT.date(), **stated)
    facts = offering.start(story.state, an_id("offering"), given, with_authority(PROPOSER, "delivery"), now)
    assert isinstance(facts[0], OfferingOpened)
    return facts[0]


def why_not(story: Story, now: Known = IN_FORCE, **stated: Any) -> list[Reason]:
    with pytest.raises(Refused) as refused:
        opened(story, now, **stated)
    return list(refused.value.reasons)


def test_the_proposing_partner_names_an_agreement_in_force_once() -> None:
    story = requested().approved()
    facts = agreements.name(story.state, NameAgreement(AGREED), acting(PROPOSER), IN_FORCE)
    assert facts == (AgreementNamed(MC, AGREED, 1, acting(PROPOSER)),)
    story.then(facts)
    assert agreements.name(story.state, NameAgreement(AGREED), acting(PROPOSER), IN_FORCE) == ()


@pytest.mark.parametrize(
    ("by", "now", "kind"),
    [
        ("consortium-b/dean", IN_FORCE, NotTheProposingPartner),
        (PROPOSER, known(), AgreementNotHeard),
        (PROPOSER, known(Version(1, TERMS, "", AT)), AgreementNotInForce),
        (PROPOSER, known(FIRST, ends=AT), AgreementNotInForce),
        (PROPOSER, known(Version(1, AgreementTerms((SECOND, THIRD), {}, {}), "", AT, AT)), ProposerIsNoParty),
        (PROPOSER, known(Version(1, TERMS, "", AT, AT, left={NSCC: AT})), ProposerIsNoParty),
    ],
)
def test_what_may_not_be_named_is_refused(by: str, now: Known, kind: type[Reason]) -> None:
    with pytest.raises(Refused) as refused:
        agreements.name(requested().state, NameAgreement(AGREED), acting(by), now)
    assert refused.value.names(kind)


def test_an_offering_keeps_the_agreement_and_the_version_it_was_judged_on() -> None:
    under = known(FIRST, Version(2, TERMS, "", AT, AT + 50 * DAY))
    assert opened(approved(), under, jurisdiction="CA-PE").agreement == UnderAgreement(AGREED, 2)
    assert opened(approved(), known(FIRST, Version(2, TERMS, "", AT))).agreement == UnderAgreement(AGREED, 1)


@pytest.mark.parametrize("jurisdiction", [None, "CA-NS", "CA-PE"])
def test_whoever_delivers_does_so_at_home_and_where_reuse_was_agreed(jurisdiction: str | None) -> None:
    assert opened(approved(), jurisdiction=jurisdiction).jurisdiction == jurisdiction


def test_reuse_outside_of_what_was_agreed_is_refused_with_what_is_allowed() -> None:
    (reason,) = why_not(approved(), jurisdiction="CA-NB")
    assert isinstance(reason, ReuseNotAgreed)
    assert reason.sentence == (
        "Version 1 of the agreement consortium allows delivery in CA-NS and reuse in CA-PE; CA-NB is outside of it."
    )


def test_a_partner_without_the_part_does_not_deliver() -> None:
    (reason,) = why_not(approved(), delivered_by=SECOND)
    assert isinstance(reason, NotTheirPart)
    assert reason.sentence == (
        "Under version 1 of the agreement consortium, nscc delivers; consortium-b does not deliver."
    )
    silent = Version(1, AgreementTerms((NSCC, SECOND), {}, {}), "", AT, AT)
    assert opened(approved(), known(silent), delivered_by=SECOND).delivered_by == SECOND
    assert isinstance(why_not(approved(), known(silent), delivered_by=THIRD)[0], NotTheirPart)


def test_nothing_is_offered_while_the_agreement_is_not_in_force() -> None:
    (reason,) = why_not(approved(), known(FIRST, ends=AT + DAY))
    assert isinstance(reason, AgreementNotInForce)
    assert "it ended on" in reason.sentence


def test_without_an_agreement_it_is_offered_as_before_and_nobody_else_delivers() -> None:
    plain = approved(under=None)
    assert opened(plain, known(), jurisdiction="CA-NB").agreement is None
    (reason,) = why_not(plain, known(), delivered_by=SECOND)
    assert isinstance(reason, NoAgreementLetsThemDeliver)


def test_a_country_holds_its_provinces_and_no_other_name_that_begins_like_it() -> None:
    wide = Version(1, AgreementTerms((NSCC, SECOND), {}, {}, reuse=("CA",)), "", AT, AT)
    assert opened(approved(), known(wide), jurisdiction="CA-YT").jurisdiction == "CA-YT"
    narrow = Version(1, AgreementTerms((NSCC, SECOND), {}, {}, reuse=("CA-N",)), "", AT, AT)
    assert why_not(approved(), known(narrow), jurisdiction="CA-NB")
