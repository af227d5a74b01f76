"""intake, put together.

It acts on nothing it hears: partnerships tells it who may act, credentials which pathways are published.
"""

from services.intake.api import HANDLERS
from services.intake.domain.pathways import Pathways
from services.intake.projections.proposals import Proposals
from shared.eventstore.following import Following
from shared.eventstore.projections import Projection
from shared.eventstore.readership import NotesAbout, Readerships
from shared.service import Platform, Routes, Service
from shared.web.history import history_routes
from shared.web.note_page import note_pages


def routes(platform: Platform) -> Routes:
    """The handlers, and what they are handed."""
    parts = {
        "commands": platform.commands,
        "pool": platform.pool,
        "pathways": Following(platform.log_of("credentials"), Pathways),
        "clock": platform.clock,
        "log": platform.log,
        "vault": platform.vault,
        "store": platform.store,
    }
    return Routes((*HANDLERS, *history_routes()), parts, note_pages("intake"))


def projections() -> tuple[Projection, ...]:
    """The tables kept level with the logs."""
    return (Proposals(), Readerships("intake"), NotesAbout("intake"))


SERVICE = Service(
    name="intake",
    decides=True,
    hears=("partnerships", "credentials"),
    routes=routes,
    projections=projections,
)
