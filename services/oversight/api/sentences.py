"""Every fact of a story as a plain sentence, in the reader's language; the API's is English. Pure."""

from services.oversight.api import told_delivery, told_proposals, told_register, told_signing
from services.oversight.api.speaking import Speaker
from services.oversight.api.told_delivery import DECIDED_OF_REVIEWS
from services.oversight.api.told_signing import DECIDED_OF_STEPS
from shared.authority import Community
from shared.kernel import Fact, Recorded, UnreadableFact
from shared.pages import Language
from shared.pages.languages import english

DECIDED = DECIDED_OF_STEPS | DECIDED_OF_REVIEWS
"""By decision, the sentence that tells of it."""


def sentence(community: Community, recorded: Recorded[Fact], language: Language | None = None) -> str:
    """What happened, in one sentence; a fact this build does not know is named by its tag."""
    spoken = language or english()
    if isinstance(recorded.fact, UnreadableFact):
        cannot = spoken.gettext("It cannot be read by this build, which leaves out what it says.")
        return f"{_named(recorded, spoken)} {cannot}"
    speaker = Speaker(community, spoken)
    fact = recorded.fact
    said = told_proposals.said(fact, speaker) or told_signing.said(fact, speaker) or told_delivery.said(fact, speaker)
    return said or told_register.said(fact, speaker) or _named(recorded, spoken)


def _named(recorded: Recorded[Fact], language: Language) -> str:
    what = recorded.tag.split(".")[1].replace("-", " ").capitalize()
    return language.gettext("{what} ({tag}).", what=what, tag=recorded.tag)
