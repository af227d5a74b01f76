"""Answers and waits as sentences, in English and in French."""

from datetime import date, datetime, timedelta
from typing import get_args

import pytest

from services.oversight.api.whom import WaitsOn
from services.oversight.pages.saying import Saying
from services.oversight.projections.waits import STAGES, WORDS, Act
from shared.authority import Register
from shared.contracts import partnerships as said
from shared.contracts.values import SCOPE_ORDER, Instrument, Scope
from shared.pages import Catalogue
from shared.pages.names import NAMES
from tests.shared.authority.test_who_decides import (
    DANA,
    DAY,
    DEAN,
    HANA,
    HEAD,
    LETTER,
    NSCC,
    START,
    ask,
    holding,
    owns,
    position,
    register,
)

LANGUAGES = Catalogue()
NOW = START + 6 * DAY


def saying(folded: Register, tag: str = "en", now: datetime = NOW) -> Saying:
    return Saying(LANGUAGES.language(tag), folded.community("here"), now)


def line(**others: object) -> WaitsOn:
    fields = {
        "what": "industry", "step": "industry", "matter": "industry-validation", "partner": "nscc",
        "position": "nscc/dean", "holders": (), "status": "decided", "since": START, "due": None, "overdue": False,
        "needed": None, "sentence": "", "act": "sign-off", **others,
    }  # fmt: skip
    return WaitsOn(**fields)  # type: ignore[arg-type]  # as above


def test_who_decides_is_one_sentence() -> None:
    folded = register(position(DEAN, "dean", DANA), owns(DEAN))
    assert saying(folded).answer(ask(folded)) == "Funding: nscc/dean decides."
    assert saying(folded, "fr").answer(ask(folded)) == "Financement\u00a0: la décision revient à nscc/dean."
    assert saying(folded, "fr").next(ask(folded)) == ""


def test_a_vacant_position_is_said_to_be_so_with_who_stands_in() -> None:
    folded = register(position(HEAD, "head", HANA), position(DEAN, "dean", None, alternate=HEAD), owns(DEAN))
    answer = ask(folded)
    assert saying(folded).answer(answer) == "Funding: nscc/dean decides. The position is vacant. nscc/head stands in."
    assert "nscc/head assure l’intérim." in saying(folded, "fr").answer(answer)
    assert saying(folded).passed(answer) == ("nscc/dean: nobody holds it",)


def test_who_is_away_is_said_to_be_so_and_that_nobody_stands_in() -> None:
    away = said.AbsenceRecorded(DEAN, DEAN, holding(DEAN), DANA, START, None)
    folded = register(position(DEAN, "dean", DANA, alternate=HEAD), position(HEAD, "head", None), owns(DEAN), [away])
    told = saying(folded).answer(ask(folded))
    assert told == "Funding: nscc/dean decides. Its holder is away. Nobody stands in for it."


@pytest.mark.parametrize(
    ("register_", "english", "french"),
    [
        (register(), "Funding: nobody at nscc is accountable for it.", "personne n’en est responsable"),
        (
            register(position(DEAN, "dean", DANA), owns(DEAN, confirmed=False)),
            "Funding: recorded at nscc, but not confirmed by its administrator yet.",
            "pas encore confirmé",
        ),
        (
            register(position(DEAN, "dean", DANA), owns(DEAN), position(HEAD, "head", HANA), owns(HEAD)),
            "Funding: at nscc, nscc/dean and nscc/head are equally accountable; that grants nothing.",
            "nscc/dean et nscc/head en sont responsables à égalité",
        ),
        (
            register(position(DEAN, "dean", DANA), owns(DEAN, Scope("sector", "healthcare"))),
            "Funding: at nscc, somebody is accountable only within the sector healthcare; say within what it lies.",
            "il n’y a de responsable que pour le secteur healthcare",
        ),
    ],
    ids=["unowned", "unconfirmed", "ambiguous", "narrower"],
)
def test_where_nobody_decides_it_is_said_why(register_: Register, english: str, french: str) -> None:
    answer = ask(register_)
    assert saying(register_).answer(answer) == english
    assert french in saying(register_, "fr").answer(answer)
    assert saying(register_).rule(answer) == ""


