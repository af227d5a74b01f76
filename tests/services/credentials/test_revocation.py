"""A revocation and a sign-off, whichever comes first: on real servers, over HTTP, through every worker."""

import asyncio
import copy
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from services.credentials.commands.approving import sign_off
from services.credentials.domain.sign_off import SignOff
from shared.authority import Register
from shared.contracts.credentials import SignOffRecorded
from shared.kernel import Recorded
from shared.security.asker import Asker
from tests.services.credentials.journeys import World, accepted, requested
from tests.support.community import INSTRUMENT, Caller, Communities
from tests.support.patience import eventually
from tests.support.running import Running

pytestmark = [pytest.mark.servers, pytest.mark.asyncio(loop_scope="module")]
SIGN_OFFS = "steps/industry-validation/sign-offs"


async def end_holding(stack: Running, world: World, position: str, until: datetime | None = None) -> datetime:
    """The partner's administrator ends what the holder of that position has; from when on."""
    here, id_ = world.community, world.community.positions[position]
    register = await stack.platforms["partnerships"].register.current()
    (holding,) = register.community(here.key).positions[UUID(id_)].holdings
    asked: dict[str, Any] = {"instrument": INSTRUMENT} | ({"until": until.isoformat()} if until else {})
    administrator = here.as_(f"{position.partition('/')[0]}/authority-administrator")
    receipt = await administrator.post(f"/partnerships/v1/positions/{id_}/holders/{holding}/end", asked)
    return datetime.fromisoformat(receipt["recorded"][0]["fact"]["until"])


async def voided(stack: Running, world: World) -> list[Recorded[Any]]:
    """The facts of that microcredential that void something."""
    log = stack.platforms["credentials"].log
    found = await log.after(0, 100_000)
    mine = [one for one in found if one.stream == f"microcredential-{world.id}"]
    return [one for one in mine if type(one.fact).__name__ in ("SignOffVoided", "ApprovalVoided")]


async def until_void(stack: Running, world: World, several: int = 1) -> list[Recorded[Any]]:
    async def are_there() -> bool:
        return len(await voided(stack, world)) >= several

    await eventually(are_there)
    return await voided(stack, world)


def now() -> datetime:
    return datetime.now(UTC)


async def test_an_end_heard_after_a_sign_off_with_an_earlier_effect_voids_it_and_reopens_its_step(
    stack: Running, communities: Communities
) -> None:
    world = await requested(communities)
    before = now()
    await world.sign("plant/foreman", "industry-validation", "endorse")
    await world.sign("clinic/chief", "industry-validation", "endorse")
    assert (await world.step("industry-validation"))["state"] == "granted"
    await end_holding(stack, world, "plant/foreman", until=before)
    (fact,) = await until_void(stack, world)
    assert (fact.fact.revoked, fact.fact.effective) == ("holding", before)
    step = await world.step("industry-validation")
    assert (step["state"], [one["position"] for one in step["waits_on"]]) == ("reopened", ["plant/foreman"])
    first = next(one for one in step["sign_offs"] if one["position"] == "plant/foreman")
    assert (first["standing"], first["void"]["revocation"]) == (False, str(fact.fact.revocation))
    board = await world.community.coordinator.get("/oversight/v1/board")
    (card,) = [card for column in board["columns"] for card in column["cards"]]
    assert (card["stage"], [one["position"] for one in card["waits_on"]]) == ("sign-off", ["plant/foreman"])
    story = await world.community.coordinator.get(f"/oversight/v1/microcredentials/{world.id}/story")
    told = {line["tag"]: line["sentence"] for line in story["lines"]}
    assert "is void: their holding of the position had ended" in told["credentials.sign-off-voided.v1"]
    assert "partnerships.holder-ended.v1" in told


async def test_an_approval_that_rested_on_it_is_void_and_a_successor_approves_anew(
    stack: Running, communities: Communities
) -> None:
    world, before = await requested(communities), now()
    await world.approve()
    await end_holding(stack, world, "nscc/dean", until=before)
    facts = await until_void(stack, world, 2)
    assert [type(one.fact).__name__ for one in facts] == ["SignOffVoided", "ApprovalVoided"]
    assert ((await world.read())["state"], (await world.read())["approved"]) == ("validating", None)
    await world.community.holder("nscc/dean", "dora", at=now())
    await world.sign("nscc/dean", "approval", "approve")
    assert (await world.read())["approved"]["version"] == 2


