"""Persons: reached by themselves, coordinators, auditors, and whoever is sent to them; by nobody once erased."""

from typing import Any
from uuid import UUID

import pytest

from services.partnerships.app import after_migrate
from tests.support.community import INSTRUMENT, Caller, Communities, Community
from tests.support.logged import logged
from tests.support.running import Running

SERVICES = ("partnerships",)
V1 = "/partnerships/v1"
DANA = {"name": "Dean, acting", "email": "dean@college.example", "phone": "+1 902 555 0100 ext. 12", "language": "fr"}


async def registered(here: Community, **contact: str) -> str:
    person: str = (await here.coordinator.post(f"{V1}/persons", contact))["id"]
    return person


async def read(by: Caller, person: str) -> dict[str, Any]:
    seen: dict[str, Any] = await by.get(f"{V1}/persons/{person}")
    return seen


async def test_a_person_is_registered_with_nothing_but_an_id(communities: Communities) -> None:
    here = await communities.open()
    receipt = await here.coordinator.post(f"{V1}/persons")
    assert [one["fact"]["fact"] for one in receipt["recorded"]] == ["partnerships.person-registered.v1"]
    assert (await read(here.coordinator, receipt["id"]))["contact"] is None


async def test_how_to_reach_a_person_is_in_no_fact_but_its_fields_and_a_digest(communities: Communities) -> None:
    here = await communities.open()
    receipt = await here.coordinator.post(f"{V1}/persons", DANA)
    first, second = (one["fact"] for one in receipt["recorded"])
    assert first == {"fact": "partnerships.person-registered.v1", "person": receipt["id"]}
    assert second["changed"] == ["name", "email", "phone", "language"]
    assert set(second) == {"fact", "person", "by", "contact", "digest", "changed"}
    assert (await read(here.coordinator, receipt["id"]))["contact"] == DANA


async def test_a_person_changes_how_they_are_reached_and_the_same_again_is_silence(communities: Communities) -> None:
    here = await communities.open()
    await here.invite("dana")
    own, path = here.person("dana"), f"{V1}/persons/{here.persons['dana']}/contact"
    first = await own.post(path, DANA)
    second = await own.post(path, {"email": "new@college.example", "phone": None, "name": DANA["name"]})
    assert second["recorded"][0]["fact"]["changed"] == ["email", "phone"]
    assert (await own.post(path, {"email": "new@college.example"}))["recorded"] == []
    assert first["recorded"][0]["fact"]["digest"] != second["recorded"][0]["fact"]["digest"]
    told = (await own.get(f"{V1}/whoami"))["contact"]
    assert told == {"name": DANA["name"], "email": "new@college.example", "phone": None, "language": "fr"}


async def test_of_what_was_changed_only_what_it_is_now_is_kept(communities: Communities, stack: Running) -> None:
    here = await communities.open()
    person = await registered(here, name="First")
    path = f"{V1}/persons/{person}/contact"
    kept = [(await here.coordinator.post(path, {"name": name}))["recorded"][0]["fact"]["contact"] for name in "AB"]
    store = stack.platforms["partnerships"].store
    assert [await store.note(here.key, one) is not None for one in kept] == [False, True]


async def test_nobody_reads_what_is_sealed_for_a_person_as_a_note(communities: Communities) -> None:
    here = await communities.open()
    receipt = await here.coordinator.post(f"{V1}/persons", DANA)
    sealed = receipt["recorded"][1]["fact"]["contact"]
    await here.coordinator.refused(404, f"{V1}/notes/{sealed}", method="GET")


async def test_the_community_reads_how_to_reach_whoever_holds_a_confirmed_position(communities: Communities) -> None:
    here = await communities.open()
    await here.partner("nscc")
    await here.invite("reader", "advisor")
    await here.invite("auditor", "auditor")
    await here.invite("dana")
    person = here.persons["dana"]
    await here.coordinator.post(f"{V1}/persons/{person}/contact", DANA)
    path = f"{V1}/persons/{person}"
    problem = await here.person("reader").refused(403, path, method="GET")
    assert problem["type"] == "/problems/not-to-be-reached"
    assert (await read(here.person("auditor"), person))["contact"] == DANA
    assert (await read(here.person("dana"), person))["contact"] == DANA

    await here.position("nscc/dean", held_by="dana")
    seen = await read(here.person("reader"), person)
    assert (seen["contact"], [one["key"] for one in seen["positions"]]) == (DANA, ["nscc/dean"])


