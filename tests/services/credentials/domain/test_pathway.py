"""Pathways: a DAG of known parties, published in versions."""

import pytest
from msgspec import structs

from services.credentials.domain import pathway
from services.credentials.domain.pathway import (
    PATHWAY,
    FollowsNothing,
    GoesInCircles,
    NoSteps,
    NoSuchPathway,
    PartnerTwice,
    PathwayTooLong,
    PublishPathway,
    PublishVersion,
    StepTwice,
    UnknownParty,
)
from shared.contracts.values import EachOf, PathwayStep
from shared.kernel import Refused, fold
from tests.services.credentials.domain.given import ACADEMIC, COLLEGES, COUNCIL, FUNDING, INDUSTRY, STEPS, an_id

PARTNERS = {an_id(name) for name in (*COLLEGES, "cican")}
PATH = an_id("pathway")


def publish(*steps: PathwayStep) -> None:
    pathway.publish(PATH, PublishPathway("path", {"en": "Path"}, steps), PARTNERS, {COUNCIL})


def test_a_pathway_is_published_in_its_first_version() -> None:
    (fact,) = pathway.publish(PATH, PublishPathway("path", {"en": "Path"}, STEPS), PARTNERS, {COUNCIL})
    assert (fact.version, fact.steps) == (1, STEPS)


def test_a_later_version_leaves_the_first_as_it_was() -> None:
    published = pathway.publish(PATH, PublishPathway("path", {"en": "Path"}, STEPS), PARTNERS, {COUNCIL})
    shorter = PublishVersion({"en": "Path"}, STEPS[:2])
    later = pathway.publish_version(fold(PATHWAY, published), shorter, PARTNERS, {COUNCIL})
    state = fold(PATHWAY, (*published, *later))
    assert later[0].version == 2
    assert pathway.steps_of(state, 1) == STEPS
    assert pathway.steps_of(state, 2) == STEPS[:2]


def test_the_same_steps_again_are_silence() -> None:
    published = pathway.publish(PATH, PublishPathway("path", {"en": "Path"}, STEPS), PARTNERS, {COUNCIL})
    same = PublishVersion({"en": "Path"}, STEPS)
    assert pathway.publish_version(fold(PATHWAY, published), same, PARTNERS, {COUNCIL}) == ()


def test_steps_that_go_in_circles_are_refused() -> None:
    first = structs.replace(INDUSTRY, after=("academic-approval",))
    with pytest.raises(Refused, match="industry-validation") as refused:
        publish(first, ACADEMIC)
    assert refused.value.names(GoesInCircles)


def test_every_fault_is_named_at_once() -> None:
    lost = structs.replace(FUNDING, after=("nowhere",), rule=structs.replace(FUNDING.rule, partner=an_id("stranger")))
    with pytest.raises(Refused) as refused:
        publish(lost, INDUSTRY, INDUSTRY)
    for reason in (FollowsNothing, StepTwice, UnknownParty):
        assert refused.value.names(reason)


def test_a_partner_is_named_once_in_a_step_and_steps_fit_into_a_fact() -> None:
    twice = structs.replace(ACADEMIC, rule=EachOf((an_id("nscc"), an_id("nscc"))), after=())
    with pytest.raises(Refused) as refused:
        publish(twice, *(structs.replace(INDUSTRY, key=f"step-{number}") for number in range(60)))
    for reason in (PartnerTwice, PathwayTooLong):
        assert refused.value.names(reason)


def test_a_council_nobody_convened_is_refused() -> None:
    with pytest.raises(Refused) as refused:
        pathway.publish(PATH, PublishPathway("path", {"en": "Path"}, (INDUSTRY,)), PARTNERS, set())
    assert refused.value.names(UnknownParty)


def test_a_pathway_without_steps_is_refused() -> None:
    with pytest.raises(Refused) as refused:
        publish()
    assert refused.value.names(NoSteps)


def test_a_version_that_was_never_published_is_missing() -> None:
    with pytest.raises(Refused) as refused:
        pathway.steps_of(PATHWAY.initial, 1)
    assert refused.value.names(NoSuchPathway)
