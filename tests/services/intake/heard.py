"""What credentials would have said: pathways published, laid into intake's heard log as the hearer lays them there."""

from datetime import datetime
from uuid import UUID

import msgspec

from shared.contracts.credentials import PathwayPublished
from shared.contracts.values import OwnerAt, PathwayStep
from shared.eventstore.vocabulary import Notification
from shared.kernel import Actor, Metadata, new_id, stream_id
from shared.messaging.cloudevents import encode
from tests.support.running import Running


async def publish_pathway(
    stack: Running, community: str, key: str, partner: UUID, at: datetime, pathway: UUID | None = None, version: int = 1
) -> UUID:
    """Intake hears that a version of a pathway was published, `at` some moment."""
    heard, pathway = stack.platforms["intake"].heard["credentials"], pathway or new_id()
    step = PathwayStep("approval", "approve", "academic-approval", OwnerAt(partner), ("title",))
    fact = PathwayPublished(pathway, key, version, {"en": key}, (step,))
    said = Notification(
        index=await heard.last_index() + 1,
        id=new_id(),
        community=community,
        originator_id=stream_id("pathway", pathway),
        originator_version=version,
        topic=fact.fact_tag(),
        occurred_at=at,
        recorded_at=at,
        command_id=new_id(),
        ordinal=1,
        correlation=new_id(),
        causation=None,
        metadata=msgspec.json.encode(Metadata(Actor(service="credentials"))),
        state=msgspec.json.encode(fact),
    )
    await heard.hear([encode("credentials", said)])
    return pathway
