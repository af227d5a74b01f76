"""Signed sign-offs over HTTP: what is signed is what is decided, by whose key it is, once; and it verifies again."""

import asyncio
import hashlib
import secrets
from base64 import b64decode, b64encode
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import pytest_asyncio
import rfc8785
from msgspec import json

from shared.security import dsse
from tests.services.credentials.journeys import World, requested
from tests.support.community import Communities
from tests.support.patience import eventually
from tests.support.signing import SIGNING_KEYS, Signer

FOREMAN, STEP = "plant/foreman", "industry-validation"
YES = {"in_demand": True, "assessment_reflects_job": True}


class Signing:
    """A world in which the foreman has a signing key."""

    def __init__(self, world: World, signer: Signer) -> None:
        self.world = world
        self.signer = signer
        self.path = f"{world.path}/steps/{STEP}/sign-offs"

    async def statement(self, decision: str = "endorse", position: str = FOREMAN, **query: Any) -> dict[str, Any]:
        asked = {"decision": decision, **({"in_demand": "true", "assessment_reflects_job": "true"} | query)}
        found: dict[str, Any] = await self.world.as_(position).get(f"{self.world.path}/steps/{STEP}/statement", **asked)
        return found

    async def body(self, handed_out: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
        """The endorsement with its signature, as whoever means well sends it."""
        handed_out = handed_out or await self.statement()
        given = {"decision": "endorse", "digest": handed_out["statement"]["digest"], **YES}
        return {**given, "envelope": self.signer.answer(handed_out), **more}

    async def refused(self, body: dict[str, Any], problem: str, position: str = FOREMAN) -> None:
        response = await self.world.as_(position).send("POST", self.path, json=body)
        told = response.json()
        assert response.status_code in (403, 409, 422), told
        assert f"/problems/{problem}" in [reason["type"] for reason in told["reasons"]], told


async def begun(communities: Communities) -> Signing:
    world = await requested(communities)
    signer = Signer()
    await signer.register(world.as_(FOREMAN))
    return Signing(world, signer)


@pytest_asyncio.fixture
async def at_hand(communities: Communities) -> Signing:
    return await begun(communities)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared(communities: Communities) -> Signing:
    """For tests that are refused: nothing is ever signed in it."""
    return await begun(communities)


def altered(handed_out: dict[str, Any], **changed: Any) -> dict[str, Any]:
    """The statement saying something else, canonical again."""
    said = json.decode(b64decode(handed_out["payload"])) | changed
    return {**handed_out, "payload": b64encode(rfc8785.dumps(said)).decode()}


async def test_a_signed_sign_off_is_kept_shown_and_verifies_again(at_hand: Signing) -> None:
    world, body = at_hand.world, await at_hand.body()
    receipt = await world.as_(FOREMAN).post(at_hand.path, body)
    kept = receipt["recorded"][0]["fact"]["signature"]
    assert kept["signing_key"] == at_hand.signer.id
    assert kept["envelope"] == body["envelope"]
    (shown,) = (await world.step(STEP))["sign_offs"]
    assert shown["signing_key"] == at_hand.signer.id
    path = f"{world.path}/sign-offs/{receipt['id']}/signature"
    read = await world.as_("nscc/lead").get(path)
    assert (read["holds"], read["registered"], read["live"]) == (True, True, True)
    assert "Acting as plant/foreman, I decide 'endorse'" in read["statement"]["wording"]["en"]
    envelope = dsse.opened(read["envelope"])
    assert dsse.verified(envelope, {read["signing_key"]: b64decode(read["public_key"])}) is not None
    again = await world.as_(FOREMAN).post(at_hand.path, body)
    assert (again["id"], again["repeated"]) == (receipt["id"], True)


async def test_a_sign_off_without_a_signature_has_none_to_show(at_hand: Signing) -> None:
    world = at_hand.world
    receipt = await world.sign(FOREMAN, STEP, "endorse")
    path = f"{world.path}/sign-offs/{receipt['id']}/signature"
    assert (await world.as_("nscc/lead").refused(404, path, method="GET"))["type"] == "/problems/not-signed"


async def test_what_was_signed_otherwise_than_it_is_decided_is_refused(shared: Signing) -> None:
    body, other = await shared.body(), "sha-256:" + "0" * 64
    await shared.refused(await shared.body(altered(await shared.statement(), digest=other), digest=body["digest"]),
                          "signed-for-other-content")  # fmt: skip
    await shared.refused(body | {"decision": "abstain"}, "signed-for-other-decision")
    await shared.refused(body | {"in_demand": False}, "signed-for-other-decision")
    for changed in ({"step": "approval"}, {"community": "another"}, {"microcredential": other_id()}):
        forged = altered(await shared.statement(), **changed)
        await shared.refused(await shared.body(forged), "signed-for-other-step")
    forged = altered(await shared.statement(), position=shared.world.community.positions["clinic/chief"])
    await shared.refused(await shared.body(forged), "signed-for-other-position")
    forged = altered(await shared.statement(), wording={"en": "I agree to nothing."})
    await shared.refused(await shared.body(forged), "signed-other-wording")


def other_id() -> str:
    return "0198c0de-0000-7000-8000-0000000000ff"


async def test_a_statement_counts_only_in_its_time(shared: Signing) -> None:
    now, statement = datetime.now(UTC), await shared.statement()
    hour, day = timedelta(hours=1), timedelta(days=1)
    for times, problem in (
        ((now - 2 * hour, now - hour), "signature-expired"),
        ((now + hour, now + 2 * hour), "signature-not-yet-valid"),
        ((now, now + day + hour), "signature-valid-too-long"),
    ):
        issued, expires = (moment.strftime("%Y-%m-%dT%H:%M:%SZ") for moment in times)
        await shared.refused(await shared.body(altered(statement, issued=issued, expires=expires)), problem)


async def test_a_key_that_is_not_the_signer_s_is_refused(shared: Signing) -> None:
    world, statement = shared.world, await shared.statement()
    body, stranger, chief = await shared.body(statement), Signer(), Signer()
    await shared.refused(body | {"envelope": stranger.answer(statement)}, "unknown-signing-key")
    unnamed = stranger.signed(b64decode(statement["payload"]), statement["payload_type"], keyid="")
    await shared.refused(body | {"envelope": unnamed}, "signature-does-not-hold")
    await chief.register(world.as_("clinic/chief"))
    await shared.refused(body | {"envelope": chief.answer(statement)}, "signing-key-of-another")
    await shared.refused(body, "signed-for-other-position", position="clinic/chief")
    await shared.refused(body, "signing-key-of-another", position="clinic/chief")


async def test_a_tampered_envelope_is_refused(shared: Signing) -> None:
    statement = await shared.statement()
    body = await shared.body(statement)
    tampered = body["envelope"] | {"payload": altered(statement, decision="abstain")["payload"]}
    await shared.refused(body | {"envelope": tampered}, "signature-does-not-hold")
    await shared.refused(
        body | {"envelope": body["envelope"] | {"payloadType": "text/plain"}}, "signature-does-not-hold"
    )
    as_formatted = {**statement, "payload": b64encode(json.format(b64decode(statement["payload"]))).decode()}
    await shared.refused(await shared.body(as_formatted), "not-a-statement")
    await shared.refused(await shared.body(altered(statement, more=1)), "not-a-statement")
    await shared.refused(await shared.body({**statement, "payload_type": "text/plain"}), "not-a-statement")
    await shared.refused(body | {"envelope": {"payload": "?"}}, "not-an-envelope")


async def test_a_revoked_key_signs_nothing_more_and_what_it_signed_stands(at_hand: Signing) -> None:
    world, before = at_hand.world, await at_hand.body()
    receipt = await world.as_(FOREMAN).post(at_hand.path, before)
    await world.as_(FOREMAN).post(f"{SIGNING_KEYS}/{at_hand.signer.id}/revoke", {})

    async def ended() -> bool:
        (key,) = (await world.as_(FOREMAN).get(SIGNING_KEYS))["items"]
        return not key["live"]

    await eventually(ended)
    await at_hand.refused(await at_hand.body(), "signing-key-not-live")
    read = await world.as_(FOREMAN).get(f"{world.path}/sign-offs/{receipt['id']}/signature")
    assert (read["holds"], read["live"], read["revoked"] is not None) == (True, True, True)
    again = await world.as_(FOREMAN).post(at_hand.path, before)
    assert (again["id"], again["repeated"]) == (receipt["id"], True)


async def test_a_signature_counts_once(at_hand: Signing) -> None:
    world, first = at_hand.world, await at_hand.body()
    await world.as_(FOREMAN).post(at_hand.path, first)
    abstention = {"decision": "abstain", "digest": first["digest"]}
    await world.as_(FOREMAN).post(at_hand.path, abstention)
    await at_hand.refused(first, "signature-replayed")


@pytest.mark.parametrize(
    "other", [{"decision": "decline", "comment": "No."}, {"decision": "recuse"}, {"in_demand": False}]
)
async def test_a_signature_that_counted_stands_for_no_other_decision(at_hand: Signing, other: dict[str, Any]) -> None:
    body = await at_hand.body()
    await at_hand.world.as_(FOREMAN).post(at_hand.path, body)
    await at_hand.refused(body | other, "signed-for-other-decision")
    (stands,) = (await at_hand.world.step(STEP))["sign_offs"]
    assert stands["decision"] == "endorse"


async def test_of_the_same_signature_sent_many_times_at_once_one_counts(at_hand: Signing) -> None:
    body = await at_hand.body()
    foreman = at_hand.world.as_(FOREMAN)
    answers = await asyncio.gather(*(foreman.send("POST", at_hand.path, json=body) for _ in range(4)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert len((await at_hand.world.step(STEP))["sign_offs"]) == 1


async def test_a_comment_is_signed_by_its_salted_digest(at_hand: Signing) -> None:
    world, words, salt = at_hand.world, "Time the test.", secrets.token_bytes(32)
    digest = "sha-256:" + hashlib.sha256(salt + words.encode()).hexdigest()
    query = {"in_demand": "false", "assessment_reflects_job": "true", "comment": digest}
    statement = await at_hand.statement("request-changes", **query)
    comment = {"words": words, "salt": b64encode(salt).decode()}
    body = await at_hand.body(statement, decision="request-changes", in_demand=False, comment=comment)
    await at_hand.refused(body | {"comment": comment | {"words": "Never mind."}}, "signed-for-other-decision")
    await at_hand.refused(body | {"comment": words}, "signed-for-other-decision")
    receipt = await world.as_(FOREMAN).post(at_hand.path, body)
    assert receipt["recorded"][0]["fact"]["comment"]["digest"] == digest


@pytest.mark.parametrize("envelope", [{}, {"payload": [[]]}, {"signatures": [{"sig": 7}]}, {"payload": "\u0130"}])
async def test_whatever_is_sent_as_an_envelope_is_refused(shared: Signing, envelope: dict[str, Any]) -> None:
    body = await shared.body()
    await shared.refused(body | {"envelope": envelope}, "not-an-envelope")


async def test_a_step_that_requires_it_takes_signed_sign_offs_only(communities: Communities) -> None:
    world, signer = await requested(communities, signed=True), Signer()
    await world.sign("plant/foreman", STEP, "endorse")
    await world.sign("clinic/chief", STEP, "endorse")
    dean, path = world.as_("nscc/dean"), f"{world.path}/steps/approval"
    assert (await world.step("approval"))["requires_signature"] is True
    given = await world.given("approval", "approve")
    problem = await dean.refused(422, f"{path}/sign-offs", given)
    assert (problem["type"], "envelope" in problem["detail"]) == ("/problems/signature-needed", True)
    await signer.register(dean)
    statement = await dean.get(f"{path}/statement", decision="approve")
    await dean.post(f"{path}/sign-offs", given | {"envelope": signer.answer(statement)})
    assert (await world.read())["state"] == "approved"


async def test_a_signing_key_revoked_as_of_before_voids_what_it_signed(at_hand: Signing) -> None:
    world = at_hand.world
    receipt = await world.as_(FOREMAN).post(at_hand.path, await at_hand.body())
    earlier = datetime.now(UTC) - timedelta(hours=1)
    path = f"{SIGNING_KEYS}/{at_hand.signer.id}/revoke"
    await world.community.coordinator.post(path, {"effective": earlier.isoformat()})

    async def void() -> bool:
        (seen,) = (await world.step(STEP))["sign_offs"]
        return seen["void"] is not None and seen["void"]["revoked"] == "signing-key" and not seen["standing"]

    await eventually(void)
    read = await world.as_(FOREMAN).get(f"{world.path}/sign-offs/{receipt['id']}/signature")
    assert (read["holds"], read["live"]) == (True, False)
