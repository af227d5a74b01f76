"""Every state of every decider is kept as bytes, read back, and goes on from there as if it had never been away."""

import ast
import importlib
from collections.abc import Iterator, Sequence
from datetime import date, timedelta, timezone
from importlib.util import find_spec
from pathlib import Path
from typing import Any, get_args
from uuid import UUID

import msgspec
import pytest
from hypothesis import given as drawn
from hypothesis import strategies

from services.credentials.domain import review
from services.credentials.domain.review import DecideReview, SubmitReview
from shared.contracts.credentials import (
    ConditionAnswer,
    OfferingClosed,
    OfferingOpened,
    PathwayPublished,
)
from shared.contracts.partnerships import (
    AgreementInForce,
    AgreementProposed,
    AgreementRevised,
    AgreementSigned,
    AgreementTerminated,
    AgreementTerms,
    AuditorMandated,
    BlackoutChanged,
    BlackoutEnded,
    BlackoutRecorded,
    CalendarKept,
    CommunityOpened,
    CouncilChanged,
    CouncilConvened,
    HolderAppointed,
    HolderConfirmed,
    HolderEnded,
    KeyIssued,
    KeyRevoked,
    MandateEnded,
    MatterAdded,
    MeetingCancelled,
    MeetingMoved,
    MeetingScheduled,
    PartnerRegistered,
    PartnerWithdrew,
    PersonErased,
    PersonRegistered,
    PositionConfirmed,
    PositionEstablished,
    ResponsibilityAssigned,
    ResponsibilityConfirmed,
    ResponsibilityEnded,
    SigningKeyRegistered,
    SigningKeyRevoked,
    StaffSheetConfirmed,
    StaffSheetRecorded,
)
from shared.contracts.values import Acting, Envelope, Evidence, Instrument, OutlineChange, Quorum, Scope, Seat
from shared.eventstore.schemas import BELOW_THE_DOMAIN, code_digest, schema_of
from shared.kernel import Decider, Fact, Refused, fold
from tests.services.credentials.domain import given as credentials
from tests.services.credentials.domain.given import ADVISORS, COLLEGES, PROPOSER, Story, an_id, with_authority
from tests.services.deciders import deciders
from tests.services.intake.domain import given as intake
from tests.services.partnerships.domain.given import ADA, DANA, DAY, DEAN, HEAD, HEALTH, LETTER, NOON, NSCC
from tests.support.servers import CHECKOUT

ALL = deciders()
ONE, TWO, ZERO = UUID(int=41), UUID(int=42), "sha-256:" + "0" * 64
EVIDENCE = Evidence("delivery", NSCC, DEAN, 7)
BY_NSCC, BY_HEALTH = Acting(DANA, DEAN, NSCC), Acting(ADA, HEAD, HEALTH)
EAST = NOON.astimezone(timezone(timedelta(hours=-4)))
TERMS = AgreementTerms((NSCC, HEALTH), {"en": "shared"}, {"en": "blended"})
SEATS = (Seat(DEAN, NSCC), Seat(HEAD, HEALTH))
TERMED = (Seat(DEAN, NSCC, "personal", EAST), Seat(HEAD, HEALTH, until=NOON + DAY))


def reviewed(story: Story, *decisions: str) -> Story:
    for number, decision in enumerate(decisions):
        one = an_id(f"review {number}")
        feedback = SubmitReview({"employers": 5, "wish_to_continue": "75%"})
        story.then(review.submit(story.state, one, feedback, with_authority(PROPOSER, "delivery"), None))
        answers = tuple(
            ConditionAnswer(item.condition, "carried")
            for item in getattr(story.state, "conditions", ())
            if item.is_open
        )
        given = DecideReview(decision, answers)  # type: ignore[arg-type]  # tests state decisions as words
        story.then(review.decide(story.state, one, given, with_authority("nscc/dean", "review"), set(), None))
    return story


