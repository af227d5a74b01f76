"""find-window for deliveries: windows of days that avoid every blackout of the partners, and why not elsewhere."""

from collections.abc import Iterable
from datetime import date

from services.partnerships.domain.windows import Asked, PassedOver, Why, closed_by, left_out, passed_over
from shared.authority.almanac import DAY, Almanac, in_english
from shared.authority.zones import zone as zone_of
from shared.kernel import Value


class Delivery(Value, frozen=True):
    """Days in a row in which no partner has a blackout; `working_days` are those on which all of them work."""

    starts: date
    ends: date
    working_days: int
    holidays: tuple[PassedOver, ...]


def deliveries(
    asked: Asked, days: int, almanacs: tuple[Almanac, ...]
) -> tuple[tuple[Delivery, ...], tuple[PassedOver, ...]]:
    """Each window of that many days, by the date it begins on: most working days first, then soonest."""
    closed = {day: _all_closed(almanacs, day) for day in asked.days()}
    proposed, passed = [], []
    for day in asked.days():
        if reasons := _why_no_delivery(asked, day, days, almanacs, closed):
            passed.append(passed_over(day, reasons))
            continue
        within = [day + place * DAY for place in range(days)]
        holidays = {one: [why for why in closed[one] if why.kind == "holiday"] for one in within}
        proposed.append(
            Delivery(
                day, within[-1], sum(not closed[one] for one in within),
                tuple(passed_over(one, found) for one, found in holidays.items() if found),
            )
        )  # fmt: skip
    proposed.sort(key=lambda one: (-one.working_days, one.starts))
    passed += [left_out(one.starts, asked.limit) for one in proposed[asked.limit :]]
    return tuple(proposed[: asked.limit]), tuple(sorted(passed, key=lambda one: one.date))


def _why_no_delivery(
    asked: Asked, day: date, days: int, almanacs: tuple[Almanac, ...], closed: dict[date, list[Why]]
) -> list[Why]:
    if day < asked.now.astimezone(zone_of(asked.zone)).date():
        return [Why("past", "", "it has passed")]
    last = day + (days - 1) * DAY
    reasons = [why for why in closed[day] if why.kind != "blackout"]
    for almanac in almanacs:
        for one in almanac.blackouts:
            if one.first <= last and day <= one.last:
                sentence = f"{almanac.key} is in its {in_english(one.name)} from {one.first} to {one.last}"
                reasons.append(Why("blackout", almanac.key, sentence, one.name))
    if last > asked.last:
        reasons.append(Why("range", "", f"it would end on {last}, after {asked.last}"))
    return reasons


def _all_closed(almanacs: Iterable[Almanac], day: date) -> list[Why]:
    return [closed_by(closed) for almanac in almanacs if (closed := almanac.off(day)) is not None]
