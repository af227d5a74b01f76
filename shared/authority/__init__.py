"""Who may decide what: `partnerships`' facts folded into a register, and the questions asked of it.

Three services ask the same question of the same facts (`partnerships` of its own log, the others of what they have
heard), so the fold and the questions live here, once, pure. No I/O: `shared.eventstore` feeds it.
"""

from shared.authority.answers import Answer, Holder, PositionView, who_decides
from shared.authority.community import Community
from shared.authority.register import Register
from shared.authority.standing import acting_in, evidence_for, require_evidence, seat_evidence

__all__ = [
    "Answer",
    "Community",
    "Holder",
    "PositionView",
    "Register",
    "acting_in",
    "evidence_for",
    "require_evidence",
    "seat_evidence",
    "who_decides",
]
