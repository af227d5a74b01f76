"""Staff sheets that wait for a partner's authority administrator."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(slots=True)
class Sheet:
    """A staff sheet as recorded: how many entries it added, and whether they were confirmed."""

    id: UUID
    partner: UUID
    recorded_at: datetime
    positions: tuple[UUID, ...]
    holdings: tuple[UUID, ...]
    responsibilities: tuple[UUID, ...]
    confirmed: bool = False

    @property
    def entries(self) -> int:
        """How many entries it added."""
        return len(self.positions) + len(self.holdings) + len(self.responsibilities)
