"""How to reach a person, as a page: for whoever may read it over the API, and for nobody else."""

import httpx2

from shared.security.keys import parse_key
from shared.security.sessions import Sessions
from tests.support.community import INSTRUMENT, Caller, Communities, Community
from tests.support.logged import logged

SERVICES = ("partnerships",)
V1 = "/partnerships/v1"
DANA = {"name": "Dean, acting", "email": "dean@college.example", "phone": "+1 902 555 0100 ext. 12", "language": "fr"}


async def opened(communities: Communities) -> Community:
    """A dean who can be reached, and a reader without any position."""
    here = await communities.open()
    await here.partner("nscc")
    await here.position("nscc/dean", held_by="dana")
    await here.coordinator.post(f"{V1}/persons/{here.persons['dana']}/contact", DANA)
    await here.invite("reader", "advisor")
    return here


async def shown(by: Caller, person: str, language: str = "en") -> httpx2.Response:
    """The page as whoever signed in with that key sees it."""
    platform = by.community.running.platforms["partnerships"]  # type: ignore[attr-defined]  # as `stack` has it
    key = parse_key(by.key)
    assert key is not None
    session = Sessions(platform.settings.session_secret, secure=False).sealed(key.id)
    headers = {"Cookie": f"consortia-session={session}; consortia-language={language}", "Accept": "text/html"}
    path = f"/partnerships/people/{person}?after=partnerships@{by.community.seen['partnerships']}"
    return await by.community.http.get(path, headers=headers)


async def test_a_session_sees_how_to_reach_whoever_holds_a_confirmed_position(communities: Communities) -> None:
    here = await opened(communities)
    page = await shown(here.person("reader"), here.persons["dana"])
    assert page.status_code == 200
    for part in ("Dean, acting", "mailto:dean@college.example", "tel:+19025550100ext.12", "French", "nscc/dean"):
        assert part in page.text
    french = await shown(here.person("reader"), here.persons["dana"], "fr")
    for part in ('<html lang="fr">', "Courriel", "français", "Postes occupés actuellement"):
        assert part in french.text


async def test_whoever_may_not_read_it_gets_a_page_that_says_so_and_nothing_of_it(communities: Communities) -> None:
    here, there = await opened(communities), await communities.open()
    holding = await here.holder("nscc/dean", "eve")
    await here.coordinator.post(f"{V1}/persons/{here.persons['eve']}/contact", {"name": "Former dean"})
    path = f"{V1}/positions/{here.positions['nscc/dean']}/holders/{holding}/end"
    asked = {"until": "2025-02-01T00:00:00Z", "instrument": INSTRUMENT}
    await here.as_("nscc/authority-administrator").post(path, asked)

    refused = await shown(here.person("reader"), here.persons["eve"])
    assert (refused.status_code, "Former dean" in refused.text) == (403, False)
    assert "<h1>" in refused.text
    assert (await shown(here.coordinator, here.persons["eve"])).status_code == 200
    elsewhere = await shown(there.coordinator, here.persons["dana"])
    assert (elsewhere.status_code, "Dean, acting" in elsewhere.text) == (404, False)


async def test_of_an_erased_person_the_page_says_that_and_since_when(communities: Communities) -> None:
    here = await opened(communities)
    dana = here.persons["dana"]
    await here.coordinator.post(f"{V1}/persons/{dana}/erase", {"instrument": INSTRUMENT})
    page = await shown(here.coordinator, dana)
    assert "This person was erased on" in page.text
    assert "dean@college.example" not in page.text


async def test_whoever_is_not_signed_in_is_led_to_where_one_signs_in(communities: Communities) -> None:
    here = await opened(communities)
    answer = await here.http.get(f"/partnerships/people/{here.persons['dana']}", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"].startswith("/sign-in?next=")) == (303, True)


async def test_names_of_several_are_told_at_once_of_those_the_asker_may_read(communities: Communities) -> None:
    here = await opened(communities)
    other = (await here.coordinator.post(f"{V1}/persons", {"name": "No position"}))["id"]
    both = f"{here.persons['dana']},{other},{here.persons['dana']}"
    with logged() as lines:
        told = await here.person("reader").get(f"{V1}/names", persons=both)
    assert told == {"items": [{"person": here.persons["dana"], "name": "Dean, acting"}]}
    assert len((await here.coordinator.get(f"{V1}/names", persons=both))["items"]) == 2
    there = await communities.open()
    assert (await there.coordinator.get(f"{V1}/names", persons=both)) == {"items": []}
    (read,) = [line for line in lines.lines if line["event"] == "names-read"]
    assert read["persons"] == [here.persons["dana"]]
    assert "Dean, acting" not in str(lines.lines)


async def test_more_than_a_hundred_ids_and_what_is_none_are_refused(communities: Communities) -> None:
    here = await opened(communities)
    for asked in (",".join([here.persons["dana"]] * 101), "dana", ""):
        await here.coordinator.refused(400, f"{V1}/names?persons={asked}", method="GET")
