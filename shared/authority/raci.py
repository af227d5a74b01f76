"""The RACI matrix of a partner: its matters by its positions, with what is missing, as of a moment.

R responsible, A accountable (the owner), C consulted, I informed.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from shared.authority.answers import Answer, who_decides
from shared.authority.community import Community
from shared.authority.entries import Partner, Responsibility
from shared.authority.occupants import PositionView, view
from shared.authority.scopes import in_words, width
from shared.contracts.values import Instrument, Matter, Scope
from shared.kernel import Text, Value


class Letter(Value, frozen=True):
    """What a position is for a matter; an unconfirmed letter grants nothing."""

    position: UUID
    letter: str
    confirmed: bool
    responsibility: UUID
    instrument: Instrument
    facts: tuple[UUID, ...]


class Row(Value, frozen=True):
    """A matter within a scope. `gap` says why nobody can decide it, or is empty; `decides` names who does."""

    matter: Matter
    name: Text
    scope: Scope
    within: str
    letters: tuple[Letter, ...]
    status: str
    decides: tuple[UUID, ...]
    gap: str


class Matrix(Value, frozen=True):
    """The rows in the order of the vocabulary, the narrowest scope first; a column for each position with a letter."""

    partner: UUID
    key: str
    name: Text
    at: datetime
    log_index: int
    positions: tuple[PositionView, ...]
    rows: tuple[Row, ...]


LETTERS = {"responsible": "R", "accountable": "A", "consulted": "C", "informed": "I"}


def matrix(community: Community, index: int, partner: UUID, matters: Mapping[Matter, Text], at: datetime) -> Matrix:
    """Every matter of the community at that partner, owned or not; `KeyError` where the partner is not known."""
    known = community.partners[partner]
    rows = [row for matter, name in matters.items() for row in _rows(community, index, known, matter, name, at)]
    columns = dict.fromkeys(letter.position for row in rows for letter in row.letters)
    seen = (view(community, position, at) for position in columns)
    positions = sorted((one for one in seen if one is not None), key=lambda one: one.key)
    return Matrix(partner, known.key, known.name, at, index, tuple(positions), tuple(rows))


def _rows(
    community: Community, index: int, partner: Partner, matter: Matter, name: Text, at: datetime
) -> Iterable[Row]:
    entries = [entry for entry in partner.by_matter.get(matter, ()) if entry.stated(at)]
    scopes = sorted(dict.fromkeys(entry.scope for entry in entries), key=lambda one: (width(one), one.value or ""))
    for scope in scopes or [Scope()]:
        inside = [entry for entry in entries if entry.scope == scope]
        about = () if scope.kind == "anything" else (scope,)
        answer = who_decides(community, index, matter, partner.id, at, about)
        yield Row(
            matter,
            name,
            scope,
            in_words(scope),
            tuple(_letter(entry, at) for entry in inside),
            answer.status,
            answer.able,
            gap_of(answer),
        )


def gap_of(answer: Answer) -> str:
    """Why nobody can decide, as the answer says it; empty where somebody can."""
    return "" if answer.status == "decided" else answer.sentence


def _letter(entry: Responsibility, at: datetime) -> Letter:
    return Letter(entry.position, LETTERS[entry.letter], entry.holds(at), entry.id, entry.instrument, entry.facts)
