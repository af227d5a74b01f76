"""credentials, put together."""

from services.credentials.api import HANDLERS
from services.credentials.projections.microcredentials import Microcredentials
from services.credentials.projections.offerings import Offerings
from services.credentials.projections.pathways import Pathways
from services.credentials.projections.sign_offs import SignOffs
from services.credentials.reactions.on_authority_revoked import (
    VoidSignOffOnAuthorityRevokedBefore,
    VoidSignOffsOnAuthorityRevoked,
)
from services.credentials.reactions.on_proposal_accepted import OpenMicrocredentialOnProposalAccepted
from shared.eventstore.projections import Projection
from shared.eventstore.readership import NotesAbout, Readerships
from shared.messaging.reactions import Reaction
from shared.service import Platform, Routes, Service
from shared.web.history import history_routes
from shared.web.note_page import note_pages


def routes(platform: Platform) -> Routes:
    """The handlers, and what they are handed."""
    parts = {
        "commands": platform.commands,
        "pool": platform.pool,
        "log": platform.log,
        "vault": platform.vault,
        "store": platform.store,
        "level": platform.level,
        "register": platform.register,
        "clock": platform.clock,
    }
    return Routes((*HANDLERS, *history_routes()), parts, note_pages("credentials"))


def projections() -> tuple[Projection, ...]:
    """The tables kept level with the logs."""
    readers = (Readerships("credentials"), NotesAbout("credentials"))
    return (Pathways(), Microcredentials(), Offerings(), SignOffs(), *readers)


def reactions(platform: Platform) -> tuple[Reaction, ...]:
    """What is done about what others say, and about a sign-off that came too late."""
    return (
        OpenMicrocredentialOnProposalAccepted(),
        VoidSignOffsOnAuthorityRevoked(platform.register, platform.log, platform.pool, platform.level),
        VoidSignOffOnAuthorityRevokedBefore(platform.register),
    )


SERVICE = Service(
    name="credentials",
    decides=True,
    hears=("intake", "partnerships"),
    routes=routes,
    projections=projections,
    reactions=reactions,
)
