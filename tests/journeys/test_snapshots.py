"""Over HTTP: with snapshots, with all of them deleted and with all of them broken, every command answers the same."""

from datetime import UTC, datetime
from typing import Any

import pytest

from shared.eventstore.schemas import BELOW_THE_DOMAIN, code_digest
from tests.services.credentials.journeys import World, requested
from tests.support.community import Communities
from tests.support.running import Running

pytestmark = pytest.mark.servers
SERVICES = ("partnerships", "intake", "credentials")
VOLATILE = ("request_id", "instance")


@pytest.fixture
def eager(stack: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keeps a snapshot after every second event, so that short journeys have some."""
    for platform in stack.platforms.values():
        monkeypatch.setattr(platform.commands.snapshots, "_every", 1)


async def asked(world: World, at: datetime) -> list[tuple[int, Any]]:
    """Commands that are refused or find all done, all as of that moment, and what each is answered."""
    here = world.community
    approval = await world.given("approval", "approve")
    endorsed = await world.given("industry-validation", "endorse")
    dean, lead, foreman = world.as_("nscc/dean"), world.as_("nscc/lead"), world.as_("plant/foreman")
    instrument = {"instrument": {"kind": "policy", "reference": "P-1", "dated": "2025-01-01"}}
    taken = {"matter": "review", "position": here.positions["nscc/lead"], **instrument}
    held = {"person": here.persons["dana"], **instrument}
    commands = [
        (foreman, f"{world.path}/steps/industry-validation/sign-offs", endorsed),
        (foreman, f"{world.path}/steps/industry-validation/sign-offs", {**endorsed, "digest": "sha-256:" + "0" * 64}),
        (dean, f"{world.path}/steps/approval/sign-offs", approval),
        (lead, f"{world.path}/steps/approval/sign-offs", approval),
        (lead, f"{world.path}/offerings", {"starts": "2026-01-01", "ends": "2026-02-01"}),
        (lead, f"/intake/v1/proposals/{world.id}/submit", {"to": here.partners["nscc"]}),
        (lead, f"/intake/v1/proposals/{world.id}/withdraw", {}),
        (
            here.as_("nscc/authority-administrator"),
            f"/partnerships/v1/partners/{here.partners['nscc']}/responsibilities",
            taken,
        ),
        (
            here.as_("nscc/authority-administrator"),
            f"/partnerships/v1/positions/{here.positions['nscc/dean']}/holders",
            held,
        ),
    ]
    answers = [await caller.send("POST", path, json=body, at=at) for caller, path, body in commands]
    return [(answer.status_code, without_what_varies(answer.json())) for answer in answers]


def without_what_varies(document: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in document.items() if name not in VOLATILE}


async def kept(stack: Running) -> int:
    """How many snapshots there are, once none is under way."""
    count = 0
    for platform in stack.platforms.values():
        assert platform.commands.snapshots is not None
        await platform.commands.snapshots.settled()
        count += await platform.pool.fetchval("select count(*) from store.snapshots")
    return count


async def forget(stack: Running) -> None:
    for platform in stack.platforms.values():
        await platform.pool.execute("delete from store.snapshots")


async def break_all(stack: Running) -> None:
    for platform in stack.platforms.values():
        await platform.pool.execute(
            """with gone as (delete from store.snapshots returning *)
               insert into store.snapshots select stream, version, schema, '\\xdeadbeef' from gone"""
        )


async def test_each_service_s_snapshots_are_of_the_code_it_folds_with(stack: Running) -> None:
    for service, platform in stack.platforms.items():
        assert platform.commands.snapshots is not None
        assert platform.commands.snapshots._code == code_digest((f"services.{service}.domain", *BELOW_THE_DOMAIN))


async def test_every_command_answers_the_same_without_and_with_broken_snapshots(
    stack: Running, communities: Communities, eager: None
) -> None:
    world = await requested(communities)
    await world.sign("plant/foreman", "industry-validation", "endorse")
    assert await kept(stack)
    await forget(stack)
    before, moment = await stack.last_index(), datetime.now(UTC)
    without = await asked(world, moment)
    assert await kept(stack)
    with_them = await asked(world, moment)
    await break_all(stack)
    with_broken = await asked(world, moment)
    assert with_them == without == with_broken
    assert {status for status, _ in without} == {201, 403, 409}
    assert await stack.last_index() == before
    await world.approve()
    assert (await world.read())["state"] == "approved"
