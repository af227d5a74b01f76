"""The load: clients that take proposals through their whole life over HTTP, and remember each acknowledgement."""

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any
from uuid import UUID, uuid5

import httpx2
from msgspec import Struct

from deploy.local.client import Answer, Client, NoAnswer, Who
from tests.chaos.checker import Acknowledged
from tests.services.credentials.journeys import OUTLINE, pathway
from tests.support.community import Communities, Community

YES = {"in_demand": True, "intended_assessment_reflects_job": True}
BUILT = {"in_demand": True, "assessment_reflects_job": True}
PATIENCE = 120.0
"""Seconds a client goes on asking before it gives a command up."""


class Refusal(Exception):
    """A request was answered with a refusal, which this load gives no reason for."""


class Person(Struct, frozen=True):
    """Somebody of the cast: their id, their key, and the position they act in."""

    id: UUID
    key: str
    position: str

    @property
    def who(self) -> Who:
        return Who(self.key, self.position)


class Cast(Struct, frozen=True):
    """The world the load plays in: a college, a plant and a clinic, an advisory council, a pathway of two steps."""

    college: str
    people: dict[str, Person]
    seen: dict[str, int]


async def cast(communities: Communities) -> Cast:
    """Set the world up, and wait until every service has heard of it."""
    here = await communities.open()
    for key in ("nscc", "plant", "clinic"):
        await here.partner(key)
    await here.position("nscc/lead", "lena", ["delivery"])
    await here.position("nscc/dean", "dana", ["proposal-acceptance", "academic-approval"])
    for position, person in (("plant/foreman", "fred"), ("clinic/chief", "cleo")):
        await here.position(position, person, ["industry-validation"], role="advisor")
    council = await here.council("advisory", ["plant/foreman", "clinic/chief"], 2)
    await here.coordinator.post("/credentials/v1/pathways", pathway(council, here.partners["nscc"]))
    await here.as_("nscc/lead").get("/intake/v1/proposals")
    await here.coordinator.get("/oversight/v1/board")
    return Cast(here.partners["nscc"], {name: _person(here, name) for name in here.holders}, dict(here.seen))


def _person(here: Community, position: str) -> Person:
    person = here.holders[position]
    return Person(UUID(here.persons[person]), here.keys[person], position)


