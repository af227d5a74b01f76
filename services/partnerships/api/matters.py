"""Matters: what needs an authorization, in English and French."""

from litestar import Response, get, post

from services.partnerships.commands import matters
from services.partnerships.domain.matter import AddMatter
from shared.authority import Register
from shared.authority.matters import STARTING, matters_of
from shared.contracts.values import Matter
from shared.eventstore.commands import Commands
from shared.eventstore.following import Following
from shared.kernel import Clock, Text, Value
from shared.security.asker import Asker
from shared.web.past import then
from shared.web.receipts import Receipt, receipt, subject_of
from shared.web.requests import At, KnownAt


class MatterNamed(Value, frozen=True):
    """A matter with its name; `added` by the community to the starting vocabulary."""

    matter: Matter
    name: Text
    added: bool


class Vocabulary(Value, frozen=True):
    """The starting matters in their order, then the community's own in the order they were added in."""

    items: tuple[MatterNamed, ...]


@post("/v1/matters", scope="partners:register")
async def add_matter(data: AddMatter, asker: Asker, commands: Commands) -> Response[Receipt]:
    """Add a matter to the community's vocabulary, named in English and in French."""
    result = await matters.add(commands, asker, data)
    return receipt(subject_of(result, "id"), result, created=True)


@get("/v1/matters", scope="read")
async def list_matters(
    asker: Asker, register: Following[Register], clock: Clock, at: At = None, known_at: KnownAt = None
) -> Vocabulary:
    """Everything that may need an authorization here."""
    known = await then(asker, register, clock, at, known_at)
    named = matters_of(known.community, known.at)
    return Vocabulary(tuple(MatterNamed(matter, name, matter not in STARTING) for matter, name in named.items()))