async def test_a_position_nobody_confirmed_opens_nobody_s_contact_data(communities: Communities) -> None:
    here = await communities.open()
    await here.partner("nscc")
    await here.invite("reader", "advisor")
    person = await registered(here, **DANA)
    asked = {"partner": here.partners["nscc"], "key": "dean", "title": {"en": "Dean"}, "instrument": INSTRUMENT}
    dean = (await here.coordinator.post(f"{V1}/positions", asked))["id"]
    held = {"person": person, "instrument": INSTRUMENT}
    await here.coordinator.post(f"{V1}/positions/{dean}/holders", held)
    await here.person("reader").refused(403, f"{V1}/persons/{person}", method="GET")


async def test_the_first_coordinator_is_reached_by_everybody_in_the_community(communities: Communities) -> None:
    here = await communities.open()
    coordinator = (await here.coordinator.get(f"{V1}/whoami"))["person"]
    await here.coordinator.post(f"{V1}/persons/{coordinator}/contact", {"email": "office@college.example"})
    await here.invite("reader", "advisor")
    assert (await read(here.person("reader"), coordinator))["contact"]["email"] == "office@college.example"


async def test_another_community_is_told_that_there_is_no_such_person(communities: Communities) -> None:
    here, there = await communities.open(), await communities.open()
    person = await registered(here, **DANA)
    await there.coordinator.refused(404, f"{V1}/persons/{person}", method="GET")
    await there.coordinator.refused(404, f"{V1}/persons/{person}/contact", {"name": "X"})
    await there.coordinator.refused(404, f"{V1}/persons/{person}/erase", {"reason": "no"})
    assert person not in {one["person"] for one in (await there.coordinator.get(f"{V1}/persons"))["items"]}


async def test_only_the_person_and_coordinators_change_and_erase(communities: Communities) -> None:
    here = await communities.open()
    person = await registered(here, **DANA)
    await here.invite("else")
    for path, body in (("contact", {"name": "X"}), ("erase", {"reason": "no"})):
        problem = await here.person("else").refused(403, f"{V1}/persons/{person}/{path}", body)
        assert problem["type"] == "/problems/not-their-contact"


async def test_coordinators_list_persons_page_by_page(communities: Communities) -> None:
    here = await communities.open()
    made = [await registered(here, name=f"Person {number}") for number in range(3)]
    first = await here.coordinator.get(f"{V1}/persons", limit=2)
    second = await here.coordinator.get(f"{V1}/persons", limit=2, after=first["next"])
    told = {one["person"]: one["contact"] for one in (*first["items"], *second["items"])}
    assert [told[person]["name"] for person in made] == ["Person 0", "Person 1", "Person 2"]
    assert second["next"] is None


async def test_an_erased_person_is_reached_by_nobody_and_their_positions_stay(communities: Communities) -> None:
    here = await communities.open()
    await here.partner("nscc")
    await here.position("nscc/dean", held_by="dana", answers_for=["funding"])
    person = here.persons["dana"]
    await here.coordinator.post(f"{V1}/persons/{person}/contact", DANA)
    asked = {
        "reason": {"words": "Left, and asked for it.", "confidentiality": "in-confidence"},
        "instrument": INSTRUMENT,
    }
    erased = await here.coordinator.post(f"{V1}/persons/{person}/erase", asked)
    fact = erased["recorded"][0]["fact"]
    assert (fact["fact"], fact["instrument"]) == ("partnerships.person-erased.v1", INSTRUMENT)

    seen = await read(here.coordinator, person)
    assert (seen["contact"], seen["erased_at"]) == (None, erased["recorded"][0]["occurred_at"])
    assert [one["key"] for one in seen["positions"]] == ["nscc/dean"]
    answer = await here.coordinator.get(f"{V1}/who-decides", matter="funding", partner="nscc")
    assert [one["person"] for one in answer["position"]["holders"]] == [person]
    listed = {one["person"]: one for one in (await here.coordinator.get(f"{V1}/persons"))["items"]}
    assert (listed[person]["contact"], listed[person]["erased_at"]) == (None, seen["erased_at"])
    assert (await here.person("dana").get(f"{V1}/whoami"))["contact"] is None


async def test_erasing_again_is_silence_and_nothing_is_ever_recorded_for_them_again(communities: Communities) -> None:
    here = await communities.open()
    person = await registered(here, **DANA)
    path = f"{V1}/persons/{person}"
    await here.coordinator.post(f"{path}/erase", {"reason": "They asked for it."})
    assert (await here.coordinator.post(f"{path}/erase", {"reason": "Again."}))["recorded"] == []
    problem = await here.coordinator.refused(409, f"{path}/contact", {"name": "Back"})
    assert problem["type"] == "/problems/is-erased"


