"""One language and one community: what the story's sentences are made of. Positions and partners by their keys."""

from datetime import datetime
from uuid import UUID

from shared.authority import Community
from shared.contracts.values import Acting
from shared.pages import Language


class Speaker:
    """Says things in one language; `_` fills a sentence of the catalogue."""

    def __init__(self, community: Community, language: Language) -> None:
        self._community = community
        self._language = language
        self._ = language.gettext

    def ngettext(self, one: str, many: str, count: int, /, **values: object) -> str:
        """The sentence of that number; `{count}` is the number."""
        return self._language.ngettext(one, many, count, count=count, **values)

    def who(self, by: Acting) -> str:
        return self.position(by.position)

    def position(self, position: UUID) -> str:
        return self._community.position_key(position)

    def partner(self, partner: UUID) -> str:
        known = self._community.partners.get(partner)
        return known.key if known else str(partner)

    def matter(self, partner: UUID, responsibility: UUID) -> str:
        """`academic-approval at nscc`."""
        known = self._community.partners.get(partner)
        entry = known.responsibilities.get(responsibility) if known else None
        at = self.partner(partner)
        return self._("{matter} at {partner}", matter=entry.matter, partner=at) if entry else (
            self._("a matter at {partner}", partner=at)
        )  # fmt: skip


def day(moment: datetime) -> str:
    """`2025-03-12`, which is the same in every language."""
    return moment.date().isoformat()
