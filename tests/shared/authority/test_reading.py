"""Who may read what, as values: every reader at every stage."""

from datetime import UTC, datetime
from uuid import UUID, uuid5

import pytest

from shared.authority import reading
from shared.authority.reading import COORDINATORS, Reader, Readership, owners_of
from shared.contracts import partnerships as said
from shared.contracts.credentials import MicrocredentialOpened, OfferingOpened, SignOffRecorded, StepOpened
from shared.contracts.intake import (
    ConceptResponded,
    InvitationEnded,
    ProposalDrafted,
    ProposalReturned,
    ProposalSubmitted,
    ReaderInvited,
)
from shared.contracts.values import (
    Acting,
    Evidence,
    NoteRef,
    Outline,
    OwnerAt,
    PathwayStep,
    Quorum,
    QuorumOf,
    RosterOf,
    Seat,
)
from shared.kernel import Fact
from tests.shared.authority.test_resolution import DORA, away, college, delegated
from tests.shared.authority.test_who_decides import ADA, DANA, DAY, DEAN, HANA, LETTER, NSCC, START, holding, register

AT = datetime(2026, 3, 1, tzinfo=UTC)


def an_id(name: str) -> UUID:
    return uuid5(UUID(int=9), name)


def by(partner: str) -> Acting:
    return Acting(an_id(f"person of {partner}"), an_id(f"position of {partner}"), an_id(partner))


PROPOSAL, DIGEST = an_id("proposal"), "sha-256:" + "0" * 64
EVIDENCE = Evidence("review", an_id("nscc"), an_id("dean"), 1)
DRAFTED = ProposalDrafted(PROPOSAL, "welding", by("nscc"), Outline())
INVITED = ReaderInvited(PROPOSAL, an_id("invitation"), by("nscc"), person=an_id("guest"))
SUBMITTED = ProposalSubmitted(PROPOSAL, an_id("cican"), by("nscc"), DIGEST)
RESPONDED = ConceptResponded(PROPOSAL, an_id("response"), by("plant"), DIGEST, True, True, EVIDENCE)
RETURNED = ProposalReturned(PROPOSAL, by("cican"), EVIDENCE, NoteRef(an_id("note"), DIGEST, "en"))
STEPS = (
    PathwayStep("validation", "endorse", "industry-validation", QuorumOf(an_id("council")), ("title",)),
    PathwayStep("funding", "approve", "funding", OwnerAt(an_id("funder")), ("cost",)),
)
OPENED = MicrocredentialOpened(PROPOSAL, "welding", by("nscc"), by("cican"), an_id("pathway"), 1, STEPS, Outline())
ROSTER = RosterOf(an_id("council"), (Seat(an_id("foreman"), an_id("plant")),), Quorum(1))
STEP_OPENED = StepOpened(PROPOSAL, "validation", ROSTER, DIGEST, AT, ())
SIGNED = SignOffRecorded(PROPOSAL, "validation", an_id("sign-off"), by("clinic"), "endorse", DIGEST, 0, EVIDENCE)
RUN = OfferingOpened(an_id("offering"), PROPOSAL, 1, by("farm"), EVIDENCE, AT.date(), AT.date())

READERS = {
    "own": {an_id("nscc")},
    "guest": {an_id("guest")},
    "addressee": {an_id("cican")},
    "industry": {owners_of("industry-validation")},
    "plant": {an_id("plant")},
    "clinic": {an_id("clinic")},
    "funder": {an_id("funder")},
    "farm": {an_id("farm")},
    "coordinator": {COORDINATORS},
    "stranger": {an_id("nobody")},
}


@pytest.mark.parametrize(
    ("facts", "sees"),
    [
        ((DRAFTED,), {"own"}),
        ((DRAFTED, INVITED), {"own", "guest"}),
        ((DRAFTED, INVITED, InvitationEnded(PROPOSAL, an_id("invitation"), by("nscc"))), {"own"}),
        ((DRAFTED, INVITED, SUBMITTED), {"own", "guest", "addressee", "industry", "coordinator"}),
        ((DRAFTED, SUBMITTED, RESPONDED), {"own", "addressee", "industry", "plant", "coordinator"}),
        ((DRAFTED, SUBMITTED, RESPONDED, RETURNED), {"own", "addressee", "plant", "coordinator"}),
        ((OPENED,), {"own", "addressee", "funder", "coordinator"}),
        ((OPENED, STEP_OPENED), {"own", "addressee", "funder", "plant", "coordinator"}),
        ((OPENED, STEP_OPENED, SIGNED), {"own", "addressee", "funder", "plant", "clinic", "coordinator"}),
        ((OPENED, RUN), {"own", "addressee", "funder", "farm", "coordinator"}),
    ],
    ids=["draft", "invited", "ended", "submitted", "answered", "returned", "opened", "step", "signed", "delivered"],
)
def test_each_reader_sees_at_each_stage_what_is_theirs_to_see(facts: tuple[Fact, ...], sees: set[str]) -> None:
    readership = reading.of(facts)
    assert readership is not None
    readers = {name: Reader(an_id("somebody"), frozenset(ids)) for name, ids in READERS.items()}
    assert {name for name, reader in readers.items() if reader.may_read(readership)} == sees
    assert Reader(an_id("auditor"), None).may_read(readership)


