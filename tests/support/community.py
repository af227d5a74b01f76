"""Journeys over HTTP, told as people tell them.

    nscc = await communities.open("atlantic")
    await nscc.partner("nscc", sectors=["healthcare"])
    await nscc.position("nscc/dean", held_by="dana", answers_for=["academic-approval"])
    receipt = await nscc.as_("nscc/dean").post("/credentials/v1/…", {…}, at=monday)
    problem = await nscc.as_("nscc/dean").refused(409, "/credentials/v1/…", {…})

Every request waits for everything this community has seen written, so a test never sleeps.
"""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Protocol
from uuid import uuid4

import httpx2

from shared.contracts.partnerships import Role
from shared.security.scopes import ROLE_SCOPES
from tests.support.databases import fresh_name

BEGINNING = datetime(2025, 1, 1, tzinfo=UTC)
"""When partners, positions and responsibilities begin, unless a test says otherwise: long before anything else."""
INSTRUMENT = {"kind": "policy", "reference": "P-1", "dated": "2025-01-01"}
EVERYTHING = "everything seen"
COMES_AGAIN = 20
"""Times."""
Json = Any


class Installation(Protocol):
    """Services that answer somewhere."""

    @property
    def operator_key(self) -> str: ...

    def follows(self, service: str) -> set[str]:
        """The logs `service` follows, which a request to it may wait for."""


@dataclass
class Community:
    """One community of practice, with its people, and the latest index of each log it has seen."""

    key: str
    running: Installation
    http: httpx2.AsyncClient
    keys: dict[str, str] = field(default_factory=dict)
    persons: dict[str, str] = field(default_factory=dict)
    partners: dict[str, str] = field(default_factory=dict)
    positions: dict[str, str] = field(default_factory=dict)
    holders: dict[str, str] = field(default_factory=dict)
    seen: dict[str, int] = field(default_factory=dict)

    @property
    def coordinator(self) -> "Caller":
        return self.person("coordinator")

    def person(self, name: str) -> "Caller":
        """That person, stating no position."""
        return Caller(self, self.keys[name])

    def as_(self, position: str) -> "Caller":
        """Whoever was last made to hold `partner/position`, acting in it."""
        return Caller(self, self.keys[self.holders[position]], position)

    async def invite(self, name: str, role: Role = "member", scopes: Iterable[str] | None = None) -> "Caller":
        """Register a person and issue their key: the role's scopes, and `backdate`, for tests tell of the past."""
        person = (await self.coordinator.post("/partnerships/v1/persons"))["id"]
        asked = {"person": person, "role": role, "scopes": [*(scopes or ROLE_SCOPES[role]), "backdate"]}
        self.persons[name] = person
        self.keys[name] = (await self.coordinator.post("/partnerships/v1/keys", asked))["secret"]
        return self.person(name)

    async def partner(
        self, key: str, *, kind: str = "post-secondary", sectors: Iterable[str] = (), at: datetime = BEGINNING
    ) -> str:
        """Register a partner; its authority administrator is the person `<key>-administrator`."""
        administrator = f"{key}-administrator"
        await self.invite(administrator, "authority-administrator")
        asked = {
            "key": key,
            "name": {"en": key.upper()},
            "kind": kind,
            "jurisdiction": "CA-NS",
            "administrator": self.persons[administrator],
            "instrument": INSTRUMENT,
            "sectors": list(sectors),
        }
        self.partners[key] = (await self.coordinator.post("/partnerships/v1/partners", asked, at=at))["id"]
        self.holders[f"{key}/authority-administrator"] = administrator
        return self.partners[key]

    async def position(
        self,
        name: str,
        held_by: str | None = None,
        answers_for: Iterable[str] = (),
        *,
        role: Role = "member",
        at: datetime = BEGINNING,
    ) -> str:
        """Record `partner/position`, its holder and its matters, confirmed at once by the partner's administrator."""
        partner, _, key = name.partition("/")
        administrator = self.as_(f"{partner}/authority-administrator")
        asked = {"partner": self.partners[partner], "key": key, "title": {"en": key}, "instrument": INSTRUMENT}
        self.positions[name] = (await administrator.post("/partnerships/v1/positions", asked, at=at))["id"]
        if held_by is not None:
            await self.holder(name, held_by, role=role, at=at)
        for matter in answers_for:
            await self.responsibility(name, matter, at=at)
        return self.positions[name]

    async def holder(self, position: str, person: str, *, role: Role = "member", at: datetime = BEGINNING) -> str:
        """Appoint a person, invited first where they are new; confirmed at once."""
        if person not in self.persons:
            await self.invite(person, role)
        administrator = self.as_(f"{position.partition('/')[0]}/authority-administrator")
        asked = {"person": self.persons[person], "instrument": INSTRUMENT}
        path = f"/partnerships/v1/positions/{self.positions[position]}/holders"
        self.holders[position] = person
        return str((await administrator.post(path, asked, at=at))["id"])

    async def responsibility(
        self, position: str, matter: str, *, scope: Mapping[str, str] | None = None, at: datetime = BEGINNING
    ) -> str:
        """Make the position accountable for a matter at its partner; confirmed at once."""
        partner = position.partition("/")[0]
        asked = {"matter": matter, "position": self.positions[position], "instrument": INSTRUMENT}
        asked |= {"scope": dict(scope)} if scope else {}
        path = f"/partnerships/v1/partners/{self.partners[partner]}/responsibilities"
        return str((await self.as_(f"{partner}/authority-administrator").post(path, asked, at=at))["id"])

    async def delegate(self, position: str, to: str, matters: Iterable[str]) -> str:
        """Its holder lets a person decide these matters there, confirmed at once; the person is invited where new."""
        if to not in self.persons:
            await self.invite(to)
        again = {"person": self.persons[self.holders[position]], "role": "member"}
        holder = Caller(self, (await self.coordinator.post("/partnerships/v1/keys", again))["secret"], position)
        path = f"/partnerships/v1/positions/{self.positions[position]}/delegations"
        asked = {"to": self.persons[to], "matters": list(matters), "until": "2090-01-01T00:00:00Z", "reason": "Away."}
        granted = str((await holder.post(path, {**asked, "instrument": INSTRUMENT}))["id"])
        administrator = self.as_(f"{position.partition('/')[0]}/authority-administrator")
        await administrator.post(f"{path}/{granted}/confirm")
        return granted

    async def council(self, key: str, seats: Iterable[str], size: int, *, at: datetime = BEGINNING) -> str:
        """Convene a council of these positions, `size` partners of which let it speak."""
        asked = {
            "key": key,
            "name": {"en": key},
            "seats": [self.positions[seat] for seat in seats],
            "quorum": {"size": size},
        }
        return str((await self.coordinator.post("/partnerships/v1/councils", asked, at=at))["id"])


