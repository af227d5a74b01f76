"""Signing keys over HTTP: registered with proof, listed to whoever verifies, revoked, one person's for ever."""

import asyncio
from base64 import b64decode, b64encode
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from msgspec import json

from tests.support.community import Caller, Communities
from tests.support.signing import SIGNING_KEYS, Signer

SERVICES = ("partnerships",)


async def challenged(caller: Caller, signer: Signer) -> dict[str, Any]:
    return await caller.post(f"{SIGNING_KEYS}/challenges", {"public_key": signer.public_key})


async def test_a_key_is_registered_by_signing_the_challenge_and_read_by_everybody(communities: Communities) -> None:
    here = await communities.open()
    dana, fred, signer = await here.invite("dana"), await here.invite("fred", "advisor"), Signer()
    registered = await signer.register(dana)
    fact = registered["recorded"][0]["fact"]
    assert (registered["id"], fact["person"], fact["public_key"]) == (
        signer.id,
        here.persons["dana"],
        signer.public_key,
    )
    assert fact["proof"]["signatures"][0]["keyid"] == signer.id
    (seen,) = (await fred.get(SIGNING_KEYS, person=here.persons["dana"]))["items"]
    assert (seen["signing_key"], seen["live"], seen["revoked"]) == (signer.id, True, None)
    assert (await fred.get(SIGNING_KEYS))["items"] == []
    assert (await signer.register(dana))["recorded"] == []


async def test_a_challenge_registers_one_key_of_one_person_while_it_lasts(communities: Communities) -> None:
    here = await communities.open()
    dana, fred, signer = await here.invite("dana"), await here.invite("fred", "advisor"), Signer()
    handed_out = await challenged(dana, signer)
    problem = await fred.refused(403, SIGNING_KEYS, {"envelope": signer.answer(handed_out)})
    assert problem["type"] == "/problems/challenge-of-another"
    problem = await dana.refused(422, SIGNING_KEYS, {"envelope": Signer().answer(handed_out)})
    assert problem["type"] == "/problems/not-proven"
    await dana.post(SIGNING_KEYS, {"envelope": signer.answer(handed_out)})
    await dana.post(f"{SIGNING_KEYS}/{signer.id}/revoke", {})
    problem = await dana.refused(409, SIGNING_KEYS, {"envelope": signer.answer(handed_out)})
    assert problem["type"] == "/problems/signing-key-taken"


async def test_a_challenge_is_taken_back_only_as_it_was_handed_out(communities: Communities) -> None:
    here = await communities.open()
    dana, signer = await here.invite("dana"), Signer()
    handed_out = await challenged(dana, signer)
    said = json.decode(b64decode(handed_out["payload"]))
    changes: list[dict[str, Any]] = [{"expires": "2100-01-01T00:00:00Z"}, {"nonce": "mine"}, {"seal": "é"}]
    for changed in (*(said | change for change in changes), {}):
        forged = {**handed_out, "payload": b64encode(json.encode(changed, order="sorted")).decode()}
        problem = await dana.refused(422, SIGNING_KEYS, {"envelope": signer.answer(forged)})
        assert problem["type"] == "/problems/not-a-challenge"
    formatted = {**handed_out, "payload": b64encode(json.format(b64decode(handed_out["payload"]))).decode()}
    assert (await dana.refused(422, SIGNING_KEYS, {"envelope": signer.answer(formatted)}))["status"] == 422
    other_type = {**handed_out, "payload_type": "application/json"}
    assert (await dana.refused(422, SIGNING_KEYS, {"envelope": signer.answer(other_type)}))["status"] == 422


async def test_one_public_key_is_one_person_s_also_when_two_ask_at_once(communities: Communities) -> None:
    here = await communities.open()
    people, signer = [await here.invite(name) for name in ("dana", "fred", "cleo")], Signer()
    asked = [{"envelope": signer.answer(await challenged(one, signer))} for one in people]
    answers = await asyncio.gather(
        *(one.send("POST", SIGNING_KEYS, json=body) for one, body in zip(people, asked, strict=True))
    )
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409]
    refusals = {answer.json()["type"] for answer in answers if answer.status_code == 409}
    assert refusals == {"/problems/signing-key-taken"}


async def test_of_many_keys_registered_at_once_three_are_live(communities: Communities) -> None:
    here = await communities.open()
    dana = await here.invite("dana")
    signers = [Signer() for _ in range(5)]
    asked = [{"envelope": one.answer(await challenged(dana, one))} for one in signers]
    answers = await asyncio.gather(*(dana.send("POST", SIGNING_KEYS, json=body) for body in asked))
    went_through = [answer for answer in answers if answer.status_code == 201]
    assert len((await dana.get(SIGNING_KEYS))["items"]) == len(went_through) <= 3


@pytest.mark.parametrize(
    ("public_key", "status"),
    [(bytes(32), 422), (b"\1" + bytes(31), 422), (b"\xff" * 32, 422), (b"short", 400), (b"", 400)],
    ids=["of small order", "neutral", "off the field", "short", "none"],
)
async def test_a_weak_or_malformed_public_key_is_refused(
    communities: Communities, public_key: bytes, status: int
) -> None:
    here = await communities.open()
    dana = await here.invite("dana")
    await dana.refused(status, f"{SIGNING_KEYS}/challenges", {"public_key": b64encode(public_key).decode()})


async def test_a_key_is_revoked_by_its_person_from_now_on_and_by_a_coordinator_as_of_the_past(
    communities: Communities,
) -> None:
    here = await communities.open()
    dana, fred, signer = await here.invite("dana"), await here.invite("fred", "advisor"), Signer()
    await signer.register(dana)
    path, earlier = f"{SIGNING_KEYS}/{signer.id}/revoke", datetime.now(UTC) - timedelta(days=1)
    await fred.refused(404, path, {})
    problem = await dana.refused(403, path, {"effective": earlier.isoformat()})
    assert problem["type"] == "/problems/not-before-now"
    own = (await dana.post(path, {}))["recorded"][0]
    taken = datetime.fromisoformat(own["fact"]["effective"]) - datetime.fromisoformat(own["recorded_at"])
    assert timedelta(0) < taken <= timedelta(seconds=2.1)
    await here.coordinator.post(path, {"effective": earlier.isoformat()})
    (seen,) = (await fred.get(SIGNING_KEYS, person=here.persons["dana"]))["items"]
    assert (datetime.fromisoformat(seen["revoked"]), seen["live"]) == (earlier, False)
    assert (await dana.refused(409, path, {}))["type"] == "/problems/signing-key-ended"


@pytest.mark.parametrize("envelope", [{}, {"payload": "é"}, {"payload": "", "payloadType": "", "signatures": []}])
async def test_what_is_no_envelope_is_refused(communities: Communities, envelope: dict[str, Any]) -> None:
    here = await communities.open()
    dana = await here.invite("dana")
    problem = await dana.refused(422, SIGNING_KEYS, {"envelope": envelope})
    assert problem["type"] == "/problems/not-an-envelope"
