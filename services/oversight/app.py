"""oversight, put together."""

from typing import Any

from services.oversight.api import HANDLERS
from services.oversight.api.unowned import Asking
from services.oversight.pages import PAGES
from services.oversight.pages.local_login import LocalLogin
from services.oversight.projections import cards
from services.oversight.projections.figures import Figures
from services.oversight.projections.lines import Lines
from services.oversight.projections.looks import Looks, LooksOfErased
from services.oversight.projections.nudges import NudgeProjection
from services.oversight.projections.pathways import Pathways
from shared.authority.amiss import Amiss
from shared.contracts import LOGS
from shared.eventstore.projections import Projection
from shared.eventstore.readership import Readerships
from shared.messaging.cloudevents import decoder
from shared.service import Platform, Routes, Service


def routes(platform: Platform) -> Routes:
    """The handlers, and what they are handed."""
    parts: dict[str, Any] = {
        "pool": platform.pool,
        "clock": platform.clock,
        "decoders": {log: decoder(log) for log in LOGS},
        "heard": platform.heard,
        "looks": Looks(platform.pool, platform.clock),
    }
    parts |= {"amiss": Amiss(), "asking": Asking(), "freshness": platform.freshness}
    parts["local_login"] = LocalLogin(platform.settings.local_login)
    return Routes(HANDLERS, parts, PAGES)


def projections() -> tuple[Projection, ...]:
    """The tables kept level with the logs, each a function of one."""
    return (
        cards.proposals(),
        cards.microcredentials(),
        Figures(),
        Readerships("intake"),
        Readerships("credentials"),
        NudgeProjection("intake"),
        NudgeProjection("credentials"),
        *(Lines(log) for log in LOGS),
        Pathways(),
        LooksOfErased(),
    )


SERVICE = Service(name="oversight", decides=False, hears=LOGS, routes=routes, projections=projections)