@pytest.mark.parametrize("narrow_first", [True, False])
async def test_an_approval_is_void_once_all_its_authority_had_ended_in_whatever_order(
    stack: Running, communities: Communities, narrow_first: bool
) -> None:
    world = await accepted(communities)
    here, scope = world.community, {"kind": "microcredential", "value": world.id}
    narrow = await here.responsibility("nscc/dean", "academic-approval", scope=scope)
    await world.as_("nscc/lead").post(f"{world.path}/request-validation")
    before = now()
    await world.approve()
    register = await stack.platforms["partnerships"].register.current()
    partner = register.community(here.key).partners[UUID(here.partners["nscc"])]
    (wide,) = (str(one.id) for one in partner.by_matter["academic-approval"] if str(one.id) != narrow)
    administrator = here.as_("nscc/authority-administrator")
    for one in (narrow, wide) if narrow_first else (wide, narrow):
        await world.read()  # what was heard before is acted on
        assert await voided(stack, world) == []
        path = f"/partnerships/v1/partners/{here.partners['nscc']}/responsibilities/{one}/end"
        await administrator.post(path, {"instrument": INSTRUMENT, "until": before.isoformat()})
    assert [type(one.fact).__name__ for one in await until_void(stack, world, 2)] == ["SignOffVoided", "ApprovalVoided"]


async def test_who_stood_in_is_void_when_what_led_to_them_had_ended(stack: Running, communities: Communities) -> None:
    world = await requested(communities)
    here, before = world.community, now()
    await here.position("nscc/deputy", "dep")
    await here.position("nscc/between", None)
    administrator, positions = here.as_("nscc/authority-administrator"), "/partnerships/v1/positions"

    async def stands_in_for(position: str, alternate: str) -> None:
        asked = {"instrument": INSTRUMENT, "alternate": here.positions[alternate]}
        await administrator.post(f"{positions}/{here.positions[position]}/change", asked)

    await stands_in_for("nscc/between", "nscc/deputy")
    await stands_in_for("nscc/dean", "nscc/between")
    await world.sign("plant/foreman", "industry-validation", "endorse")
    await world.sign("clinic/chief", "industry-validation", "endorse")
    await here.as_("nscc/dean").post(f"{positions}/{here.positions['nscc/dean']}/absences", {})
    asked = await world.given("approval", "approve")
    deputy = Caller(here, here.keys["dep"], "nscc/dean")
    await deputy.post(f"{world.path}/steps/approval/sign-offs", asked)
    ended = {"instrument": INSTRUMENT, "until": before.isoformat()}
    await administrator.post(f"{positions}/{here.positions['nscc/between']}/end", ended)
    (fact, _) = await until_void(stack, world, 2)
    assert (fact.fact.revoked, fact.fact.effective) == ("position", before)


async def test_a_key_revoked_as_of_before_voids_what_was_signed_off_with_it(
    stack: Running, communities: Communities
) -> None:
    world, before = await requested(communities), now()
    await world.sign("plant/foreman", "industry-validation", "endorse")
    key = world.as_("plant/foreman").key.split("_")[1]
    await world.community.coordinator.post(f"/partnerships/v1/keys/{key}/revoke", {"effective": before.isoformat()})
    (fact,) = await until_void(stack, world)
    assert (fact.fact.revoked, fact.fact.effective) == ("key", before)


async def test_until_an_end_takes_effect_its_holder_signs_off_and_from_then_on_is_refused(
    stack: Running,
    communities: Communities,
) -> None:
    world = await requested(communities)
    asked = await world.given("industry-validation", "abstain")
    effective = await end_holding(stack, world, "plant/foreman")

    async def has_come() -> bool:
        return now() > effective

    await eventually(has_come)
    foreman, path = world.as_("plant/foreman"), f"{world.path}/{SIGN_OFFS}"
    assert (await foreman.refused(404, path, asked))["type"] == "/problems/not-found"  # nor do they read it any more
    assert (await foreman.refused(404, path, asked, at=effective))["type"] == "/problems/not-found"
    await foreman.post(path, asked, at=effective - timedelta(milliseconds=1))


