"""`/partnerships/people/<id>`: how to reach a person, and the positions they hold."""

from uuid import UUID

from litestar import Response, get

from services.partnerships.api.persons import view_of
from shared.eventstore.commands import Commands
from shared.security.asker import Asker
from shared.security.persons import PersonVault
from shared.web.page import Page


@get("/partnerships/people/{person:uuid}", scope="read", page=True, include_in_schema=False)
async def person_page(
    person: UUID, page: Page, asker: Asker, commands: Commands, persons_vault: PersonVault
) -> Response[str]:
    """How to reach that person, and the positions they hold now; for whoever may read that over the API."""
    seen = await view_of(person, asker, commands, persons_vault, page.now)
    return page.answer("person.html", seen=seen, is_own=person == asker.key.person)
