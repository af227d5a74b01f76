"""The answer to who-decides, as its page shows it: one sentence, then everything it rests on, and what to do next."""

from collections.abc import Iterator
from datetime import datetime
from typing import Literal
from uuid import UUID

from services.oversight.pages.saying import Saying
from shared.authority import Answer, Community
from shared.authority.entries import Responsibility
from shared.authority.occupants import PositionView, view
from shared.authority.raci import LETTERS
from shared.authority.scopes import covers
from shared.contracts.values import Scope
from shared.kernel import Value
from shared.pages import N_, Language

OTHERS = 20
"""How many others who are responsible, consulted or informed are named."""


class Other(Value, frozen=True):
    """Who else has to do with the matter: R, C or I, within what."""

    letter: str
    position: PositionView
    within: str
    confirmed: bool


class Shown(Value, frozen=True):
    """The answer in the reader's language; `steps` say what to do where nobody decides."""

    answer: Answer
    tone: Literal["good", "warn", "bad"]
    sentence: str
    rule: str
    within: str
    passed: tuple[str, ...]
    instruments: tuple[str, ...]
    since: datetime | None
    until: datetime | None
    confirmed_at: datetime | None
    confirmed_by: UUID | None
    others: tuple[Other, ...]
    steps: tuple[str, ...]
    mends: str
    overdue: datetime | None


def shown(community: Community, answer: Answer, about: tuple[Scope, ...], saying: Saying, language: Language) -> Shown:
    """Everything to be told of that answer."""
    partner = community.partners[answer.partner]
    entry = partner.responsibilities.get(answer.responsibility) if answer.responsibility else None
    return Shown(
        answer,
        _tone(answer),
        saying.answer(answer),
        saying.rule(answer),
        saying.scope(answer.scope) if answer.scope else "",
        saying.passed(answer) if answer.stands_in or answer.status != "decided" else (),
        tuple(saying.instrument(one) for one in answer.instruments),
        entry.since if entry else None,
        entry.until if entry else None,
        entry.confirmed_at if entry else None,
        entry.confirmed_by if entry else None,
        tuple(_others(community, answer, about, saying)),
        tuple(language.gettext(one) for one in _steps(answer)),
        saying.next(answer),
        partner.reconfirm_by if partner.reconfirm_by < answer.at else None,
    )


def is_there(answer: Answer) -> bool:
    """Whether somebody who may decide is not away."""
    if answer.status != "decided" or answer.position is None:
        return False
    present = any(not one.absent for one in answer.position.holders)
    return present or answer.stands_in is not None or bool(answer.delegates)


def _tone(answer: Answer) -> Literal["good", "warn", "bad"]:
    if answer.status != "decided":
        return "bad"
    return "good" if is_there(answer) else "warn"


def _others(community: Community, answer: Answer, about: tuple[Scope, ...], saying: Saying) -> Iterator[Other]:
    entries = community.partners[answer.partner].by_matter.get(answer.matter, ())
    alike = [one for one in entries if one.letter != "accountable" and one.stated(answer.at) and _is_about(one, about)]
    for entry in sorted(alike, key=lambda one: "RCI".index(LETTERS[one.letter]))[:OTHERS]:
        if (seen := view(community, entry.position, answer.at)) is not None:
            yield Other(LETTERS[entry.letter], seen, saying.scope(entry.scope), entry.holds(answer.at))


def _is_about(entry: Responsibility, about: tuple[Scope, ...]) -> bool:
    return covers(entry.scope, about) if about else True


def _steps(answer: Answer) -> Iterator[str]:
    match answer.status:
        case "unowned" if answer.candidates:
            yield N_("Say above what it is about: the sector, the unit, the amount…")
            yield N_("Or give it to a position for everything else.")
        case "unowned":
            yield N_("Give it to a position, with the instrument that says so, and confirm it.")
        case "ambiguous":
            yield N_("End one of the responsibilities, or narrow its scope.")
        case "unconfirmed":
            yield N_("Confirm what is recorded: until then it grants nothing.")
        case "vacant":
            yield N_("Appoint a holder, or name an alternate or an escalation that somebody holds.")
        case "decided":
            if not is_there(answer):
                yield N_("Name an alternate who is there, or have the holder delegate it, or come back.")
