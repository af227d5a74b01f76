"""The versions of an outline, from its draft on; for those who read drafts, and for those who do not."""

from services.oversight.projections import outlines
from services.oversight.projections.outlines import Version
from services.oversight.projections.story import in_causal_order
from shared.contracts.values import Acting, Outline
from shared.kernel import Fact, Recorded, new_id
from tests.services.oversight.telling import CAST, Telling

CASTING = {name: Acting(new_id(), new_id(), new_id()) for name in CAST}


def told() -> tuple[Telling, list[Recorded[Fact]]]:
    said = Telling(CASTING, "atlantic", "welding")
    said.concept_accepted()
    said.opened()
    facts = [*said.facts("intake"), *said.facts("credentials")]
    return said, in_causal_order(facts)


def test_a_proposal_s_versions_come_before_its_microcredential_s() -> None:
    _, facts = told()
    known = outlines.versions(facts)
    assert [one.place.partition("@")[0] for one in known] == ["intake", "credentials"]
    assert [one.revision for one in known] == [None, 0]
    assert outlines.at_place(known, "intake@999") == known[0]
    assert outlines.at_place(known, known[1].place) == known[1]
    assert outlines.at_place(known, "intake@0") is None


def test_without_the_draft_the_first_version_is_what_was_submitted() -> None:
    _, facts = told()
    whole, shown = outlines.versions(facts), outlines.versions(facts, drafting=False)
    assert shown[0].outline == whole[0].outline
    assert shown[0].at > whole[0].at
    assert outlines.at_place(shown, whole[0].place) is None


def test_what_one_last_spoke_on_is_the_version_that_stood_then() -> None:
    _, facts = told()
    known = outlines.versions(facts)
    foreman = outlines.last_signed(facts, known, CASTING["plant/foreman"].person)
    assert foreman is not None
    assert foreman.version == known[0]
    assert outlines.last_signed(facts, known, new_id()) is None


def test_the_fields_that_changed_are_named_in_the_order_of_an_outline() -> None:
    before = Outline(title={"en": "Welding"}, hours=20)
    assert outlines.changed(before, Outline(title={"en": "Welding"}, cost={"en": "Free"})) == ("hours", "cost")
    assert outlines.changed(before, before) == ()


def test_a_moment_before_the_first_version_has_none() -> None:
    _, facts = told()
    known: tuple[Version, ...] = outlines.versions(facts)
    assert outlines.at_time(known, known[0].at) == known[0]
    assert outlines.at_time((), known[0].at) is None
