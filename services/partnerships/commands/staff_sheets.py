"""Staff sheets: checked, recorded as proposals, confirmed at once."""

import itertools
from collections.abc import Sequence
from uuid import UUID

from services.partnerships.commands.persons import person_is_known
from services.partnerships.commands.standing import require_administrator, require_recorder
from services.partnerships.domain import establishing, holders
from services.partnerships.domain import partner as partners
from services.partnerships.domain import staff_sheet as sheets
from services.partnerships.domain.entries import has_ended
from services.partnerships.domain.partner import PARTNER
from services.partnerships.domain.position import POSITION
from services.partnerships.domain.sheet_rows import Row
from services.partnerships.domain.staff_sheet import SHEET, Plan, Standing
from shared.authority.entries import Entry, Position
from shared.contracts.partnerships import HolderAppointed, ResponsibilityAssigned, StaffSheetRecorded
from shared.contracts.values import MATTERS, Digest, Moment
from shared.eventstore.commands import Commands, Result
from shared.eventstore.work import Work
from shared.kernel import Refused, Value, new_id
from shared.security.asker import Asker


class Checked(Value, frozen=True):
    """A sheet judged as of now: the plan, and the matters nobody would be accountable for once it is confirmed."""

    plan: Plan
    at_once: bool
    unowned: tuple[str, ...]


async def check(commands: Commands, asker: Asker, partner: UUID, rows: Sequence[Row]) -> Checked:
    """What the sheet would record; nothing is written."""
    return await _checked(commands.work(asker.context(commands.clock())), asker, partner, rows)


async def record(
    commands: Commands, asker: Asker, partner: UUID, rows: Sequence[Row], digest: Digest
) -> tuple[UUID, Checked | None, Result]:
    """All of the sheet or nothing: unconfirmed, unless the partner's own administrator records it.

    Rows that say what is so already record nothing; a sheet of such rows only writes nothing at all.
    """
    sheet = new_id()

    async def attempt(work: Work) -> Checked:
        checked = await _checked(work, asker, partner, rows)
        made, by = checked.plan, asker.key.person
        if made.faults:
            raise Refused(*made.faults)
        if not made.partner_facts and not made.position_facts:
            return checked
        keys = {position: key for key, position in made.ids.items()}
        for position, facts in made.position_facts.items():
            if keys[position] not in _known(asker, partner):
                work.claim("position", f"{partner}/{keys[position]}", position)
            work.record(POSITION, position, *facts)
        work.record(PARTNER, partner, *made.partner_facts)
        taken = sheets.taken_in(sheet, partner, by, digest, len(rows), made)
        work.record(SHEET, sheet, taken)
        if checked.at_once:
            _confirm(work, made, partner, by)
            work.record(SHEET, sheet, *sheets.confirm(sheets.TakenIn(taken), partner, by))
        return checked

    result = await commands.execute(asker.context(commands.clock()), attempt)
    recorded = (one.fact for one in result.recorded if isinstance(one.fact, StaffSheetRecorded))
    return next((fact.sheet for fact in recorded), sheet), result.answers, result


async def confirm(commands: Commands, asker: Asker, partner: UUID, sheet: UUID) -> Result:
    """The partner's own administrator confirms everything of the sheet that still waits, and was not ended since."""

    async def attempt(work: Work) -> None:
        state = await work.load(SHEET, sheet)
        by = await require_administrator(work, asker, partner)
        facts = sheets.confirm(state, partner, by)
        if not facts or not isinstance(state, sheets.TakenIn):
            return
        known = asker.community
        for position, holdings in _positions_of(asker, partner, state, work.at).items():
            held = await work.load(POSITION, position)
            waits = position in state.recorded.positions and not _rejected(known.positions.get(position), work.at)
            confirmed = establishing.confirm(held, by) if waits else ()
            for holding in holdings:
                confirmed += holders.confirm_holder(held, holding, by)
            work.record(POSITION, position, *confirmed)
        register = await work.load(PARTNER, partner)
        for responsibility in state.recorded.responsibilities:
            if _rejected(known.partners[partner].responsibilities.get(responsibility), work.at):
                continue
            assigned = partners.confirm(register, responsibility, by)
            for fact in assigned:
                register = PARTNER.evolve(register, fact)
            work.record(PARTNER, partner, *assigned)
        work.record(SHEET, sheet, *facts)

    return await commands.execute(asker.context(commands.clock()), attempt)


async def _checked(work: Work, asker: Asker, partner: UUID, rows: Sequence[Row]) -> Checked:
    at_once = await require_recorder(work, asker, partner)
    known = _known(asker, partner)
    named = {row.position for row in rows}
    loaded = {key: await work.current(POSITION, one.id) for key, one in known.items() if key in named}
    persons = {row.holder for row in rows if row.holder is not None}
    found = {one for one in persons if await person_is_known(work, one)}
    matters = (*MATTERS, *asker.community.matters)
    standing = Standing(
        partner,
        await work.load(PARTNER, partner),
        {key: (one.id, loaded.get(key, POSITION.initial)) for key, one in known.items()},
        known,
        found,
        matters,
    )
    made = sheets.plan(standing, rows, (new_id() for _ in itertools.count()), work.at)
    return Checked(made, at_once, sheets.unowned(made.register, matters, work.at))


def _known(asker: Asker, partner: UUID) -> dict[str, Position]:
    return {one.key: one for one in asker.community.positions.values() if one.partner == partner}


def _confirm(work: Work, made: Plan, partner: UUID, by: UUID) -> None:
    states = dict(made.positions.values())
    for position, facts in made.position_facts.items():
        state = states[position]
        confirmed = establishing.confirm(state, by)
        for fact in facts:
            if isinstance(fact, HolderAppointed):
                confirmed += holders.confirm_holder(state, fact.holding, by)
        work.record(POSITION, position, *confirmed)
    register = made.register
    for responsibility in made.added(ResponsibilityAssigned):
        assigned = partners.confirm(register, responsibility, by)
        for one in assigned:
            register = PARTNER.evolve(register, one)
        work.record(PARTNER, partner, *assigned)


def _rejected(entry: Entry | None, at: Moment) -> bool:
    """Whether somebody ended it, and it holds no more."""
    return entry is not None and entry.ended_by is not None and has_ended(entry, at)


def _positions_of(asker: Asker, partner: UUID, state: sheets.TakenIn, at: Moment) -> dict[UUID, list[UUID]]:
    """The positions the sheet touches, each with the holdings it added and nobody ended."""
    touched: dict[UUID, list[UUID]] = {position: [] for position in state.recorded.positions}
    added = set(state.recorded.holdings)
    for one in _known(asker, partner).values():
        if held := [key for key, held in one.holdings.items() if key in added and not _rejected(held, at)]:
            touched[one.id] = held
    return touched