def test_who_may_read_a_submitted_proposal_does_not_read_how_it_was_before_unless_it_was_open_to_them() -> None:
    readership = reading.of((DRAFTED, INVITED, SUBMITTED))
    assert readership is not None
    readers = {name: Reader(an_id("somebody"), frozenset(ids)) for name, ids in READERS.items()}
    drafting = {name for name, reader in readers.items() if reader.may_read_drafting(readership)}
    assert drafting == {"own", "guest", "coordinator"}


def test_what_is_in_confidence_is_for_author_council_coordinator_and_auditor() -> None:
    councils, author = {an_id("council")}, an_id("author")
    member = Reader(an_id("member"), frozenset(), seats=frozenset(councils))
    coordinator = Reader(an_id("coordinator"), frozenset(), is_coordinator=True)
    for reader in (member, coordinator, Reader(author, frozenset()), Reader(an_id("auditor"), None)):
        assert reader.may_read_confidence(author, councils)
    assert not Reader(an_id("stranger"), frozenset()).may_read_confidence(author, councils)


def test_what_was_never_drafted_nor_opened_is_read_by_nobody() -> None:
    assert reading.of((SUBMITTED, SIGNED)) is None
    assert Readership(an_id("nscc"), draft=True).ids == {an_id("nscc")}


@pytest.mark.parametrize(
    "ends",
    [
        said.DelegationEnded(UUID(int=41), DEAN, ADA, START + DAY),
        said.HolderEnded(holding(DEAN), DEAN, START + DAY, LETTER),
        said.PositionEnded(DEAN, START + DAY, LETTER),
    ],
    ids=lambda fact: type(fact).__name__,
)
def test_a_delegate_reads_while_the_delegation_is_in_effect_and_no_longer(ends: Fact) -> None:
    community = register(college(), delegated(), [ends]).community("here")
    readers = [reading.reader(community, DORA, "member", START + days * DAY) for days in (0, 1)]
    assert [reader.may_read(Readership(NSCC, draft=False)) for reader in readers] == [True, False]


def test_a_delegate_of_one_matter_reads_no_drafts_no_small_counts_and_nothing_in_confidence() -> None:
    convened = said.CouncilConvened(an_id("council"), "advice", {"en": "Advice"}, (Seat(DEAN, NSCC),), Quorum(1))
    community = register(college(), delegated(), [convened]).community("here")
    reader = reading.reader(community, DORA, "member", START)
    assert reader.may_read(Readership(an_id("other"), False, named=frozenset({NSCC})))
    assert not reader.may_read(Readership(NSCC, draft=True))
    assert not reader.may_read_drafting(Readership(NSCC, draft=False))
    assert not reader.may_read_confidence(None, {an_id("council")})
    assert not reader.delivers(NSCC)


def test_whoever_stands_in_reads_as_the_owner_does_while_they_do() -> None:
    community = register(college(), [away(until=1)]).community("here")
    readers = {person: reading.reader(community, person, "member", START) for person in (HANA, DANA)}
    assert {DEAN, owners_of("funding")} <= (readers[HANA].ids or set())
    assert (readers[DANA].ids or set()) - {DANA} <= (readers[HANA].ids or set())
    assert DEAN not in (reading.reader(community, HANA, "member", START + DAY).ids or ())


@pytest.mark.parametrize(("since", "until", "reads"), [(0, 2, True), (0, 1, False), (2, 3, False)])
def test_a_seat_reads_in_confidence_during_its_term_only(since: int, until: int, reads: bool) -> None:
    seat = Seat(DEAN, NSCC, since=START + since * DAY, until=START + until * DAY)
    convened = said.CouncilConvened(an_id("council"), "advice", {"en": "Advice"}, (seat,), Quorum(1))
    reader = reading.reader(register(college(), [convened]).community("here"), DANA, "member", START + DAY)
    assert reader.may_read_confidence(None, {an_id("council")}) is reads
    assert (an_id("council") in (reader.ids or ())) is reads
