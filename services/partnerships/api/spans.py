"""What searches are asked for: days, spans of them, and partners and councils by name."""

from datetime import date, timedelta
from uuid import UUID

from shared.authority import Community
from shared.eventstore.refusals import NotFound
from shared.kernel import Refused
from shared.kernel.intents import EARLIEST, LATEST
from shared.web.faults import QueryNotRight

LONGEST = 400
"""Days a span has at most."""


def parse_day(name: str, text: str | None) -> date | None:
    """`2026-12-24`; refused where it is no day between 1900 and 2200."""
    if text is None:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise Refused(QueryNotRight(f"{name} is not a day such as 2026-12-24.")) from None
    if not EARLIEST < day.year < LATEST:
        raise Refused(QueryNotRight(f"{name} lies outside {EARLIEST} to {LATEST}."))
    return day


def span(first: date | None, until: date | None, today: date, usual: int) -> tuple[date, date]:
    """From the first day (today) until the last, included: `usual` days on where none is stated."""
    begins = first or today
    ends = until or begins + timedelta(days=usual)
    if ends < begins:
        raise Refused(QueryNotRight(f"until lies on {ends}, before from, on {begins}."))
    if (ends - begins).days >= LONGEST:
        raise Refused(QueryNotRight(f"From {begins} until {ends} are more than {LONGEST} days; ask for fewer."))
    return begins, ends


def partners_named(community: Community, named: str, most: int = 50) -> tuple[UUID, ...]:
    """Partners by key or id, with commas between several, each once."""
    names = [name for name in dict.fromkeys(part.strip() for part in named.split(",")) if name]
    if not names or len(names) > most:
        raise Refused(QueryNotRight(f"Name 1 to {most} partners by key or id, with commas between them."))
    by_name = {name: one.id for one in community.partners.values() for name in (one.key, str(one.id))}
    if missing := [name for name in names if name not in by_name]:
        raise Refused(*(NotFound("partner", name[:80]) for name in missing))
    return tuple(dict.fromkeys(by_name[name] for name in names))


def councils_named(community: Community, named: str) -> tuple[UUID]:
    """The council of that key or id."""
    for council in community.councils.values():
        if named in (council.key, str(council.id)):
            return (council.id,)
    raise Refused(NotFound("council", named))
