"""One community of practice, as partnerships' facts tell it: the authority that decisions take as a value."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from shared.authority.calendars import Calendar, Meeting
from shared.authority.councils import Council
from shared.authority.entries import Partner, Position
from shared.authority.mandates import Mandate
from shared.authority.signing_keys import SigningKey
from shared.contracts.values import Digest, Matter
from shared.kernel import Recorded, Text


@dataclass(slots=True)
class Community:
    """One community of practice: nothing in it is visible from another.

    `matters` are those it added to the starting vocabulary, by their names; `held_by` the positions each person was
    ever recorded in, as holder or delegate; `mandates` are auditors', by person and id.
    """

    key: str
    name: Text = field(default_factory=dict)
    coordinator: UUID | None = None
    partners: dict[UUID, Partner] = field(default_factory=dict)
    positions: dict[UUID, Position] = field(default_factory=dict)
    councils: dict[UUID, Council] = field(default_factory=dict)
    matters: dict[Matter, Text] = field(default_factory=dict)
    held_by: dict[UUID, set[UUID]] = field(default_factory=dict)
    signing_keys: dict[Digest, SigningKey] = field(default_factory=dict)
    mandates: dict[UUID, dict[UUID, Mandate]] = field(default_factory=dict)
    calendars: dict[UUID, Calendar] = field(default_factory=dict)
    meetings: dict[UUID, Meeting] = field(default_factory=dict)

    def position_key(self, position: UUID) -> str:
        """`nscc/dean`, or the bare id where the position is not known."""
        found = self.positions.get(position)
        if found is None or found.partner not in self.partners:
            return str(position)
        return f"{self.partners[found.partner].key}/{found.key}"


Takes = Mapping[type[Any], Callable[[Community, Recorded[Any]], None]]
"""By the kind of fact, what it changes in a community."""
