"""One community of practice, as partnerships' facts tell it: the authority that decisions take as a value."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from shared.authority.agreements import Agreement
from shared.authority.calendars import Calendar, Meeting
from shared.authority.councils import Council
from shared.authority.entries import Partner, Position
from shared.authority.mandates import Mandate
from shared.authority.sheets import Sheet
from shared.authority.signing_keys import SigningKey
from shared.contracts.values import Digest, Matter
from shared.kernel import Recorded, Text


@dataclass(slots=True)
class Community:
    """One community of practice: nothing in it is visible from another.

    `matters` are those it added to the starting vocabulary, by their names, `matters_since` when; `held_by` the
    positions each person was ever recorded in, as holder or delegate; `mandates` are auditors', by person and id;
    `erased` says when who was.

    The last ones are indexes: `partner_keys` and `position_keys` (of a partner) by what people type, `positions_of` a
    partner, `backed` the positions that ever named one as their alternate or escalation, `used` the matters anybody was
    ever made responsible for. `touched` says which index last changed a partner's register, and `touched_whole` that of
    all: what was found there before may be another since.
    """

    key: str
    name: Text = field(default_factory=dict)
    coordinator: UUID | None = None
    partners: dict[UUID, Partner] = field(default_factory=dict)
    positions: dict[UUID, Position] = field(default_factory=dict)
    councils: dict[UUID, Council] = field(default_factory=dict)
    matters: dict[Matter, Text] = field(default_factory=dict)
    held_by: dict[UUID, set[UUID]] = field(default_factory=dict)
    agreements: dict[UUID, Agreement] = field(default_factory=dict)
    sheets: dict[UUID, Sheet] = field(default_factory=dict)
    signing_keys: dict[Digest, SigningKey] = field(default_factory=dict)
    mandates: dict[UUID, dict[UUID, Mandate]] = field(default_factory=dict)
    calendars: dict[UUID, Calendar] = field(default_factory=dict)
    meetings: dict[UUID, Meeting] = field(default_factory=dict)
    matters_since: dict[Matter, datetime] = field(default_factory=dict)
    partner_keys: dict[str, UUID] = field(default_factory=dict)
    position_keys: dict[tuple[UUID, str], UUID] = field(default_factory=dict)
    positions_of: dict[UUID, list[UUID]] = field(default_factory=dict)
    backed: dict[UUID, set[UUID]] = field(default_factory=dict)
    used: set[Matter] = field(default_factory=set)
    erased: dict[UUID, datetime] = field(default_factory=dict)
    touched: dict[UUID, int] = field(default_factory=dict)
    touched_whole: int = 0

    def partner_named(self, named: str) -> UUID | None:
        """The partner of that key or id, None where there is none."""
        return self.partner_keys.get(named) or _known(named, self.partners)

    def position_named(self, named: str) -> UUID | None:
        """The position of that id or `partner/position`, None where there is none."""
        partner, _, key = named.partition("/")
        if (of := self.partner_keys.get(partner)) is not None and (found := self.position_keys.get((of, key))):
            return found
        return _known(named, self.positions)

    def position_key(self, position: UUID) -> str:
        """`nscc/dean`, or the bare id where the position is not known."""
        found = self.positions.get(position)
        if found is None or found.partner not in self.partners:
            return str(position)
        return f"{self.partners[found.partner].key}/{found.key}"


def _known(named: str, among: Mapping[UUID, object]) -> UUID | None:
    try:
        return found if (found := UUID(named)) in among else None
    except ValueError:
        return None


Takes = Mapping[type[Any], Callable[[Community, Recorded[Any]], None]]
"""By the kind of fact, what it changes in a community."""
