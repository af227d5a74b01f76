"""partnerships, put together."""

from services.partnerships.api import HANDLERS
from services.partnerships.api.sheet_files import SheetFiles
from services.partnerships.commands.people import another_operator_key, first_operator_key
from services.partnerships.pages import PAGES
from services.partnerships.projections.agreements import Agreements
from services.partnerships.projections.persons import Persons, erased
from shared.authority.amiss import Amiss
from shared.eventstore.projections import Projection
from shared.service import Platform, Routes, Service
from shared.web.history import history_routes


def routes(platform: Platform) -> Routes:
    """The handlers, and what they are handed."""
    parts = {
        "sheet_files": SheetFiles(),
        "commands": platform.commands,
        "pool": platform.pool,
        "register": platform.register,
        "clock": platform.clock,
        "log": platform.log,
        "vault": platform.vault,
        "persons_vault": platform.persons(),
        "store": platform.store,
        "amiss": Amiss(),
    }
    return Routes((*HANDLERS, *history_routes()), parts, PAGES)


def projections() -> tuple[Projection, ...]:
    """The tables kept level with the logs."""
    return (Agreements(), Persons())


async def after_migrate(platform: Platform) -> list[str]:
    """The operator's key, printed once, when the first migration has made the log.

    Keys that came back with a backup are destroyed again, of everybody who was erased.
    """
    vault = platform.persons()
    for person in await erased(platform.pool):
        vault.destroy(person)
    key = await first_operator_key(platform.commands)
    return [] if key is None else [f"operator key (shown once, keep it): {key.text}"]


async def operator_key(platform: Platform) -> list[str]:
    """Another operator's key, printed once, for one that was lost or is from before a scope existed."""
    key = await another_operator_key(platform.commands, await platform.register.current())
    return [f"operator key (shown once, keep it; those before it open nothing any more): {key.text}"]


SERVICE = Service(
    name="partnerships",
    decides=True,
    hears=(),
    routes=routes,
    projections=projections,
    after_migrate=after_migrate,
    operator_key=operator_key,
)
