"""Every year a partner's register is confirmed anew by its authority administrator; until it is, the board says so."""

from datetime import UTC, datetime, timedelta

from tests.support.community import INSTRUMENT, Communities

SERVICES = ("partnerships", "oversight")
BOARD, INBOX, V1 = "/oversight/v1/board", "/oversight/v1/inbox", "/partnerships/v1"
YEAR = timedelta(days=365)


async def test_a_register_is_reconfirmed_every_year_and_the_board_says_whose_is_due(communities: Communities) -> None:
    here = await communities.open()
    now = datetime.now(UTC)
    await here.partner("nscc", at=now - 2 * YEAR)
    await here.partner("health", at=now - YEAR + timedelta(days=20))
    await here.partner("young", at=now - timedelta(days=9))
    shown = (await here.coordinator.get(BOARD))["reconfirm"]
    assert [(one["partner"], one["overdue"]) for one in shown] == [("nscc", True), ("health", False)]
    assert shown[0]["waits_on"] == "nscc/authority-administrator"

    administrator = here.as_("nscc/authority-administrator")
    (asked,) = (await administrator.get(INBOX))["reconfirm"]
    path, body = asked["do"]["path"], {"instrument": INSTRUMENT}
    assert (await here.as_("health/authority-administrator").refused(403, path, body))["type"]
    receipt = await administrator.post(path, body)
    due = receipt["recorded"][0]["fact"]["next_due"]
    assert datetime.fromisoformat(due) > now + YEAR - timedelta(days=1)
    assert [one["partner"] for one in (await here.coordinator.get(BOARD))["reconfirm"]] == ["health"]
    assert (await administrator.post(path, body))["recorded"] == []  # the same day again
    partners = (await here.coordinator.get(f"{V1}/partners"))["items"]
    assert next(one for one in partners if one["key"] == "nscc")["reconfirm_by"] == due