async def test_who_was_erased_is_given_no_position_delegation_or_key(communities: Communities) -> None:
    here = await communities.open()
    await here.partner("nscc")
    await here.position("nscc/dean", "dana", ["funding"])
    await here.invite("eve")
    person, position = here.persons["eve"], f"{V1}/positions/{here.positions['nscc/dean']}"
    await here.coordinator.post(f"{V1}/persons/{person}/erase", {"reason": "They asked for it."})
    given = {"to": person, "matters": ["funding"], "until": "2090-01-01T00:00:00Z", "reason": "x"}
    for caller, path, asked in (
        (here.as_("nscc/authority-administrator"), f"{position}/holders", {"person": person, "instrument": INSTRUMENT}),
        (here.as_("nscc/dean"), f"{position}/delegations", {**given, "instrument": INSTRUMENT}),
        (here.coordinator, f"{V1}/keys", {"person": person, "role": "member"}),
    ):
        assert (await caller.refused(409, path, asked))["type"] == "/problems/is-erased"


async def test_whoever_erases_somebody_else_says_on_which_ground(communities: Communities) -> None:
    here = await communities.open()
    person = await registered(here, **DANA)
    problem = await here.coordinator.refused(422, f"{V1}/persons/{person}/erase", {})
    assert problem["type"] == "/problems/ground-needed"
    await here.invite("dana")
    own = await here.person("dana").post(f"{V1}/persons/{here.persons['dana']}/erase", {})
    assert own["recorded"][0]["fact"]["fact"] == "partnerships.person-erased.v1"


async def test_a_repeated_registration_answers_the_first_and_keeps_no_other_key(
    communities: Communities, stack: Running
) -> None:
    here = await communities.open()
    folder = stack.platforms["partnerships"].settings.person_keys_folder
    first = await here.coordinator.post(f"{V1}/persons", DANA, once="one")
    kept = sorted(folder.rglob("*.key"))
    again = await here.coordinator.post(f"{V1}/persons", DANA, once="one")
    assert again == {**first, "repeated": True}
    assert sorted(folder.rglob("*.key")) == kept


async def test_a_key_that_came_back_with_a_backup_is_destroyed_again_by_migrate(
    communities: Communities, stack: Running
) -> None:
    here, platform = await communities.open(), stack.platforms["partnerships"]
    person = await registered(here, **DANA)
    (file,) = platform.settings.person_keys_folder.rglob(f"*{UUID(person).hex}.key")
    key = file.read_bytes()
    await here.coordinator.post(f"{V1}/persons/{person}/erase", {"reason": "They asked for it."})
    await here.coordinator.get(f"{V1}/persons")  # the table of who was erased is level by then
    file.write_bytes(key)
    await after_migrate(platform)
    assert file.read_bytes() == b""


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "Two\nlines"),
        ("name", " padded "),
        ("name", "turned \u202e around"),
        ("name", "x" * 201),
        ("email", "no-at-sign.example"),
        ("email", "a@b"),
        ("email", "two words@college.example"),
        ("email", "<a@college.example>"),
        ("email", "a" * 65 + "@college.example"),
        ("email", "a@" + "b." * 130 + "ca"),
        ("phone", "call me"),
        ("phone", "1" * 60),
        ("language", "french, please"),
        ("nickname", "Dee"),
    ],
)
async def test_contact_data_that_is_not_right_is_refused_and_told_to_no_log(
    communities: Communities, stack: Running, field: str, value: str
) -> None:
    here = await communities.open()
    person = await registered(here)
    before = await stack.last_index()
    with logged() as told:
        problem = await here.coordinator.refused(400, f"{V1}/persons/{person}/contact", {field: value})
        await here.coordinator.refused(400, f"{V1}/persons", {field: value})
    assert problem["type"] == "/problems/body-not-right"
    assert await stack.last_index() == before
    assert not value or value not in told.text.getvalue() + problem["detail"]


@pytest.mark.parametrize("phone", ["+1 902 555 0100", "(902) 555-0100", "902.555.0100 x7", "11200"])
async def test_a_telephone_number_is_written_as_people_write_it(communities: Communities, phone: str) -> None:
    here = await communities.open()
    person = await registered(here, phone=phone)
    assert (await read(here.coordinator, person))["contact"]["phone"] == phone