def test_the_rule_that_won_names_what_it_beat() -> None:
    health = Scope("sector", "healthcare")
    folded = register(position(DEAN, "dean", DANA), owns(DEAN), position(HEAD, "head", HANA), owns(HEAD, health))
    told = saying(folded).rule(ask(folded, health))
    assert told == (
        "nscc/head is accountable for this within the sector healthcare, which is narrower than anything (nscc/dean):"
        " Funding."
    )
    assert "quel qu’en soit l’objet" in saying(folded, "fr").rule(ask(folded))


def test_a_chip_says_on_whom_and_for_how_long() -> None:
    folded = register([said.PositionEstablished(DEAN, NSCC, "dean", {"en": "Dean", "fr": "Doyenne"}, LETTER, START)])
    assert saying(folded).chip(line()) == "waiting on Dean, nscc, 6 days"
    assert saying(folded, "fr").chip(line()) == "en attente de\u00a0: Doyenne, nscc, 6 jours"
    assert saying(folded, now=START + DAY).chip(line(position=None)) == "waiting on nscc, 1 day"
    assert saying(folded).position("nscc/dean") == "Dean (nscc/dean)"


def test_what_is_due_or_overdue_is_said_in_days() -> None:
    folded = register()
    assert saying(folded).due(line(due=NOW - timedelta(days=3, hours=1))) == "3 days overdue"
    assert saying(folded, "fr").due(line(due=NOW - timedelta(hours=1))) == "échue aujourd’hui"
    assert saying(folded).due(line(due=NOW + DAY)) == "due Jan 8, 2026"
    assert saying(folded).due(line()) == ""


@pytest.mark.parametrize("status", ["vacant", "unconfirmed", "ambiguous", "unowned", "barred"])
@pytest.mark.parametrize("named", ["nscc/dean", None])
def test_what_nobody_can_act_on_says_why_in_both_languages(status: str, named: str | None) -> None:
    folded = register(position(DEAN, "dean", DANA))
    english, french = (saying(folded, tag).stuck(line(status=status, position=named)) for tag in ("en", "fr"))
    assert english.endswith(".")
    assert french.endswith(".")
    assert english != french
    assert saying(folded).stuck(line()) == ""


def test_steps_keep_their_keys_and_acts_are_words_in_both_languages() -> None:
    folded = register()
    assert saying(folded, "fr").what(line()) == "industry"
    for word in WORDS.values():
        assert saying(folded, "fr").what(line(what=word, step=None)) != word
    assert set(WORDS) == set(get_args(Act)) - {"sign-off"}


def test_every_stage_and_scope_is_named() -> None:
    folded = register()
    assert set(NAMES["stage"]) == set(STAGES)
    for kind in SCOPE_ORDER:
        english, french = (saying(folded, tag).scope(Scope(kind, "5000")) for tag in ("en", "fr"))  # type: ignore[arg-type]  # one of them
        assert english != french
    assert saying(folded).scope(Scope("jurisdiction", "CA-NS")) == "the jurisdiction Nova Scotia"
    assert saying(folded, "fr").scope(Scope("credit", "non-credit")) == "ce qui ne donne pas de crédits"


@pytest.mark.parametrize(
    ("reference", "english", "french"),
    [
        ("P-12", "letter P-12, Jan 3, 2023", "lettre P-12, 3 janv. 2023"),
        ("Letter of participation", "Letter of participation, Jan 3, 2023", "Letter of participation, 3 janv. 2023"),
        ("letter of 3 January 2023", "letter of 3 January 2023", "letter of 3 January 2023"),
        ("P-12, 2023-01-03", "letter P-12, 2023-01-03", "lettre P-12, 2023-01-03"),
        ("Newsletter 5", "letter Newsletter 5, Jan 3, 2023", "lettre Newsletter 5, 3 janv. 2023"),
    ],
)
def test_an_instrument_says_its_kind_and_its_date_once(reference: str, english: str, french: str) -> None:
    instrument = Instrument("letter", reference, date(2023, 1, 3))
    folded = register()
    assert saying(folded).instrument(instrument) == english
    assert saying(folded, "fr").instrument(instrument) == french
