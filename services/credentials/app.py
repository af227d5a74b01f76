"""credentials, put together."""

from services.credentials.api import HANDLERS
from services.credentials.projections.microcredentials import Microcredentials
from services.credentials.projections.offerings import Offerings
from services.credentials.projections.pathways import Pathways
from services.credentials.reactions.on_proposal_accepted import OpenMicrocredentialOnProposalAccepted
from shared.eventstore.projections import Projection
from shared.messaging.reactions import Reaction
from shared.service import Platform, Routes, Service
from shared.web.history import history_routes


def routes(platform: Platform) -> Routes:
    """The handlers, and what they are handed."""
    parts = {
        "commands": platform.commands,
        "pool": platform.pool,
        "log": platform.log,
        "vault": platform.vault,
        "store": platform.store,
        "level": platform.level,
    }
    return Routes((*HANDLERS, *history_routes()), parts)


def projections() -> tuple[Projection, ...]:
    """The tables kept level with the logs."""
    return (Pathways(), Microcredentials(), Offerings())


def reactions(_: Platform) -> tuple[Reaction, ...]:
    """What is done about what others say."""
    return (OpenMicrocredentialOnProposalAccepted(),)


SERVICE = Service(
    name="credentials",
    decides=True,
    hears=("intake", "partnerships"),
    routes=routes,
    projections=projections,
    reactions=reactions,
)
