"""The message that goes with a nudge: what waits, since when, until when, what it holds up, and where to act."""

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

from services.oversight.api.whom import WaitsOn
from services.oversight.pages.messages import message
from services.oversight.projections.waits import Card
from shared.authority import Community
from shared.pages import Catalogue

NOW, ONE = datetime(2026, 3, 20, 12, tzinfo=UTC), UUID(int=1)
LANGUAGES = Catalogue()


def line(**more: Any) -> WaitsOn:
    said: dict[str, Any] = {
        "what": "approval", "step": "approval", "matter": "academic-approval", "partner": "nscc",
        "position": "nscc/dean", "holders": (), "status": "decided", "since": NOW - timedelta(days=6),
        "due": NOW - timedelta(days=1), "overdue": True, "needed": None, "sentence": "", "act": "sign-off",
        "holds_up": ("registrar", "funding"),
    }  # fmt: skip
    return WaitsOn(**(said | more))


def written(language: str, stage: str = "sign-off", **more: Any) -> Any:
    card = Card(ONE, "welding", {"en": "Welding & more", "fr": "Soudage"}, ONE, stage, NOW, ())
    community = Community("atlantic")
    return message(LANGUAGES.language(language), community, card, line(**more), "https://c.example", NOW, UTC)


def test_a_message_says_all_that_is_to_be_known() -> None:
    said = written("en")
    assert said.subject == "Welding & more waits on nscc/dean: approval"
    assert said.lines == (
        "The microcredential “Welding & more” (welding) waits on nscc/dean: approval.",
        "It has waited since Mar 14, 2026, for 6 days.",
        "It was due on Mar 19, 2026.",
        "The steps registrar and funding wait behind it.",
        "",
        "To act on it: https://c.example/inbox",
        f"All about it: https://c.example/microcredentials/{ONE}",
    )


def test_it_is_written_in_the_language_of_whoever_gets_it() -> None:
    said = written("fr")
    assert said.lines[0] == "La microcertification «\u00a0Soudage\u00a0» (welding) attend nscc/dean\u00a0: approval."
    assert said.language == "fr"


def test_what_is_not_so_is_not_said() -> None:
    said = written("en", "concept", due=None, overdue=False, holds_up=(), position=None, what="concept responses")
    assert said.lines[0] == "The proposal “Welding & more” (welding) waits on nscc: concept responses."
    assert len(said.lines) == 5


def test_a_mail_program_opens_with_the_same_words_and_no_address() -> None:
    said = written("en")
    parts = urlsplit(said.mailto)
    assert (parts.scheme, parts.path) == ("mailto", "")
    told = parse_qs(parts.query, strict_parsing=True)
    assert told == {"subject": [said.subject], "body": ["\r\n".join(said.lines)]}
