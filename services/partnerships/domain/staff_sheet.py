"""Staff sheet: many entries of one partner's register at once, judged row by row by the rules of each entry."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple, assert_never
from uuid import UUID

from services.partnerships.domain import establishing, holders
from services.partnerships.domain import partner as partners
from services.partnerships.domain.entries import Entry, meet
from services.partnerships.domain.establishing import EstablishPosition
from services.partnerships.domain.holders import AppointHolder
from services.partnerships.domain.partner import PARTNER, AssignResponsibility, PartnerFact, PartnerState, Registered
from services.partnerships.domain.position import POSITION, Established, PositionFact, PositionState
from services.partnerships.domain.sheet_rows import Row, RowNotRight
from shared.authority.entries import Position
from shared.authority.scopes import same
from shared.contracts.partnerships import (
    HolderAppointed,
    PositionEstablished,
    ResponsibilityAssigned,
    StaffSheetConfirmed,
    StaffSheetRecorded,
)
from shared.contracts.values import Digest, Scope
from shared.kernel import Decider, Missing, Refused, Value

SheetFact = StaffSheetRecorded | StaffSheetConfirmed


class NotTakenIn(Value, frozen=True, tag=True):
    """No such sheet."""


class TakenIn(Value, frozen=True, tag=True):
    """A sheet whose entries wait to be confirmed, or were."""

    recorded: StaffSheetRecorded
    confirmed: bool = False


SheetState = NotTakenIn | TakenIn


class NoSuchSheet(Missing, frozen=True):
    """There is no such staff sheet

    The answer that recorded a sheet holds its id, and so does the inbox of the partner's authority administrator.
    """

    says = "There is no such staff sheet at this partner."


@dataclass(frozen=True)
class Standing:
    """What a sheet is judged against: the partner's register, its positions by key, the persons and matters known."""

    partner: UUID
    register: PartnerState
    positions: Mapping[str, tuple[UUID, PositionState]]
    known: Mapping[str, Position]
    persons: Collection[UUID]
    matters: Collection[str]


@dataclass
class Plan:
    """What follows from a sheet: facts per stream in order, what is so already, and what is wrong, row by row.

    `ids` are those of the positions by key, also of those a later row records. `differences` are what a row says
    otherwise of what stands already: a sheet adds, it changes nothing.
    """

    register: PartnerState
    positions: dict[str, tuple[UUID, PositionState]]
    ids: dict[str, UUID]
    partner_facts: list[PartnerFact] = field(default_factory=list)
    position_facts: dict[UUID, list[PositionFact]] = field(default_factory=dict)
    unchanged: int = 0
    faults: list[RowNotRight] = field(default_factory=list)
    differences: list[RowNotRight] = field(default_factory=list)

    def added(self, kind: type[PositionFact] | type[PartnerFact]) -> list[UUID]:
        """The ids of the entries of that kind the sheet adds."""
        facts = [*self.partner_facts, *(fact for some in self.position_facts.values() for fact in some)]
        name = _ID_OF[kind]
        return [getattr(fact, name) for fact in facts if isinstance(fact, kind)]


_ID_OF: dict[type, str] = {
    PositionEstablished: "position",
    HolderAppointed: "holding",
    ResponsibilityAssigned: "responsibility",
}


class _Accountable(NamedTuple):
    """What a row of the sheet makes a position accountable for, and when."""

    position: str
    matter: str
    scope: Scope
    since: datetime
    until: datetime | None

    def excludes(self, other: "_Accountable") -> bool:
        """Whether both cannot be so."""
        alike = self.matter == other.matter and same(self.scope, other.scope) and self.position != other.position
        return alike and meet(self.since, self.until, other.since, other.until)


def plan(standing: Standing, rows: Sequence[Row], ids: Iterator[UUID], at: datetime) -> Plan:
    """Every row judged as if it were recorded alone, after those before it; nothing of a sheet with faults is kept."""
    known = {key: position for key, (position, _) in standing.positions.items()}
    new = {key: next(ids) for key in dict.fromkeys(row.position for row in rows) if key not in known}
    made = Plan(standing.register, dict(standing.positions), known | new)
    accountable: list[_Accountable] = []
    for row in rows:
        try:
            _position(standing, made, row, at)
            _holder(standing, made, row, ids, at)
            _responsibility(standing, made, row, ids, at, accountable)
        except Refused as refused:
            made.faults += [RowNotRight(row.number, "", reason.sentence) for reason in refused.reasons]
    return made


def taken_in(sheet: UUID, partner: UUID, by: UUID, digest: Digest, rows: int, made: Plan) -> StaffSheetRecorded:
    """The fact that names everything the sheet added."""
    return StaffSheetRecorded(
        sheet,
        partner,
        by,
        digest,
        rows,
        tuple(made.added(PositionEstablished)),
        tuple(made.added(HolderAppointed)),
        tuple(made.added(ResponsibilityAssigned)),
    )


def confirm(state: SheetState, partner: UUID, by: UUID) -> tuple[SheetFact, ...]:
    """The sheet as a whole is confirmed; a repeat is silence."""
    match state:
        case TakenIn(recorded=recorded) if recorded.partner == partner:
            return () if state.confirmed else (StaffSheetConfirmed(recorded.sheet, partner, by),)
        case NotTakenIn() | TakenIn():
            raise Refused(NoSuchSheet())
        case _:
            assert_never(state)


