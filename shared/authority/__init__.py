"""Who may decide what: `partnerships`' facts folded into a register, and the questions asked of it.

Three services ask the same question of the same facts (`partnerships` of its own log, the others of what they have
heard), so the fold and the questions live here, once, pure. No I/O: `shared.eventstore` feeds it.
"""

from shared.authority.answers import Answer, Holder, PositionView, who_decides
from shared.authority.community import Community
from shared.authority.evidence import (
    acts,
    evidence_for,
    lenders,
    lent_by,
    on_behalf_of,
    require_evidence,
    seat_evidence,
    still_holds,
)
from shared.authority.grounds import grounds
from shared.authority.register import Register
from shared.authority.revoking import GRACE, REVOCATIONS, Revocation, Revoked, effect_of, revoked, revoked_key
from shared.authority.standing import Occupants, acting_in, occupants

__all__ = [
    "GRACE",
    "REVOCATIONS",
    "Answer",
    "Community",
    "Holder",
    "Occupants",
    "PositionView",
    "Register",
    "Revocation",
    "Revoked",
    "acting_in",
    "acts",
    "effect_of",
    "evidence_for",
    "grounds",
    "lenders",
    "lent_by",
    "occupants",
    "on_behalf_of",
    "require_evidence",
    "revoked",
    "revoked_key",
    "seat_evidence",
    "still_holds",
    "who_decides",
]
