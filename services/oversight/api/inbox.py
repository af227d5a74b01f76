"""The inbox: what waits on a position this person holds now, and how to act on it."""

from collections.abc import Iterator
from datetime import datetime
from typing import Annotated
from uuid import UUID

import asyncpg
from litestar import get
from litestar.params import Parameter

from services.oversight.api.acts import Do, confirm, confirm_sheet, next_act, reconfirm
from services.oversight.api.board import SOON
from services.oversight.api.readers import person_asked_about, positions_acted_in
from services.oversight.api.signatures import ToSign, to_sign
from services.oversight.api.whom import Whom
from services.oversight.projections import board as table
from services.oversight.projections.board import Waiting
from shared.authority import Community
from shared.authority.entries import Entry
from shared.authority.grounds import grounds
from shared.authority.sheets import Sheet
from shared.kernel import Clock, Text, Value
from shared.security.asker import Asker


class Item(Value, frozen=True):
    """Something that waits on a position of theirs. `digest` is of what they would sign; `needed` as on the board.

    `others` are the persons who could act on it as well; `holds_up` the steps that wait behind it.
    """

    id: UUID
    key: str
    title: Text | None
    stage: str
    what: str
    step: str | None
    matter: str | None
    position: str
    partner: str | None
    since: datetime
    due: datetime | None
    overdue: bool
    needed: int | None
    digest: str | None
    do: Do
    others: tuple[UUID, ...]
    holds_up: tuple[str, ...]


class Confirmation(Value, frozen=True):
    """An entry of the register that grants nothing until their partner's authority administrator confirms it."""

    what: str
    id: UUID
    partner: str
    sentence: str
    since: datetime
    do: Do


class Inbox(Value, frozen=True):
    """Due first, then what has waited longest; `more` says that there is more than is shown."""

    person: UUID
    positions: tuple[str, ...]
    items: tuple[Item, ...]
    confirmations: tuple[Confirmation, ...]
    reconfirm: tuple[Confirmation, ...]
    signatures: tuple[ToSign, ...]
    more: bool


@get("/v1/inbox", scope="read")
async def read_inbox(
    asker: Asker,
    pool: asyncpg.Pool,
    clock: Clock,
    person: UUID | None = None,
    limit: Annotated[int, Parameter(ge=1, le=200)] = 100,
) -> Inbox:
    """What waits on the key's person; with `person`, for coordinators and auditors, on that one."""
    now, community = clock(), asker.community
    whose = person_asked_about(asker, person)
    acted = positions_acted_in(community, whose, now)
    items, more = await items_waiting(pool, asker, whose, acted, now, limit)
    decides = list(dict.fromkeys(one.position for one in grounds(community, whose, now) if one.delegation is None))
    confirmations = [one for position in decides for one in _confirmations(community, position, now)]
    keys = tuple(sorted(community.position_key(position) for position in acted))
    shown = tuple(confirmations[:limit])
    due = tuple(_reconfirmations(community, decides, now))
    signatures = tuple(to_sign(community, asker.log_index, whose, now))
    return Inbox(whose, keys, tuple(items), shown, due, signatures, more or len(confirmations) > limit)


async def items_waiting(
    pool: asyncpg.Pool, asker: Asker, whose: UUID, held: list[UUID], now: datetime, limit: int
) -> tuple[list[Item], bool]:
    """What waits on that person in the positions held, and whether there is more."""
    community = asker.community
    ids = asker.reader(now).ids
    found = await table.waiting(pool, asker.key.community, held, _owned(community, held), limit + 1, ids)
    whom = Whom(community, asker.log_index, now)
    able = [one for one in found[:limit] if whose not in one.wait.barred and one.wait.only in (None, whose)]
    return [item for one in able for item in _items(community, whom, one, held, whose)], len(found) > limit


async def items_of_seats(pool: asyncpg.Pool, asker: Asker, seats: list[UUID], now: datetime, limit: int) -> list[Item]:
    """What waits on those positions as seats of a council: rounds in which any so many of them suffice."""
    found = await table.waiting(pool, asker.key.community, seats, (), limit, asker.reader(now).ids)
    whom = Whom(asker.community, asker.log_index, now)
    quorums = [one for one in found if one.wait.act == "sign-off" and one.wait.needed is not None]
    return [item for one in quorums for item in _items(asker.community, whom, one, seats)]


