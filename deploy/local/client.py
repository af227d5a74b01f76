"""A client of the public HTTP API: it says who, when and in which position, and waits for what it has seen written."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Self

import httpx2

FOLLOWS = {
    "partnerships": ("partnerships",),
    "intake": ("partnerships", "intake", "credentials"),
    "credentials": ("partnerships", "intake", "credentials"),
    "oversight": ("partnerships", "intake", "credentials"),
}
"""The logs each service takes in, its own among them."""
TRIES = 10
PAUSE = 0.5
NOT_NOW = (502, 503, 504)


class NoAnswer(Exception):
    """The stack does not answer, or cannot for now; the message says which request."""


@dataclass(frozen=True)
class Answer:
    """What came back; `body` is a receipt, a view or a problem."""

    status: int
    body: Any

    @property
    def accepted(self) -> bool:
        return self.status < 400

    @property
    def facts(self) -> list[dict[str, Any]]:
        """The facts a receipt says were recorded."""
        return [one["fact"] for one in self.body.get("recorded", [])]


@dataclass(frozen=True)
class Who:
    """Whose key, in which position (`partner/position`), and when it happened; now where no moment is stated."""

    key: str
    acting_as: str | None = None
    at: datetime | None = None


@dataclass
class Client:
    """Knows how far each log had got in the answers it saw, and asks every service to have got as far."""

    http: httpx2.AsyncClient
    seen: dict[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, base: str) -> Self:
        return cls(httpx2.AsyncClient(base_url=base, timeout=30, trust_env=False))

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.http.aclose()

    async def write(self, path: str, who: Who, name: str, body: Any = None) -> Answer:
        """POST, under the Idempotency-Key `name`: sent again, it answers what it answered the first time."""
        headers = {**self._headers(path, who), "Idempotency-Key": name}
        if who.at is not None:
            headers["Occurred-At"] = who.at.isoformat()
        return await self._ask("POST", path, headers, **({} if body is None else {"json": body}))

    async def read(self, path: str, who: Who) -> Answer:
        """GET, as of the moment stated."""
        query = {} if who.at is None else {"params": {"at": who.at.isoformat()}}
        return await self._ask("GET", path, self._headers(path, who), **query)

    def _headers(self, path: str, who: Who) -> dict[str, str]:
        logs = FOLLOWS[path.split("/", 2)[1]]
        awaited = ", ".join(f"{log}@{self.seen[log]}" for log in logs if log in self.seen)
        headers = {"Authorization": f"Bearer {who.key}"}
        return (
            headers
            | ({"Wait-For": awaited} if awaited else {})
            | ({"Acting-As": who.acting_as} if who.acting_as else {})
        )

    async def _ask(self, method: str, path: str, headers: Mapping[str, str], **more: Any) -> Answer:
        """Ask until there is an answer: every request is safe to repeat."""
        why = ""
        for attempt in range(TRIES):
            if attempt:
                await asyncio.sleep(PAUSE)
            try:
                answer = await self.http.request(method, path, headers=dict(headers), **more)
            except httpx2.TransportError as error:
                why = repr(error)
                continue
            if answer.status_code not in NOT_NOW:
                self._remember(answer.headers.get("index"))
                return Answer(answer.status_code, _body(answer))
            why = f"{answer.status_code} {answer.text[:500]}"
        raise NoAnswer(f"{method} {path} got no answer in {TRIES} tries: {why}")

    def _remember(self, index: str | None) -> None:
        if index is not None:
            log, _, number = index.partition("@")
            self.seen[log] = max(self.seen.get(log, 0), int(number))


def _body(answer: httpx2.Response) -> Any:
    try:
        return answer.json()
    except ValueError:
        return {"title": answer.text[:500]}
