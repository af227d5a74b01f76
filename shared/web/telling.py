"""A refusal as people read it in their language: every reason, whom it waits on, and who can act instead."""

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any

from msgspec import structs

from shared.authority import Answer
from shared.authority.occupants import PositionView
from shared.authority.standing import Occupants
from shared.kernel import Reason, Refused
from shared.pages import Language
from shared.pages.phrases import phrased
from shared.pages.saying import Saying
from shared.web.page import Refusal

_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?(Z|\+00:00)")


def told(
    language: Language, refused: Refused, action: str, titles: tuple[str, str], saying: Saying | None = None
) -> Refusal:
    """`titles` are slug and title; without `saying`, for want of a community, nobody is named but in the reasons."""
    slug, title = titles
    others = (*refused.waiting_on, *refused.allowed_actions)
    answers = {one.sentence: saying.answer(one) for one in others if isinstance(one, Answer)} if saying else {}
    sentences = tuple(sentence_of(language, reason, answers) for reason in refused.reasons)
    hints = (hint for one in others for hint in _hints(language, saying, one))
    within = " ".join(sentences)
    return Refusal(
        action, language.gettext(title), sentences, slug,
        tuple(dict.fromkeys(hint for hint in hints if hint and hint not in within)),
    )  # fmt: skip


def sentence_of(language: Language, reason: Reason, answers: Mapping[str, str] | None = None) -> str:
    """The reason's sentence in that language; what it says of an answer, as `answers` puts it."""
    known = answers or {}
    values = {
        name: known.get(value, value) if isinstance(value, str) else value
        for name, value in structs.asdict(reason).items()
    }
    return language.gettext(reason.says).format(**{name: _worded(language, one) for name, one in values.items()})


def _worded(language: Language, value: object) -> object:
    """The value as people read it: a phrase in their language, a moment of UTC as a date and a time."""
    said = phrased(language, value)
    if isinstance(said, str) and _MOMENT.fullmatch(said):
        with suppress(ValueError):
            return language.moment(datetime.fromisoformat(said))
    return said


def _hints(language: Language, saying: Saying | None, one: Any) -> Iterator[str]:
    """What one line of a refusal adds for its reader; nothing where only English could be said of it."""
    _ = language.gettext
    match one:
        case Answer() if saying:
            yield saying.answer(one)
            yield saying.next(one)
        case Occupants() if saying:
            yield _("{position} can do this.", position=saying.position(one.position))
            if one.stands_in is not None:
                yield _("{position} stands in.", position=saying.position(one.stands_in))
        case PositionView() if saying:
            yield _("{position} can do this.", position=saying.position(one))
        case str():
            yield from _spoken(language, one)
        case _:
            yield from _party(language, saying, one)


def _party(language: Language, saying: Saying | None, one: Any) -> Iterator[str]:
    """Whom it waits on, of a value with keys of a position, or of a partner and a matter; else its own sentence."""
    position, partner, matter = (getattr(one, name, None) for name in ("position", "partner", "matter"))
    if saying and isinstance(position, str):
        yield language.gettext("It waits on {position}.", position=saying.position(position))
    elif saying and isinstance(partner, str) and isinstance(matter, str):
        yield language.gettext("It waits on {partner}: {matter}.", partner=partner, matter=saying.matter(matter))
    elif isinstance(sentence := getattr(one, "sentence", None), str):
        yield from _spoken(language, sentence)


def _spoken(language: Language, sentence: str) -> Iterator[str]:
    """An English sentence to whoever reads English; to others where it is known to the catalogue."""
    said = phrased(language, sentence)
    if isinstance(said, str) and (said != sentence or language.tag == "en"):
        yield said
