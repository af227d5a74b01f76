"""Who may write in a partner's register: its own authority administrator; a coordinator, unconfirmed."""

from datetime import datetime
from uuid import UUID

from services.partnerships.domain.position import PositionState, is_held_by, is_vacant
from shared.authority import occupants
from shared.authority.answers import holders
from shared.authority.community import Community
from shared.authority.entries import Position
from shared.authority.grounds import as_stand_in
from shared.authority.standing_in import stand_in
from shared.contracts.partnerships import Role
from shared.kernel import Forbidden, Refused, Value

CONFIRM = "authority:confirm"
"""The scope without which nothing is confirmed, whoever asks."""


class NotTheirAdministrator(Forbidden, frozen=True):
    """Only that partner's authority administrator may do this

    Every entry of a partner's register is recorded or confirmed by its own authority administrator.
    """

    says = "This is for the authority administrator of {partner}."
    partner: str


class Administration(Value, frozen=True):
    """A partner's administration at the moment `at`: as the register knows it, and its position's own state.

    `standing` is the state of the position that stands in for it then, where one does. The states' versions are checked
    again at the append, so that nobody confirms anything in the very moment in which their holding is ended.
    """

    community: Community
    partner: UUID
    position: PositionState
    at: datetime
    standing: PositionState | None = None

    def is_by(self, person: UUID) -> bool:
        """Whether that person administers the partner's authority, as its holder or standing in."""
        if (found := self._found()) is None:
            return False
        if any(held.person == person for held in holders(found, self.at)):
            return is_held_by(self.position, person, self.at)
        stands_in = as_stand_in(self.community, found, person, self.at) is not None
        return stands_in and self.standing is not None and is_held_by(self.standing, person, self.at)

    def is_vacant(self) -> bool:
        """Whether nobody does: nobody holds it, nor stands in for it."""
        found = self._found()
        if found is not None and (holders(found, self.at) or stand_in(self.community, found, self.at).position):
            return False
        return is_vacant(self.position, self.at)

    def refusal(self) -> Refused:
        """Why others are refused, and who can act."""
        seen = occupants(self.community, self.community.partners[self.partner].administrator, self.at)
        who = () if seen is None else tuple(one for one in (seen.position, seen.stands_in) if one is not None)
        reason = NotTheirAdministrator(self.community.partners[self.partner].key)
        return Refused(reason, allowed_actions=who)

    def _found(self) -> Position | None:
        return self.community.positions.get(self.community.partners[self.partner].administrator)


def may_confirm(administration: Administration, person: UUID) -> UUID:
    """The person, who administers the partner's authority; refused for anybody else."""
    if not administration.is_by(person):
        raise administration.refusal()
    return person


def confirms_at_once(administration: Administration, person: UUID, role: Role, scopes: frozenset[str]) -> bool:
    """Whether what the person records is confirmed at once (the partner's administrator) or later (a coordinator)."""
    own = administration.is_by(person)
    if not own and role != "coordinator":
        raise administration.refusal()
    return own and CONFIRM in scopes


def fills_a_vacancy(administration: Administration, position: Position) -> bool:
    """Whether a holder of that position would be the partner's administrator where there is none."""
    is_the_administration = administration.community.partners[position.partner].administrator == position.id
    return is_the_administration and administration.is_vacant()
