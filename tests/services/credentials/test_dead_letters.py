"""What a service could not take in, as its operator meets it: over HTTP and on the command line."""

import asyncio
import base64
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import httpx2
import pytest
import pytest_asyncio
from msgspec import structs

from tests.services.credentials.journeys import pathway
from tests.services.oversight.telling import Telling, message_of, new_cast
from tests.support.community import Communities, Community
from tests.support.patience import eventually
from tests.support.running import Running
from tests.support.servers import CHECKOUT

SERVICES = ("partnerships", "credentials")
pytestmark = pytest.mark.servers
LETTERS = "/credentials/v1/dead-letters"
VERSION, NO_VERSION = b'"pathway_version":%d', b'"pathway_version":"latest"'
REACTION = "credentials/open-microcredential-on-proposal-accepted"


@dataclass
class Place:
    """A community that publishes a pathway, and what its service credentials hears of an intake that is not there."""

    community: Community
    stack: Running
    http: httpx2.AsyncClient
    pathway: UUID

    @property
    def operator(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.stack.operator_key}"}

    async def hears_of_an_acceptance(self, version: int, garbled: bool = False) -> Telling:
        """On that version of the pathway, which may not be published yet; or in bytes that cannot be read."""
        said = Telling(new_cast(), self.community.key, "welding")
        said.ids["pathway"] = self.pathway
        accepted = said.concept_accepted()
        heard = self.stack.platforms["credentials"].heard["intake"]
        last = await heard.last_index()
        facts = [
            structs.replace(one, fact=structs.replace(one.fact, pathway_version=version)) if one is accepted else one
            for one in said.facts("intake")
        ]
        messages = [message_of(one, last + place) for place, one in enumerate(facts, 1)]
        await heard.hear([one.replace(VERSION % version, NO_VERSION) if garbled else one for one in messages])
        return said

    async def open_letters(self) -> list[dict[str, Any]]:
        answer = await self.http.get(LETTERS, params={"state": "waiting"}, headers=self.operator)
        assert answer.status_code == 200, answer.text
        return list(answer.json()["items"])

    async def letter(self) -> dict[str, Any]:
        """The one that is open, once it is."""

        async def there() -> bool:
            return bool(await self.open_letters())

        await eventually(there)
        (found,) = await self.open_letters()
        return found

    async def settled(self, id_: int) -> dict[str, Any]:
        async def done() -> bool:
            found = (await self.http.get(f"{LETTERS}/{id_}", headers=self.operator)).json()["letter"]
            return bool(found["asked"] is None)

        await eventually(done)
        return dict((await self.http.get(f"{LETTERS}/{id_}", headers=self.operator)).json()["letter"])

    def command(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """As an operator types it, with a broker that cannot be reached."""
        settings = self.stack.platforms["credentials"].settings
        environment = {
            "PATH": os.environ["PATH"],
            "CONSORTIA_DATABASE_URL": settings.database_url,
            "CONSORTIA_NATS_URL": "nats://127.0.0.1:1",
            "CONSORTIA_NOTE_KEYS": settings.note_keys,
        }
        command = [sys.executable, "-m", "services.credentials", "dead-letters", *arguments]
        return subprocess.run(command, env=environment, cwd=CHECKOUT, capture_output=True, text=True, check=False)

    async def opened(self, said: Telling) -> bool:
        path = f"/credentials/v1/microcredentials/{said.proposal}"
        answer = await self.community.coordinator.send("GET", path, wait=None)
        return answer.status_code == 200


@pytest_asyncio.fixture
async def place(communities: Communities, stack: Running, http: httpx2.AsyncClient) -> Place:
    here = await communities.open()
    await here.partner("nscc")
    await here.position("nscc/dean", "dana", ["academic-approval"])
    council = await here.council("advisory", ["nscc/dean"], 1)
    published = await here.coordinator.post("/credentials/v1/pathways", pathway(council, here.partners["nscc"]))
    return Place(here, stack, http, UUID(published["id"]))


async def test_an_operator_finds_what_is_wrong_mends_it_and_has_it_tried_again(place: Place) -> None:
    said = await place.hears_of_an_acceptance(version=2)
    letter = await place.letter()
    assert (letter["consumer"], letter["log"], letter["tag"]) == (REACTION, "intake", "intake.proposal-accepted.v1")
    assert letter["error"].startswith("refused: ")
    whole = (await place.http.get(f"{LETTERS}/{letter['id']}", headers=place.operator)).json()
    assert whole["fact"]["fact"]["pathway_version"] == 2
    assert whole["fact"]["id"] == letter["fact"]

    ready = await place.http.get("/credentials/readyz")
    in_the_way = set(ready.json()["in_the_way"])
    assert in_the_way <= {"freshness of intake"}  # which does not run here; no letter is in the way
    assert ready.json()["dead_letters"] == [{"consumer": REACTION, "log": "intake", "open": 1, "parked": 0}]
    figures = (await place.http.get("/credentials/metrics")).text
    assert f'consortia_dead_letters{{consumer="{REACTION}",log="intake"}} 1.0' in figures

    body = pathway(str(UUID(int=0)), place.community.partners["nscc"])
    next_version = {"title": body["title"], "steps": [{**body["steps"][1], "after": []}]}
    path = f"/credentials/v1/pathways/{place.pathway}/versions"
    await place.community.coordinator.post(path, next_version)
    answer = await place.http.post(f"{LETTERS}/{letter['id']}/retry", headers=place.operator)
    assert (answer.status_code, answer.json()["asked"]) == (202, "retry")
    assert (await place.settled(letter["id"]))["state"] == "retried"
    assert await place.opened(said)
    again = await place.http.post(f"{LETTERS}/{letter['id']}/retry", headers=place.operator)
    assert (again.status_code, again.json()["state"]) == (200, "retried")


async def test_an_operator_releases_it_with_a_reason_that_is_kept(place: Place) -> None:
    said = await place.hears_of_an_acceptance(version=7)
    letter = await place.letter()
    release = f"{LETTERS}/{letter['id']}/release"
    for body in ({}, {"reason": " "}, {"reason": "x" * 501}, {"reason": "fine", "colour": "blue"}):
        answer = await place.http.post(release, json=body, headers=place.operator)
        assert answer.status_code == 400, answer.text
    answer = await place.http.post(release, json={"reason": "   .  "}, headers=place.operator)
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/reason-needed")
    answer = await place.http.post(release, json={"reason": "accepted by mistake"}, headers=place.operator)
    assert answer.status_code == 202
    done = await place.settled(letter["id"])
    assert (done["state"], done["reason"]) == ("released", "accepted by mistake")
    assert done["asked_by"].startswith("person ")
    assert not await place.opened(said)
    too_late = await place.http.post(f"{LETTERS}/{letter['id']}/retry", headers=place.operator)
    assert (too_late.status_code, too_late.json()["type"]) == (409, "/problems/letter-settled")


async def test_only_who_may_operate_sees_and_settles_them_in_every_service(place: Place) -> None:
    await place.community.invite("anna", "auditor")
    for service in SERVICES:
        letters = f"/{service}/v1/dead-letters"
        asked: list[tuple[str, str, Any]] = [
            ("GET", letters, None),
            ("GET", f"{letters}/1", None),
            ("POST", f"{letters}/1/retry", None),
            ("POST", f"{letters}/1/release", {"reason": "none of mine"}),
        ]
        for method, path, body in asked:
            for person in ("coordinator", "nscc-administrator", "dana", "anna"):
                problem = await place.community.person(person).refused(403, path, body, method=method)
                assert problem["type"] == "/problems/scope-missing"
            assert (await place.http.request(method, path, json=body)).status_code == 401
        missing = await place.http.get(f"{letters}/4711", headers=place.operator)
        assert (missing.status_code, missing.json()["type"]) == (404, "/problems/no-such-letter")
        for odd in ("0", "-1", "99999999999999999999999", "one"):
            answer = await place.http.get(f"{letters}/{odd}", headers=place.operator)
            assert answer.status_code in (400, 404), answer.text
        odd_query = await place.http.get(letters, params={"state": "lost"}, headers=place.operator)
        assert odd_query.status_code == 400


async def test_the_command_line_does_the_same_with_nothing_but_the_database(place: Place) -> None:
    await place.hears_of_an_acceptance(version=9)
    letter = await place.letter()
    id_ = str(letter["id"])

    async def told(*arguments: str) -> subprocess.CompletedProcess[str]:
        return await asyncio.to_thread(place.command, *arguments)

    listed = await told()
    assert listed.returncode == 0, listed.stderr
    assert f"waiting  {REACTION}  intake@" in listed.stdout
    shown = json.loads((await told("show", id_, "--json")).stdout)
    assert (shown["letter"]["id"], shown["fact"]["fact"]["pathway_version"]) == (letter["id"], 9)
    assert "release ID --reason" in (await told("show", id_)).stdout
    assert "--reason" in (await told("release", id_)).stderr
    missing = await told("retry", "4711")
    assert (missing.returncode, missing.stderr) == (1, "There is no dead letter 4711 here.\n")
    released = await told("release", id_, "--reason", "accepted by mistake", "--json")
    assert json.loads(released.stdout)["asked"] == "release"
    done = await place.settled(letter["id"])
    assert (done["state"], done["reason"]) == ("released", "accepted by mistake")
    assert " at " in done["asked_by"]
    assert "settled: released" in (await told("show", id_)).stdout
    assert json.loads((await told("list", "--state", "waiting", "--json")).stdout) == []


async def test_of_a_fact_that_cannot_be_read_its_bytes_are_shown(place: Place) -> None:
    await place.hears_of_an_acceptance(version=8, garbled=True)
    letter = await place.letter()
    assert letter["error"].startswith("cannot be read: ")
    whole = (await place.http.get(f"{LETTERS}/{letter['id']}", headers=place.operator)).json()
    assert whole["fact"]["id"] == letter["fact"]
    raw = base64.b64decode(whole["message"]["base64"])
    assert (len(raw), raw.decode()) == (whole["message"]["bytes"], whole["message"]["text"])
    assert json.loads(raw)["data"]["pathway_version"] == "latest"
    shown = await asyncio.to_thread(place.command, "show", str(letter["id"]))
    assert whole["message"]["base64"] in shown.stdout, shown.stderr
    await place.http.post(f"{LETTERS}/{letter['id']}/release", json={"reason": "garbled"}, headers=place.operator)
    await place.settled(letter["id"])