def a_long_life() -> Story:
    """Returned once, revised, approved under a condition, renewed, restarted, approved again and retired."""
    story = credentials.requested()
    story.sign("industry-validation", ADVISORS[0], "recuse")
    for advisor in ADVISORS[1:3]:
        story.sign("industry-validation", advisor, "decline")
    story.revise(OutlineChange(hours=45, cost={"en": "free", "fr": "gratuit"}, need=None))
    story.request_validation()
    story.sign("industry-validation", ADVISORS[1], "endorse-with-conditions")
    for advisor in ADVISORS[2:4]:
        story.sign("industry-validation", advisor, "endorse")
    for college in COLLEGES:
        story.sign("academic-approval", f"{college}/dean", "approve")
    story.revise(OutlineChange(hours=50))
    for college in COLLEGES:
        story.sign("academic-approval", f"{college}/dean", "approve")
    story.sign("registrar", "nscc/registrar", "approve")
    story.sign("funding", "cican/programs", "approve")
    reviewed(story, "renew", "revise")
    story.request_validation()
    return reviewed(story.approved(), "retire")


HISTORIES: dict[str, Sequence[Sequence[Fact]]] = {
    "partnerships/community": [[CommunityOpened("atlantic", {"en": "Atlantic"}, DANA)]],
    "partnerships/person": [[PersonRegistered(DANA), PersonErased(DANA, ADA)]],
    "partnerships/sheet": [[StaffSheetRecorded(ONE, NSCC, ADA, ZERO, 1, (DEAN,)), StaffSheetConfirmed(ONE, NSCC, ADA)]],
    "partnerships/key": [
        [
            KeyIssued("00ff", DANA, "member", ("read",), ZERO, NOON + DAY),
            KeyRevoked("00ff", EAST),
            KeyRevoked("00ff", NOON),
        ]
    ],
    "partnerships/mandate": [
        [
            AuditorMandated(ONE, DANA, NOON, NOON + DAY, Instrument("letter", "AG-7", date(2026, 1, 5))),
            MandateEnded(ONE, DANA, NOON),
        ],
    ],
    "partnerships/signing-keys": [
        [
            SigningKeyRegistered(ZERO, DANA, "x" * 43 + "=", Envelope("", "", ())),
            SigningKeyRevoked(ZERO, DANA, DANA, EAST),
            SigningKeyRevoked(ZERO, DANA, ADA, NOON),
        ]
    ],
    "partnerships/matter": [[MatterAdded(ONE, "safety", {"en": "Safety", "fr": "Sécurité"})]],
    "partnerships/partner": [
        [
            PartnerRegistered(NSCC, "nscc", {"en": "NSCC"}, "post-secondary", "CA-NS", DEAN, LETTER),
            ResponsibilityAssigned(ONE, NSCC, DEAN, "funding", "accountable", EAST, LETTER),
            ResponsibilityConfirmed(ONE, NSCC, ADA),
            ResponsibilityAssigned(TWO, NSCC, DEAN, "fees", "informed", NOON, LETTER, Scope("amount", "50.5"), NOON),
            ResponsibilityEnded(ONE, NSCC, NOON + DAY, LETTER),
        ]
    ],
    "partnerships/position": [
        [
            PositionEstablished(DEAN, NSCC, "dean", {"en": "Dean"}, LETTER, NOON, HEAD),
            PositionConfirmed(DEAN, ADA),
            HolderAppointed(ONE, DEAN, DANA, NOON, LETTER),
            HolderConfirmed(ONE, DEAN, ADA),
            HolderAppointed(TWO, DEAN, ADA, NOON, LETTER, NOON + DAY),
            HolderEnded(ONE, DEAN, EAST, LETTER),
        ]
    ],
    "partnerships/council": [
        [
            CouncilConvened(ONE, "advisory", {"en": "Advisory"}, SEATS, Quorum(2)),
            CouncilChanged(ONE, TERMED, Quorum(2, True, (DEAN,), ("health",)), HEAD),
            CouncilChanged(ONE, SEATS, Quorum(1, False)),
        ]
    ],
    "partnerships/agreement": [
        [
            AgreementProposed(ONE, "care", TERMS, ZERO),
            AgreementSigned(ONE, BY_NSCC, ZERO, EVIDENCE),
            AgreementSigned(ONE, BY_HEALTH, ZERO, EVIDENCE),
            AgreementInForce(ONE),
            AgreementRevised(ONE, 2, TERMS, ZERO),
            AgreementSigned(ONE, BY_NSCC, ZERO, EVIDENCE, 2),
            PartnerWithdrew(ONE, BY_HEALTH, EVIDENCE, LETTER, EAST),
            AgreementTerminated(ONE, BY_HEALTH, EVIDENCE, LETTER, EAST),
        ]
    ],
    "partnerships/calendar": [
        [
            BlackoutRecorded(ONE, NSCC, DANA, NOON.date(), EAST.date(), {"en": "December blackout", "fr": "pause"}),
            CalendarKept(NSCC, DANA, "America/Halifax", (1, 2, 3, 4, 5), "08:30", "16:30", "CA-NS"),
            BlackoutChanged(ONE, NSCC, DANA, NOON.date(), (NOON + DAY).date(), {"en": "Closed"}),
            BlackoutEnded(ONE, NSCC, DANA, NOON.date()),
        ]
    ],
    "partnerships/meeting": [
        [
            MeetingScheduled(ONE, TWO, DANA, EAST, EAST + DAY, "America/Halifax", {"en": "Annual"}, {"en": "Room 1"}),
            MeetingMoved(ONE, DANA, NOON + DAY, NOON + 2 * DAY, "America/St_Johns"),
            MeetingCancelled(ONE, DANA),
        ]
    ],
    "intake/proposal": list(intake.HISTORIES.values()),
    "credentials/pathway": [
        [
            PathwayPublished(ONE, "rapid", version, {"en": "Rapid"}, credentials.STEPS[:version])
            for version in range(1, 4)
        ]
    ],
    "credentials/microcredential": [a_long_life().facts],
    "credentials/offering": [
        [
            OfferingOpened(ONE, TWO, 1, BY_NSCC, EVIDENCE, NOON.date(), NOON.date(), learners=12),
            OfferingClosed(ONE, TWO, BY_NSCC, EVIDENCE, 12, 11, {"completion_rate": "88%"}),
        ],
        [
            OfferingOpened(ONE, TWO, 1, BY_NSCC, EVIDENCE, NOON.date(), NOON.date(), delivered_by=HEALTH),
            OfferingClosed(ONE, TWO, BY_NSCC, EVIDENCE, delivered_by=HEALTH),
        ],
    ],
}