async def test_a_sign_off_judged_before_a_revocation_was_heard_and_written_after_it_was_acted_on_is_void_too(
    stack: Running, communities: Communities
) -> None:
    world, platform = await requested(communities), stack.platforms["credentials"]
    await world.read()
    asker = as_known_by_now(await platform.register.current(), world, "plant/foreman")
    given = SignOff("abstain", (await world.step("industry-validation"))["digest"])
    await end_holding(stack, world, "plant/foreman", until=now())
    await world.read()  # it was heard, and acted on
    assert await voided(stack, world) == []
    _, result = await sign_off(platform.commands, asker, UUID(world.id), "industry-validation", given)
    (fact,) = await until_void(stack, world)
    assert fact.fact.sign_off == result.recorded[0].fact.sign_off  # type: ignore[attr-defined]  # a sign-off
    assert fact.causation == result.recorded[0].id


async def test_a_sign_off_that_is_there_when_the_revocation_is_heard_is_void_because_of_that(
    stack: Running, communities: Communities
) -> None:
    world, before = await requested(communities), now()
    await world.sign("plant/foreman", "industry-validation", "abstain")
    await end_holding(stack, world, "plant/foreman", until=before)
    (fact,) = await until_void(stack, world)
    assert fact.causation == fact.fact.revocation


async def test_nothing_is_void_twice_however_often_it_is_folded_or_reacted_to(
    stack: Running, communities: Communities
) -> None:
    world, before, platform = await requested(communities), now(), stack.platforms["credentials"]
    await world.sign("plant/foreman", "industry-validation", "abstain")
    await end_holding(stack, world, "plant/foreman", until=before)
    (fact,) = await until_void(stack, world)
    last = await platform.log.last_index()
    for projector in platform.projectors():
        await projector.rebuild()
    heard = await platform.heard["partnerships"].after(0, 100_000)
    (ended,) = [one for one in heard if one.id == fact.fact.revocation]
    reactor = next(one for one in platform.reactors() if one.consumer.endswith("on-authority-revoked"))
    assert (await reactor._react(ended, None)) is not None
    assert await platform.log.last_index() == last


async def test_of_many_who_sign_off_while_their_authority_is_revoked_nothing_given_after_the_effect_stands(
    stack: Running, communities: Communities
) -> None:
    worlds = [await requested(communities) for _ in range(2)]

    async def goes_on(world: World, number: int) -> None:
        """Say something else again and again, until refused."""
        path, foreman = f"{world.path}/{SIGN_OFFS}", world.as_("plant/foreman")
        asked = await world.given("industry-validation", "abstain")
        for turn in range(10_000):
            answer = await foreman.send("POST", path, json={**asked, "comment": f"{number} {turn}"}, wait=None)
            if answer.status_code == 404:  # who holds nothing any more does not read it either
                return
            assert answer.status_code in (201, 409), answer.text

    clients = asyncio.gather(*(goes_on(world, number) for world in worlds for number in range(3)))
    effective = await asyncio.gather(*(end_holding(stack, world, "plant/foreman") for world in worlds))
    await clients
    for world, moment in zip(worlds, effective, strict=True):

        async def none_stands(world: World = world, moment: datetime = moment) -> bool:
            found = await stack.platforms["credentials"].log.after(0, 100_000)
            mine = [one for one in found if one.stream == f"microcredential-{world.id}"]
            signed = [(one.occurred_at, one.fact) for one in mine if isinstance(one.fact, SignOffRecorded)]
            void = {one.fact.sign_off for one in await voided(stack, world)}
            late = {fact.sign_off for given_at, fact in signed if given_at >= moment}
            assert len(signed) > 1
            return late <= void | {fact.replaces for _, fact in signed}

        await eventually(none_stands)


def as_known_by_now(register: Register, world: World, position: str) -> Asker:
    """Whoever holds that position, asking with what is known by now, however long they take."""
    known = copy.deepcopy(register)
    key = known.keys[world.as_(position).key.split("_")[1]]
    return Asker(key, known.community(key.community), known.index, position)