@dataclass(frozen=True)
class Caller:
    """A person with their key, acting in a position where one is stated. `wait` is one's own `Wait-For`, or None."""

    community: Community
    key: str
    position: str | None = None
    traceparent: str | None = None

    def traced(self, traceparent: str | None) -> "Caller":
        """The same, whose requests belong to that trace."""
        return replace(self, traceparent=traceparent)

    async def post(
        self,
        path: str,
        json: Json = None,
        *,
        at: datetime | None = None,
        wait: str | None = EVERYTHING,
        once: str | None = None,
    ) -> dict[str, Any]:
        """The receipt of a write that goes through. `once` is its `Idempotency-Key`; a fresh one where left out."""
        receipt: dict[str, Any] = _fine(
            await self.send("POST", path, json=json, at=at, wait=wait, once=once or str(uuid4()))
        )
        return receipt

    async def file(self, path: str, content: bytes, content_type: str, **query: str) -> httpx2.Response:
        """A file sent as it is, whatever that answers."""
        return await self.send("POST", path, query=query, content=content, content_type=content_type)

    async def get(self, path: str, *, wait: str | None = EVERYTHING, **query: str | int) -> Any:
        """What a read answers."""
        return _fine(await self.send("GET", path, query=query, wait=wait))

    async def refused(
        self, status: int, path: str, json: Json = None, *, method: str = "POST", at: datetime | None = None
    ) -> dict[str, Any]:
        """The problem of a request that is answered with `status`."""
        response = await self.send(method, path, json=json, at=at, patient=status != 503)
        assert response.status_code == status, f"{response.status_code}, not {status}: {response.text}"
        assert response.headers["content-type"] == "application/problem+json"
        problem: dict[str, Any] = response.json()
        return problem

    async def send(
        self,
        method: str,
        path: str,
        *,
        json: Json = None,
        query: Mapping[str, str | int] | None = None,
        at: datetime | None = None,
        wait: str | None = EVERYTHING,
        once: str | None = None,
        content: bytes | None = None,
        content_type: str = "application/octet-stream",
        patient: bool = True,
    ) -> httpx2.Response:
        """The request with its headers, whatever it answers; the index it names is remembered.

        Who is `patient` comes again where the service has not heard of partnerships for a while, as it asks for: on a
        busy machine a heartbeat may come late.
        """
        headers = {"Authorization": f"Bearer {self.key}"}
        if self.position is not None:
            headers["Acting-As"] = self.position
        if self.traceparent is not None:
            headers["traceparent"] = self.traceparent
        if at is not None:
            headers["Occurred-At"] = at.isoformat()
        if once is not None:
            headers["Idempotency-Key"] = once
        if waited := self._seen(path) if wait == EVERYTHING else wait:
            headers["Wait-For"] = waited
        body: dict[str, Any] = {} if json is None else {"json": json}
        if content is not None:
            headers["Content-Type"], body = content_type, {"content": content}
        response = await self.community.http.request(method, path, headers=headers, params=query, **body)
        for _ in range(COMES_AGAIN if patient else 0):
            if response.status_code != 503 or "authority-stale" not in response.text:
                break
            await asyncio.sleep(float(response.headers["retry-after"]))
            response = await self.community.http.request(method, path, headers=headers, params=query, **body)
        if index := response.headers.get("index"):
            log, _, number = index.partition("@")
            self.community.seen[log] = max(int(number), self.community.seen.get(log, 0))
        return response

    def _seen(self, path: str) -> str:
        followed = self.community.running.follows(path.split("/")[1])
        return ", ".join(f"{log}@{index}" for log, index in self.community.seen.items() if log in followed)


@dataclass(frozen=True)
class Communities:
    """Opens communities with the operator's key."""

    running: Installation
    http: httpx2.AsyncClient

    async def open(self, key: str | None = None) -> Community:
        """A new community with its coordinator; of a fresh name where none is given."""
        made = Community(key or fresh_name(), self.running, self.http, {"operator": self.running.operator_key})
        opened = await made.person("operator").post(
            "/partnerships/v1/communities", {"key": made.key, "name": {"en": made.key}}
        )
        made.keys["coordinator"] = opened["secret"]
        return made


def _fine(response: httpx2.Response) -> Any:
    assert response.is_success, f"{response.request.method} {response.request.url.path}: {response.text}"
    return response.json()
