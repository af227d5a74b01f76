"""What waits on whoever administers a partner: entries of its register to confirm, and the yearly reconfirmation."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from uuid import UUID

from services.oversight.api.acts import Do, confirm, confirm_sheet, reconfirm
from services.oversight.api.board import SOON
from shared.authority import Community
from shared.authority.entries import Partner, Position
from shared.authority.sheets import Sheet
from shared.kernel import Value


class Confirmation(Value, frozen=True):
    """An entry of the register that grants nothing until their partner's authority administrator confirms it.

    What the sentence says also stands by itself: the position, the person who holds it or to whom is delegated, the
    matters, the letter of a responsibility; of a staff sheet, how many entries it has.
    """

    what: str
    id: UUID
    partner: str
    sentence: str
    since: datetime
    do: Do
    position: str | None = None
    person: UUID | None = None
    matters: tuple[str, ...] = ()
    letter: str | None = None
    entries: int | None = None


def to_confirm(community: Community, administrator: UUID, now: datetime) -> Iterator[Confirmation]:
    """The unconfirmed entries of the partner this position administers, the order of their recording kept."""
    own = community.partners.get(community.positions[administrator].partner)
    if own is None or own.administrator != administrator:
        return
    acting_as = community.position_key(administrator)
    sheets = (one for one in community.sheets.values() if one.partner == own.id and not one.confirmed)
    yield from (_sheet(sheet, own.key, acting_as) for sheet in sheets)
    for position in (community.positions[one] for one in community.positions_of.get(own.id, ())):
        if position.until is None or position.until > now:
            yield from _of_position(community, position, own, acting_as, now)
    yield from _responsibilities(community, own, acting_as, now)


def _of_position(
    community: Community, position: Position, partner: Partner, acting_as: str, now: datetime
) -> Iterator[Confirmation]:
    """The position itself, whoever was recorded as holding it, and what was delegated in it."""
    name = community.position_key(position.id)
    if position.waits(now):
        said, do = f"The position {name} was recorded.", confirm(position, partner.id, acting_as)
        yield Confirmation("position", position.id, partner.key, said, position.since, do, name)
    for held in position.holdings.values():
        if held.waits(now):
            said = f"Person {held.person} was recorded as holding {name}."
            do = confirm(held, position.id, acting_as)
            yield Confirmation("holder", held.id, partner.key, said, held.since, do, name, held.person)
    for granted in position.delegations.values():
        passed_on = granted.chained_from is not None
        if granted.waits(now) and (position.terms[-1].may_subdelegate or not passed_on):
            matters = tuple(sorted(granted.matters))
            said = f"{', '.join(matters)} was delegated to person {granted.to} in {name}."
            do = confirm(granted, position.id, acting_as)
            yield Confirmation(
                "delegation", granted.id, partner.key, said, granted.since, do, name, granted.to, matters
            )


def _responsibilities(community: Community, partner: Partner, acting_as: str, now: datetime) -> Iterator[Confirmation]:
    for entry in partner.responsibilities.values():
        if entry.waits(now):
            name, matters = community.position_key(entry.position), (entry.matter,)
            do = confirm(entry, partner.id, acting_as)
            said = f"{name} was recorded as {entry.letter} for {entry.matter}."
            yield Confirmation(
                "responsibility", entry.id, partner.key, said, entry.since, do, name, None, matters, entry.letter
            )


def _sheet(sheet: Sheet, partner: str, acting_as: str) -> Confirmation:
    said = f"A staff sheet recorded {sheet.entries} entries; this confirms all of them at once."
    do = confirm_sheet(sheet, acting_as)
    return Confirmation("staff-sheet", sheet.id, partner, said, sheet.recorded_at, do, entries=sheet.entries)


def reconfirmations(community: Community, held: Iterable[UUID], now: datetime) -> Iterator[Confirmation]:
    """The registers of the partners these positions administer, where the yearly reconfirmation is near or overdue."""
    held = set(held)
    for partner in community.partners.values():
        if partner.administrator in held and partner.reconfirm_by <= now + SOON:
            said = f"The register of {partner.key} is confirmed anew every year, by {partner.reconfirm_by.date()} now."
            do = reconfirm(partner, community.position_key(partner.administrator))
            yield Confirmation("reconfirmation", partner.id, partner.key, said, partner.reconfirm_by, do)
