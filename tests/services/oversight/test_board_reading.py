"""Who finds which drafts on the board, and that what is counted is what they may read."""

import pytest

from shared.contracts.intake import InvitationEnded, ReaderInvited
from shared.kernel import new_id
from tests.services.oversight.place import Place, place
from tests.services.oversight.telling import Telling

__all__ = ["place"]

SERVICES = ("partnerships", "oversight")
pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.servers]
READERS = ("coordinator", "auditor", "nscc-dean", "plant-foreman", "clinic-chief", "cican-programs")


async def readers(place: Place, said: Telling, stage: str) -> set[str]:
    """Who finds it in the column of that stage."""
    return {
        name
        for name in READERS
        for column in (await place.board(as_=name, stage=stage, limit=200))["columns"]
        if said.key in [card["key"] for card in column["cards"]]
    }


async def test_a_draft_that_was_returned_is_read_by_whoever_could_once_it_was_submitted(place: Place) -> None:
    said = place.telling("returned")
    said.drafted()
    said.submitted()
    said.responded("plant/foreman")
    said.returned()
    await place.hears(said)
    assert await readers(place, said, "draft") == {
        "coordinator", "auditor", "nscc-dean", "plant-foreman", "cican-programs",
    }  # fmt: skip


async def test_whoever_was_invited_finds_a_draft_for_as_long_as_they_are(place: Place) -> None:
    said, partner = place.telling("invited"), place.cast["clinic/chief"].partner
    person, others = place.cast["plant/foreman"].person, [new_id(), new_id()]
    said.drafted()
    stream, by = f"proposal-{said.proposal}", place.cast["nscc/lead"]
    said.say(stream, ReaderInvited(said.proposal, others[0], by, partner=partner))
    said.say(stream, ReaderInvited(said.proposal, others[1], by, person=person))
    await place.hears(said)
    assert await readers(place, said, "draft") == {"auditor", "nscc-dean", "plant-foreman", "clinic-chief"}
    said.say(stream, InvitationEnded(said.proposal, others[0], by))
    later = place.telling("invited")
    later.told = said.told[-1:]
    await place.hears(later)
    assert await readers(place, said, "draft") == {"auditor", "nscc-dean", "plant-foreman"}


@pytest.mark.parametrize("stage", ["draft", "ended"])
async def test_more_are_counted_of_what_one_may_read_only(place: Place, stage: str) -> None:
    tellings = [place.telling(f"counted-{stage}-{number}") for number in range(6)]
    for number, said in enumerate(tellings):
        said.drafted()
        if number % 2:
            said.submitted()
            said.returned()
        if stage == "ended":
            said.withdrawn()
    await place.hears(*tellings)
    for name in READERS:
        [whole] = (await place.board(as_=name, stage=stage, limit=200))["columns"]
        [first] = (await place.board(as_=name, stage=stage, limit=1))["columns"]
        keys = [card["key"] for card in whole["cards"]]
        assert (first["more"], [card["key"] for card in first["cards"]]) == (max(0, len(keys) - 1), keys[:1])
        mine = {key for key in keys if key.startswith("counted-") and f"-{stage}-" in key}
        all_of_them = {said.key for said in tellings}
        submitted = {said.key for said in tellings[1::2]}
        assert mine == {
            "auditor": all_of_them, "nscc-dean": all_of_them, "coordinator": submitted, "cican-programs": submitted,
        }.get(name, set())  # fmt: skip
