"""The register: partners, positions, holders, responsibilities, councils and keys, as partnerships' facts tell them.

Entries keep their moments (from, until, confirmed), so one fold answers for any moment.
"""

from typing import get_args

from shared.authority import keys
from shared.authority.community import Community
from shared.authority.keys import Key
from shared.authority.revoking import REVOCATIONS
from shared.authority.taking import TAKES
from shared.authority.taking.touching import touch
from shared.contracts import partnerships as said
from shared.kernel import CannotBeRead, Recorded, Refused, UnreadableFact

_WITHOUT_AUTHORITY = frozenset(
    kind.fact_tag()
    for kind in (
        said.PersonRegistered,
        said.PersonContactChanged,
        said.PersonErased,
        said.AgreementProposed,
        said.AgreementSigned,
        *get_args(said.CalendarFact),
    )
)
"""Kinds of facts from which nobody's authority follows: one of them that cannot be read closes no door.

An agreement whose proposal cannot be read is not known, and nothing runs under it."""


class Register:
    """The fold of partnerships' log up to `index`. Facts are applied in order, and what speaks of something unknown is

    passed over: one odd fact must not close every door. One that cannot be read closes those of its own community: who
    may do what there is not known, and nobody is let in on a guess.
    """

    def __init__(self) -> None:
        self.index = 0
        self.communities: dict[str, Community] = {}
        self.keys: dict[str, Key] = {}
        self.unreadable: dict[str, CannotBeRead] = {}
        self.last_revocation: dict[str, int] = {}

    def check_readable(self, key: str) -> None:
        """Pass, or `Refused(CannotBeRead)` where a fact of that community could not be read."""
        if (unreadable := self.unreadable.get(key)) is not None:
            raise Refused(unreadable)

    def community(self, key: str) -> Community:
        """That community, an empty one where nothing was heard of it; `Refused(CannotBeRead)` like `check_readable`."""
        self.check_readable(key)
        return self.communities.get(key) or Community(key)

    def apply(self, recorded: Recorded[said.PartnershipsFact]) -> None:
        """Take one more fact in."""
        self.index = recorded.index
        if (community := self.communities.get(recorded.community)) is None:
            community = self.communities[recorded.community] = Community(recorded.community)
        fact: object = recorded.fact
        if isinstance(fact, UnreadableFact):
            if fact.of in _WITHOUT_AUTHORITY:
                return
            unreadable = CannotBeRead(recorded.log, recorded.index, recorded.tag)
            self.unreadable.setdefault(recorded.community, unreadable)
            return
        if isinstance(fact, REVOCATIONS):
            self.last_revocation[recorded.community] = recorded.index
        if (take := TAKES.get(type(fact))) is not None:
            take(community, recorded)
            touch(community, recorded)
        else:
            keys.take(self.keys, recorded)
