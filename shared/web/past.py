"""The register as somebody asks for it: about a moment, with what was known by a moment."""

from datetime import datetime

from shared.authority import Community, Register
from shared.eventstore.following import Following
from shared.kernel import Clock, Value
from shared.security.asker import Asker
from shared.web.requests import At, KnownAt, parse_moment

LOG = "partnerships"


class Then(Value, frozen=True):
    """The asker's community with what is, or was, known up to `index`, and the moment it is asked about."""

    community: Community
    index: int
    at: datetime


async def then(asker: Asker, register: Following[Register], clock: Clock, at: At, known_at: KnownAt) -> Then:
    """`at` names the moment asked about, now where it is left out; `known_at` what was known, everything likewise.

    An index as `at` stands for both: when its fact was recorded, and what was known with it.
    """
    known = parse_moment(known_at, LOG, "known_at")
    folded, moment = await register.as_of(parse_moment(at, LOG), clock(), known)
    return Then(folded.community(asker.key.community), folded.index, moment)