def goes_on_as_before(decider: Decider[Any, Any], facts: Sequence[Fact]) -> Iterator[type]:
    """Kept and read back after every fact; the types of the states it came by."""
    decoder = msgspec.json.Decoder(decider.states)
    end = fold(decider, facts)
    for cut in range(len(facts) + 1):
        state = fold(decider, facts[:cut])
        again = decoder.decode(msgspec.json.encode(state))
        assert again == state
        assert type(again) is type(state)
        assert orders(again) == orders(state)
        assert fold(decider, facts[cut:], again) == end
        yield type(state)


def orders(state: Any) -> list[list[Any]]:
    """The keys of its mappings in their order, which decisions go by and equality does not see."""
    fields = (getattr(state, name) for name in state.__struct_fields__)
    return [list(value) for value in fields if isinstance(value, dict)]


@pytest.mark.parametrize("name", ALL)
def test_a_state_kept_and_read_back_goes_on_as_before(name: str) -> None:
    decider, seen = ALL[name], set[type]()
    for facts in HISTORIES[name]:
        seen.update(goes_on_as_before(decider, facts))
    assert seen == set(get_args(decider.states)), "a history for every state"


Act = tuple[str, int, str]
ACTS = strategies.lists(
    strategies.tuples(
        strategies.sampled_from(
            ["request", "hours", "cost", "outcomes", "industry", "academic", "registrar", "funding"]
        ),
        strategies.integers(0, 4),
        strategies.sampled_from(["", "", "", "-with-conditions", "request-changes", "decline", "abstain", "recuse"]),
    ),
    max_size=25,
)


