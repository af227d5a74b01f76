"""The matters a community adds to the vocabulary."""

from services.partnerships.domain import matter as matters
from services.partnerships.domain.matter import MATTER, AddMatter
from shared.eventstore.commands import Commands, Result
from shared.eventstore.work import Work
from shared.kernel import new_id
from shared.security.asker import Asker


async def add(commands: Commands, asker: Asker, intent: AddMatter) -> Result:
    """One more matter, of a key nobody in the community has taken."""
    matter = new_id()

    async def attempt(work: Work) -> None:
        known = frozenset(asker.community.matters)
        facts = matters.add(MATTER.initial, matter, intent, known)
        work.claim("matter", intent.matter, matter)
        work.record(MATTER, matter, *facts)

    return await commands.execute(asker.context(commands.clock()), attempt)