def unowned(register: PartnerState, matters: Collection[str], at: datetime) -> tuple[str, ...]:
    """The matters nobody is accountable for then in any scope, even once everything recorded is confirmed."""
    entries = register.responsibilities.values() if isinstance(register, Registered) else ()
    owned = {
        one.matter
        for one in entries
        if one.letter == "accountable" and one.since <= at and (one.until is None or at < one.until)
    }
    return tuple(matter for matter in matters if matter not in owned)


def _position(standing: Standing, made: Plan, row: Row, at: datetime) -> None:
    beside = {
        column: made.ids.get(key)
        for column, key in (("alternate", row.alternate), ("escalation", row.escalation))
        if key is not None
    }
    for column, found in beside.items():
        if found is None:
            told = f"{getattr(row, column)} is no position of this partner, nor on this sheet."
            made.faults.append(RowNotRight(row.number, column, told))
    if row.position in made.positions:
        _compare(standing, made, row, beside)
        return
    title = row.title or {"en": row.position.replace("-", " ").capitalize()}
    intent = EstablishPosition(
        standing.partner, row.position, title, row.instrument, row.since, beside.get("alternate"),
        beside.get("escalation"),
    )  # fmt: skip
    made.positions[row.position] = (made.ids[row.position], POSITION.initial)
    _keep(made, row.position, establishing.establish(made.ids[row.position], intent, at))


def _compare(standing: Standing, made: Plan, row: Row, beside: Mapping[str, UUID | None]) -> None:
    if (known := standing.known.get(row.position)) is None:
        return
    stated = {"title": row.title} if row.title else {}
    for column, value in {**stated, **beside}.items():
        if value != getattr(known, column):
            told = (
                f"{row.position} has another {column} already; change the position itself, the sheet left it as it is."
            )
            made.differences.append(RowNotRight(row.number, column, told))


def _holder(standing: Standing, made: Plan, row: Row, ids: Iterator[UUID], at: datetime) -> None:
    if row.holder is None:
        return
    if row.holder not in standing.persons:
        made.faults.append(
            RowNotRight(row.number, "holder", f"{row.holder} is no person of this community, or was erased.")
        )
        return
    _, state = made.positions[row.position]
    since = row.since or at
    held = state.holdings.values() if isinstance(state, Established) else ()
    theirs = [one for one in held if one.person == row.holder and one.overlaps(since, row.until)]
    if theirs:
        _as_it_stands(made, row, "holder", theirs[0], since)
        return
    _keep(
        made,
        row.position,
        holders.appoint(state, next(ids), AppointHolder(row.holder, row.instrument, since, row.until), at),
    )


def _responsibility(
    standing: Standing,
    made: Plan,
    row: Row,
    ids: Iterator[UUID],
    at: datetime,
    accountable: list[_Accountable],
) -> None:
    if row.matter is None:
        return
    if row.matter not in standing.matters:
        known = ", ".join(sorted(standing.matters))
        made.faults.append(RowNotRight(row.number, "matter", f"{row.matter!r} is no matter here; known: {known}."))
        return
    position, _ = made.positions[row.position]
    since = row.since or at
    theirs = [
        one
        for one in _entries(made.register)
        if (one.matter, one.position, one.letter) == (row.matter, position, row.letter)
        and same(one.scope, row.scope)
        and one.overlaps(since, row.until)
    ]
    if theirs:
        _as_it_stands(made, row, "matter", theirs[0], since)
        return
    if row.letter == "accountable":
        stated = _Accountable(row.position, row.matter, row.scope, since, row.until)
        if (other := next((one for one in accountable if one.excludes(stated)), None)) is not None:
            told = (
                f"{other.position} is accountable for {row.matter} in that scope by an earlier row; one position can be"
                " at a time."
            )
            made.faults.append(RowNotRight(row.number, "matter", told))
            return
        accountable.append(stated)
    intent = AssignResponsibility(row.matter, position, row.instrument, row.letter, row.scope, since, row.until)
    facts = partners.assign(made.register, next(ids), intent, at)
    made.partner_facts += facts
    for fact in facts:
        made.register = PARTNER.evolve(made.register, fact)


def _as_it_stands(made: Plan, row: Row, column: str, entry: Entry, since: datetime) -> None:
    """Nothing of the row is recorded: the entry says it already, or says otherwise until when."""
    if entry.spans(since, row.until):
        made.unchanged += 1
        return
    ends = entry.until.isoformat() if entry.until else "further notice"
    told = (
        f"{row.position} has that from {entry.since.isoformat()} until {ends} already; to have it otherwise, end that"
        " entry and record another, or state dates that do not meet it. The sheet left it as it is."
    )
    made.differences.append(RowNotRight(row.number, column, told))


def _entries(register: PartnerState) -> Iterator[partners.Responsibility]:
    yield from register.responsibilities.values() if isinstance(register, Registered) else ()


def _keep(made: Plan, key: str, facts: Sequence[PositionFact]) -> None:
    position, state = made.positions[key]
    for fact in facts:
        state = POSITION.evolve(state, fact)
    made.positions[key] = (position, state)
    made.position_facts.setdefault(position, []).extend(facts)


def evolve(state: SheetState, fact: SheetFact) -> SheetState:
    match state, fact:
        case _, StaffSheetRecorded():
            return TakenIn(fact)
        case TakenIn(), StaffSheetConfirmed():
            return TakenIn(state.recorded, confirmed=True)
        case _:
            return state


SHEET: Decider[SheetState, SheetFact] = Decider("sheet", NotTakenIn(), evolve, SheetState)
