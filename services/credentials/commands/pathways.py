"""Pathways."""

from uuid import UUID

from services.credentials.domain import pathway as pathways
from services.credentials.domain.pathway import PATHWAY, PublishPathway, PublishVersion
from shared.authority.matters import unknown_matters
from shared.eventstore.commands import Commands, Result
from shared.eventstore.work import Work
from shared.kernel import new_id
from shared.security.asker import Asker


async def publish(commands: Commands, asker: Asker, intent: PublishPathway) -> Result:
    """The first version of a pathway under a key of its own."""
    pathway, known = new_id(), asker.community
    unknown = unknown_matters(known, *(step.matter for step in intent.steps))

    async def attempt(work: Work) -> None:
        work.claim("pathway", intent.key, pathway)
        work.record(PATHWAY, pathway, *pathways.publish(pathway, intent, known.partners, known.councils, unknown))

    return await commands.execute(asker.context(commands.clock()), attempt)


async def publish_version(commands: Commands, asker: Asker, pathway: UUID, intent: PublishVersion) -> Result:
    """The next version."""
    known = asker.community
    unknown = unknown_matters(known, *(step.matter for step in intent.steps))

    async def attempt(work: Work) -> None:
        state = await work.load(PATHWAY, pathway)
        facts = pathways.publish_version(state, intent, known.partners, known.councils, unknown)
        work.record(PATHWAY, pathway, *facts)

    return await commands.execute(asker.context(commands.clock()), attempt)
