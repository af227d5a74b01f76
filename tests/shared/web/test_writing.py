"""Writes over HTTP where others write at the same time, or too many do."""

import asyncio
from typing import NoReturn

import pytest

from shared.eventstore.vocabulary import OperationalError
from tests.support.community import Communities
from tests.support.running import Running

SERVICES = ("partnerships",)


async def test_a_full_queue_is_a_503_that_says_when_to_ask_again(
    communities: Communities, stack: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = await communities.open()
    appender, before = stack.platforms["partnerships"].store._appender, await stack.last_index()
    assert appender is not None
    with monkeypatch.context() as full:
        full.setattr(appender, "_most_waiting", 0)
        answer = await here.coordinator.send("POST", "/partnerships/v1/persons", json={}, once="again")
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "1"
    assert answer.json()["type"] == "/problems/overloaded"
    assert await stack.last_index() == before
    receipt = await here.coordinator.post("/partnerships/v1/persons", {}, once="again")
    assert "repeated" not in receipt


async def test_an_unknown_outcome_is_a_503_that_says_how_to_find_out_and_tells_nothing_of_our_insides(
    communities: Communities, stack: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = await communities.open()

    async def lost(*_: object) -> NoReturn:
        raise OperationalError("ConnectionRefusedError at /some/socket")

    with monkeypatch.context() as broken:
        broken.setattr(stack.platforms["partnerships"].commands.store, "append", lost)
        answer = await here.coordinator.send("POST", "/partnerships/v1/persons", json={}, once="unknown")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
    assert answer.json()["type"] == "/problems/unavailable"
    assert "socket" not in answer.text
    assert "repeated" not in await here.coordinator.post("/partnerships/v1/persons", {}, once="unknown")


async def test_two_clients_with_the_same_key_do_not_collide(communities: Communities) -> None:
    here, there = await communities.open(), await communities.open()
    answers = await asyncio.gather(
        *(one.coordinator.post("/partnerships/v1/persons", {}, once="the-same") for one in (here, there))
    )
    assert not any("repeated" in one for one in answers)
    assert answers[0]["id"] != answers[1]["id"]


async def test_a_hundred_repeats_at_once_are_one_person(communities: Communities, stack: Running) -> None:
    here = await communities.open()
    before = (await stack.last_index())["partnerships"]
    answers = await asyncio.gather(
        *(here.coordinator.post("/partnerships/v1/persons", {}, once="the-same") for _ in range(100))
    )
    assert len({one["id"] for one in answers}) == 1
    assert (await stack.last_index())["partnerships"] == before + 1
