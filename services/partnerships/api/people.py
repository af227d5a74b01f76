"""Communities."""

from litestar import Response, post

from services.partnerships.commands import keys, people
from services.partnerships.domain.community import OpenCommunity
from shared.authority import Register
from shared.eventstore.commands import Commands
from shared.eventstore.following import Following
from shared.security.asker import Asker
from shared.web.receipts import Receipt, receipt


@post("/v1/communities", scope="communities:open")
async def open_community(data: OpenCommunity, asker: Asker, commands: Commands) -> Response[Receipt]:
    """Open a community; the answer holds its first coordinator's key, shown once."""
    community, result, key = await people.open_community(commands, asker, data)
    return receipt(community, result, created=True, secret=key.text)


@post("/v1/communities/{community:str}/coordinator-key", scope="communities:open")
async def reissue_coordinator_key(
    community: str, asker: Asker, commands: Commands, register: Following[Register]
) -> Response[Receipt]:
    """Another key for a community's first coordinator, where the first was lost; of two there are, the older ends."""
    key_id, result, key = await keys.reissue_coordinator_key(commands, asker, register, community)
    return receipt(key_id, result, created=True, secret=key.text)
