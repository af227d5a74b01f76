"""Which version of a pathway is in force, as far as was heard."""

from datetime import datetime, timedelta
from uuid import UUID

from services.intake.domain.pathways import InForce, Pathways
from shared.contracts.credentials import PathwayPublished
from shared.kernel import Actor, Fact, Metadata, Recorded, UnknownFact
from tests.services.intake.domain.given import NOW, an_id

RAPID = an_id(51)
LATER = NOW + timedelta(days=30)


def heard(index: int, fact: Fact, at: datetime, community: str = "atlantic") -> Recorded[Fact]:
    nobody = Metadata(Actor())
    return Recorded(
        an_id(900 + index), fact.fact_tag(), "credentials", community, f"pathway-{RAPID}", index, index, at, at,
        an_id(1), 1, an_id(1), None, nobody, fact,
    )  # fmt: skip


def published(version: int) -> PathwayPublished:
    return PathwayPublished(RAPID, "rapid", version, {"en": "Rapid"}, ())


def after(*facts: Recorded[Fact]) -> Pathways:
    pathways = Pathways()
    for fact in facts:
        pathways.apply(fact)
    return pathways


def version(found: InForce | None) -> tuple[UUID, int] | None:
    return (found.pathway, found.version) if found else None


def test_a_pathway_is_found_by_its_key_and_by_its_id() -> None:
    pathways = after(heard(1, published(1), NOW))
    assert version(pathways.in_force("atlantic", "rapid", NOW)) == (RAPID, 1)
    assert version(pathways.in_force("atlantic", str(RAPID), NOW)) == (RAPID, 1)


def test_the_version_in_force_is_the_latest_published_by_that_moment() -> None:
    pathways = after(heard(1, published(1), NOW), heard(2, published(2), LATER))
    assert version(pathways.in_force("atlantic", "rapid", LATER - timedelta(seconds=1))) == (RAPID, 1)
    assert version(pathways.in_force("atlantic", "rapid", LATER)) == (RAPID, 2)


def test_a_pathway_is_not_in_force_before_it_is_published_nor_in_another_community() -> None:
    pathways = after(heard(1, published(1), NOW))
    assert pathways.in_force("atlantic", "rapid", NOW - timedelta(seconds=1)) is None
    assert pathways.in_force("pacific", "rapid", NOW) is None
    assert pathways.in_force("atlantic", "other", NOW) is None


def test_facts_that_are_no_pathways_are_passed_over() -> None:
    assert after(heard(1, UnknownFact(), NOW)).index == 1
