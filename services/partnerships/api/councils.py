"""Councils: convened and changed by a coordinator, read as of any moment."""

from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Response, get, post

from services.partnerships.commands import councils
from services.partnerships.domain.council import ChangeCouncil, ConveneCouncil
from shared.authority import Community, Register
from shared.authority.answers import Holder, PositionView, view
from shared.authority.councils import Council, Roster
from shared.authority.quorums import has_voice
from shared.contracts.values import Capacity, Moment, Quorum, Seat
from shared.eventstore.commands import Commands
from shared.eventstore.following import Following
from shared.kernel import Clock, Text, Value
from shared.security.asker import Asker
from shared.web.past import then
from shared.web.receipts import Receipt, receipt, subject_of
from shared.web.requests import At, KnownAt


class SeatView(Value, frozen=True):
    """A seat with whoever holds its position then, and the sectors of its partner.

    `vacant`: nobody holds the position, or the term does not hold; a vacant seat has no voice.
    """

    position: UUID
    key: str
    title: Text
    partner: UUID
    sectors: tuple[str, ...]
    capacity: Capacity
    since: Moment | None
    until: Moment | None
    vacant: bool
    holders: tuple[Holder, ...]


class CouncilView(Value, frozen=True):
    """A council as it stood: `since` when its seats, quorum and chair were so, and its quorum in words."""

    council: UUID
    key: str
    name: Text
    since: Moment
    quorum: Quorum
    sentence: str
    chair: PositionView | None
    seats: tuple[SeatView, ...]


@post("/v1/councils", scope="partners:register")
async def convene_council(data: ConveneCouncil, asker: Asker, commands: Commands) -> Response[Receipt]:
    """Convene a council; the answer's `id` is the council."""
    result = await councils.convene(commands, asker, data)
    return receipt(subject_of(result, "council"), result, created=True)


@post("/v1/councils/{council:uuid}/change", scope="partners:register", status_code=200)
async def change_council(council: UUID, data: ChangeCouncil, asker: Asker, commands: Commands) -> Response[Receipt]:
    """Change a council's seats, quorum or chair, all as stated here; open rounds keep theirs."""
    return receipt(council, await councils.change(commands, asker, council, data))


@get("/v1/councils", scope="read")
async def list_councils(
    asker: Asker, register: Following[Register], clock: Clock, at: At = None, known_at: KnownAt = None
) -> dict[str, Any]:
    """The councils, each with its seats, chair and quorum, now or `at` a moment."""
    known = await then(asker, register, clock, at, known_at)
    community, moment = known.community, known.at
    return {
        "items": [
            _council(community, council, roster, moment)
            for council in community.councils.values()
            if (roster := council.roster(moment)) is not None
        ]
    }


def _council(community: Community, council: Council, roster: Roster, at: datetime) -> CouncilView:
    return CouncilView(
        council.id,
        council.key,
        council.name,
        roster.since,
        roster.quorum,
        in_words(roster.quorum, community),
        view(community, roster.chair, at),
        tuple(one for seat in roster.seats if (one := _seat(community, seat, at)) is not None),
    )


def _seat(community: Community, seat: Seat, at: datetime) -> SeatView | None:
    if (seen := view(community, seat.position, at)) is None:
        return None
    holders = seen.holders if has_voice(seat, at) else ()
    partner = community.partners.get(seat.partner)
    sectors = partner.sectors if partner else ()
    return SeatView(
        seat.position, seen.key, seen.title, seat.partner, sectors, seat.capacity, seat.since, seat.until,
        not holders, holders,
    )  # fmt: skip


def in_words(quorum: Quorum, community: Community) -> str:
    """`3 voices of different partners, among them nscc/dean and one from healthcare`."""
    voices = f"{quorum.size} voice{'' if quorum.size == 1 else 's'}"
    if quorum.distinct_partners and quorum.size > 1:
        voices += " of different partners"
    among = [
        *(community.position_key(position) for position in quorum.seats),
        *(f"one from {sector}" for sector in quorum.sectors),
    ]
    if not among:
        return voices
    listed = among[0] if len(among) == 1 else f"{', '.join(among[:-1])} and {among[-1]}"
    return f"{voices}, among them {listed}"