def _owned(community: Community, held: list[UUID]) -> set[tuple[UUID, str]]:
    """Matters one of the positions may own, in any scope: what is in truth theirs is judged item by item."""
    partners = {position: community.partners.get(community.positions[position].partner) for position in held}
    return {
        (partner.id, entry.matter)
        for position, partner in partners.items()
        if partner is not None
        for entry in partner.by_position.get(position, ())
        if entry.letter == "accountable"
    }


def _items(
    community: Community, whom: Whom, one: Waiting, held: list[UUID], whose: UUID | None = None
) -> Iterator[Item]:
    card, wait = one.card, one.wait
    mine = {community.positions[position].partner for position in held}
    partners = [wait.partner] if wait.partner else sorted(mine - set(wait.apart))
    for partner in partners:
        if (position := whom.position_of(card.subject, wait, partner)) not in held or position is None:
            continue
        line = whom.one(card.subject, wait, partner)
        if whose is not None and whose not in line.holders:
            continue
        name = community.position_key(position)
        yield Item(
            id=card.subject,
            key=card.key,
            title=card.title,
            stage=card.stage,
            what=line.what,
            step=line.step,
            matter=line.matter,
            position=name,
            partner=line.partner,
            since=line.since,
            due=line.due,
            overdue=line.overdue,
            needed=line.needed,
            digest=wait.digest,
            do=next_act(card.subject, wait, name),
            others=tuple(person for person in line.holders if person != whose),
            holds_up=wait.holds_up,
        )


def _confirmations(community: Community, administrator: UUID, now: datetime) -> Iterator[Confirmation]:
    """The unconfirmed entries of the partner this position administers, the order of their recording kept."""
    own = community.partners.get(community.positions[administrator].partner)
    for partner in [own] if own is not None and own.administrator == administrator else ():
        acting_as = community.position_key(administrator)

        def waiting(what: str, entry: Entry, of: UUID, about: UUID, sentence: str, key: str = partner.key,
                    acting: str = acting_as) -> Confirmation:  # fmt: skip
            return Confirmation(what, about, key, sentence, entry.since, confirm(entry, of, acting))

        yield from (_sheet(sheet, partner.key, acting_as) for sheet in _waiting_sheets(community, partner.id))
        for position in (community.positions[one] for one in community.positions_of.get(partner.id, ())):
            name = community.position_key(position.id)
            if position.until is not None and position.until <= now:
                continue
            if position.waits(now):
                yield waiting("position", position, partner.id, position.id, f"The position {name} was recorded.")
            for held in position.holdings.values():
                if held.waits(now):
                    said = f"Person {held.person} was recorded as holding {name}."
                    yield waiting("holder", held, position.id, held.id, said)
            for granted in position.delegations.values():
                passed_on = granted.chained_from is not None
                if granted.waits(now) and (position.terms[-1].may_subdelegate or not passed_on):
                    said = f"{', '.join(sorted(granted.matters))} was delegated to person {granted.to} in {name}."
                    yield waiting("delegation", granted, position.id, granted.id, said)
        for entry in partner.responsibilities.values():
            if entry.waits(now):
                said = f"{community.position_key(entry.position)} was recorded as {entry.letter} for {entry.matter}."
                yield waiting("responsibility", entry, partner.id, entry.id, said)


def _waiting_sheets(community: Community, partner: UUID) -> Iterator[Sheet]:
    return (sheet for sheet in community.sheets.values() if sheet.partner == partner and not sheet.confirmed)


def _sheet(sheet: Sheet, partner: str, acting_as: str) -> Confirmation:
    said = f"A staff sheet recorded {sheet.entries} entries; this confirms all of them at once."
    do = confirm_sheet(sheet, acting_as)
    return Confirmation("staff-sheet", sheet.id, partner, said, sheet.recorded_at, do)


def _reconfirmations(community: Community, held: list[UUID], now: datetime) -> Iterator[Confirmation]:
    """The registers of the partners these positions administer, where the yearly reconfirmation is near or overdue."""
    for partner in community.partners.values():
        if partner.administrator in held and partner.reconfirm_by <= now + SOON:
            said = f"The register of {partner.key} is confirmed anew every year, by {partner.reconfirm_by.date()} now."
            do = reconfirm(partner, community.position_key(partner.administrator))
            yield Confirmation("reconfirmation", partner.id, partner.key, said, partner.reconfirm_by, do)