class Load:
    """So many clients at once, until told to stop. `acknowledged` is everything they were told is recorded."""

    def __init__(self, http: httpx2.AsyncClient, cast: Cast, name: str, pause: float = 0.0) -> None:
        """`name` tells this load's keys from another's; `pause` is what a client rests between two requests."""
        self._http = http
        self._cast = cast
        self._name = name
        self._pause = pause
        self._going = True
        self._tasks: list[asyncio.Task[None]] = []
        self.acknowledged: list[Acknowledged] = []
        self.refusals: list[str] = []
        self.open: dict[str, UUID] = {}
        """Commands sent and not answered for good, by the key they were sent under."""
        self.slowest = 0.0
        """The longest any request took until it was answered for good, repeats included, in seconds."""

    def start(self, clients: int) -> None:
        self._tasks = [asyncio.ensure_future(self._live(number)) for number in range(clients)]

    async def until(self, acknowledged: int, seconds: float = 60) -> None:
        """Return once so many more facts are acknowledged."""
        wanted = len(self.acknowledged) + acknowledged
        try:
            async with asyncio.timeout(seconds):
                while len(self.acknowledged) < wanted:  # noqa: ASYNC110 - clients of many kinds of faults; a poll is plain
                    await asyncio.sleep(0.02)
        except TimeoutError:
            asked, refused = sorted(self.open), self.refusals[-3:]
            raise TimeoutError(
                f"{self._name}: {len(self.acknowledged)} acknowledged, none in {seconds} s; asked {asked}; {refused}"
            ) from None

    async def stop(self) -> None:
        """Let every client hear the answer to what it asked last."""
        self._going = False
        await asyncio.gather(*self._tasks)

    async def abandon(self) -> None:
        """Stop as a client that is cut off: what was under way stays without an answer."""
        self._going = False
        for task in self._tasks:
            task.cancel()
        with suppress(asyncio.CancelledError):
            await asyncio.gather(*self._tasks)

    async def _live(self, client: int) -> None:
        life = 0
        while self._going:
            life += 1
            with suppress(Refusal, NoAnswer):
                await self._one_life(_Caller(self, client, f"{self._name}-{client}-{life}"))

    async def _one_life(self, call: "_Caller") -> None:
        lead, dean, foreman, chief = (
            self._cast.people[name] for name in ("nscc/lead", "nscc/dean", "plant/foreman", "clinic/chief")
        )
        made = await call.post(lead, "draft", "/intake/v1/proposals", {"key": call.name, "outline": OUTLINE})
        proposal = f"/intake/v1/proposals/{made['id']}"
        microcredential = f"/credentials/v1/microcredentials/{made['id']}"
        await call.post(lead, "submit", f"{proposal}/submit", {"to": self._cast.college})
        await call.post(foreman, "first", f"{proposal}/responses", YES)
        await call.post(chief, "second", f"{proposal}/responses", YES)
        await call.post(dean, "accept", f"{proposal}/accept", {"pathway": "rapid"})
        await call.post(lead, "request", f"{microcredential}/request-validation", None)
        digests = {step["key"]: step["digest"] for step in (await call.get(lead, microcredential))["steps"]}
        for signer, step, given in (
            (foreman, "industry-validation", {"decision": "endorse", **BUILT}),
            (chief, "industry-validation", {"decision": "endorse", **BUILT}),
            (dean, "approval", {"decision": "approve"}),
        ):
            body = {**given, "digest": digests[step]}
            await call.post(signer, f"sign-{signer.position}", f"{microcredential}/steps/{step}/sign-offs", body)

    async def asked(self, client: int, key: str, person: Person, ask: Callable[[], Any]) -> Any:
        """Ask until it is answered for good, and remember what the answer says is recorded."""
        if not self._going:
            raise NoAnswer(f"{key} was not asked any more")
        self.open[key] = uuid5(person.id, key)
        began = time.monotonic()
        answer = await self._answer(key, ask, began)
        del self.open[key]
        self.slowest = max(self.slowest, time.monotonic() - began)
        if not answer.accepted:
            self.refusals.append(f"{key}: {answer.status} {answer.body}")
            raise Refusal(key)
        for one in answer.body["recorded"]:
            log, _, index = one["index"].partition("@")
            self.acknowledged.append(
                Acknowledged(key, client, log, int(index), UUID(one["id"]), one["stream"], one["version"])
            )
        await asyncio.sleep(self._pause)
        return answer.body

    async def _answer(self, key: str, ask: Callable[[], Any], began: float) -> Answer:
        while True:
            try:
                answer: Answer = await ask()
            except NoAnswer:
                if time.monotonic() - began > PATIENCE:
                    raise
                continue
            if answer.status != 429 and not (answer.status == 409 and "busy" in str(answer.body.get("type"))):
                return answer


class _Caller:
    """One life's client: it waits for what it has seen."""

    def __init__(self, load: Load, client: int, name: str) -> None:
        self.name = name
        self._load = load
        self._number = client
        self._client = Client(load._http, dict(load._cast.seen))

    async def post(self, person: Person, what: str, path: str, body: Any) -> Any:
        key = f"{self.name}/{what}"
        return await self._load.asked(
            self._number, key, person, lambda: self._client.write(path, person.who, key, body)
        )

    async def get(self, person: Person, path: str) -> Any:
        began = time.monotonic()
        answer = await self._load._answer(path, lambda: self._client.read(path, person.who), began)
        if not answer.accepted:
            self._load.refusals.append(f"GET {path}: {answer.status} {answer.body}")
            raise Refusal(path)
        return answer.body