@drawn(ACTS)
def test_whatever_happens_to_a_microcredential_its_state_can_be_kept(acts: list[Act]) -> None:
    story = credentials.requested()
    for kind, who, how in acts:
        try:
            play(story, kind, who, how)
        except Refused:
            continue
    assert list(goes_on_as_before(ALL["credentials/microcredential"], story.facts))


def play(story: Story, kind: str, who: int, how: str) -> None:
    """One act of a story; `how` is a decision, or what follows the step's own verb in it."""
    decision = how if how and not how.startswith("-") else None
    match kind:
        case "request":
            story.request_validation()
        case "hours":
            story.revise(OutlineChange(hours=40 + who))
        case "cost":
            story.revise(OutlineChange(cost={"en": f"{who} dollars"}))
        case "outcomes":
            story.revise(OutlineChange(outcomes=({"en": f"perform task {who}"},)))
        case "industry":
            story.sign("industry-validation", ADVISORS[who], decision or f"endorse{how}")
        case "academic":
            story.sign("academic-approval", f"{COLLEGES[who % 3]}/dean", decision or f"approve{how}")
        case "registrar":
            story.sign("registrar", "nscc/registrar", decision or f"approve{how}")
        case _:
            story.sign("funding", "cican/programs", decision or f"approve{how}")


def test_a_schema_is_of_its_states_category_and_code() -> None:
    schemas = {schema_of(decider, code) for decider in ALL.values() for code in ("this", "that")}
    assert len(schemas) == 2 * len(ALL)
    offering = ALL["credentials/offering"]
    states = offering.states | type(ALL["partnerships/key"].initial)
    wider = Decider(offering.category, offering.initial, offering.evolve, states)
    assert schema_of(wider, "this") not in schemas
    assert schema_of(offering, "this") == schema_of(offering, "this")


def test_the_digest_of_the_code_changes_with_any_module_of_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    room = tmp_path / "some_service" / "domain"
    room.mkdir(parents=True)
    for folder in (room, room.parent):
        (folder / "__init__.py").write_text("")
    (room / "thing.py").write_text("def evolve(state, fact): return state\n")
    monkeypatch.syspath_prepend(tmp_path)
    before = code_digest(["some_service.domain"])
    assert code_digest(["some_service.domain"]) == before
    (room / "thing.py").write_text("def evolve(state, fact): return fact\n")
    after = code_digest(["some_service.domain"])
    (room / "other.py").write_text("")
    assert len({before, after, code_digest(["some_service.domain"])}) == 3


@pytest.mark.parametrize("service", ["partnerships", "intake", "credentials"])
def test_what_a_domain_folds_with_is_all_in_the_digest(service: str) -> None:
    """Else a changed module could make old snapshots mean another state under the same schema."""
    digested = (f"services.{service}.domain", *BELOW_THE_DOMAIN)
    reached, left = set[str](), [f"services.{service}.domain.{path.stem}" for path in domain_modules(service)]
    while left:
        if (name := left.pop()) not in reached:
            reached.add(name)
            left += imports_of(name)
    assert len(reached) > 10
    assert [name for name in reached if not f"{name}.".startswith(tuple(f"{one}." for one in digested))] == []


def domain_modules(service: str) -> list[Path]:
    return [path for path in (CHECKOUT / "services" / service / "domain").glob("*.py") if path.stem != "__init__"]


def imports_of(name: str) -> Iterator[str]:
    """The modules of ours that one imports, packages included."""
    spec = find_spec(name)
    assert spec is not None
    assert spec.origin is not None
    for node in ast.walk(ast.parse(Path(spec.origin).read_text())):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] in ("shared", "services"):
            yield node.module
            for alias in node.names:
                if isinstance(vars(importlib.import_module(node.module)).get(alias.name), type(ast)):
                    yield f"{node.module}.{alias.name}"
