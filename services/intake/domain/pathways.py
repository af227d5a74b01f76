"""The pathways that are published, as far as was heard of credentials: an acceptance takes the version in force."""

from datetime import datetime
from uuid import UUID

from shared.contracts.credentials import PathwayPublished
from shared.kernel import CannotBeRead, Fact, Recorded, Refused, UnreadableFact, Value


class InForce(Value, frozen=True):
    """A version of a pathway, in force since it was published until the next one is."""

    pathway: UUID
    key: str
    version: int
    since: datetime


class Pathways:
    """The fold of credentials' log up to `index`: every version published, by community and pathway."""

    def __init__(self) -> None:
        self.index = 0
        self._versions: dict[str, dict[UUID, list[InForce]]] = {}
        self._unreadable: dict[str, CannotBeRead] = {}

    def apply(self, recorded: Recorded[Fact]) -> None:
        """Take one more fact in."""
        self.index = recorded.index
        match recorded.fact:
            case PathwayPublished(pathway=pathway, key=key, version=version):
                community = self._versions.setdefault(recorded.community, {})
                community.setdefault(pathway, []).append(InForce(pathway, key, version, recorded.occurred_at))
            case UnreadableFact(of=of) if of == PathwayPublished.fact_tag():
                unreadable = CannotBeRead(recorded.log, recorded.index, recorded.tag)
                self._unreadable.setdefault(recorded.community, unreadable)
            case _:
                pass

    def in_force(self, community: str, named: str, at: datetime) -> InForce | None:
        """The latest version then of the pathway of that id or key.

        `Refused(CannotBeRead)` where a publication in that community cannot be: it may be the one in force.
        """
        if (unreadable := self._unreadable.get(community)) is not None:
            raise Refused(unreadable)
        for pathway, versions in self._versions.get(community, {}).items():
            if named in (str(pathway), versions[0].key):
                published = [version for version in versions if version.since <= at]
                return max(published, key=lambda version: version.version, default=None)
        return None
