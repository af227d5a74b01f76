"""Pathways: published, versioned, listed."""

from typing import Any
from uuid import UUID

import asyncpg
from litestar import Response, get, post

from services.credentials.commands import pathways
from services.credentials.domain.pathway import PublishPathway, PublishVersion
from services.credentials.projections import pathways as table
from shared.eventstore.commands import Commands
from shared.security.asker import Asker
from shared.web.receipts import Receipt, receipt, subject_of


@post("/v1/pathways", scope="pathways:publish")
async def publish_pathway(data: PublishPathway, asker: Asker, commands: Commands) -> Response[Receipt]:
    """Publish a pathway; the answer's `id` is the pathway."""
    result = await pathways.publish(commands, asker, data)
    return receipt(subject_of(result, "pathway"), result, created=True)


@post("/v1/pathways/{pathway:uuid}/versions", scope="pathways:publish")
async def publish_version(pathway: UUID, data: PublishVersion, asker: Asker, commands: Commands) -> Response[Receipt]:
    """Publish the next version; what is under way keeps its own."""
    return receipt(pathway, await pathways.publish_version(commands, asker, pathway, data), created=True)


@get("/v1/pathways", scope="read")
async def list_pathways(asker: Asker, pool: asyncpg.Pool) -> dict[str, Any]:
    """The pathways, each in the version in force."""
    return {"items": await table.pathways(pool, asker.key.community)}
