"""Values of refusals that are phrases of our own, in another language: recognised whole, or left as they are."""

import ast
from collections.abc import Iterator

import pytest

from shared.pages.languages import Catalogue
from shared.pages.phrases import phrased
from tests.shared.pages.sentences import modules

FRENCH = Catalogue().language("fr")


@pytest.mark.parametrize(
    ("said", "french"),
    [
        ("has 2 of 3", "2 voix sur 3"),
        (
            "validation has 0 of 3; one recused; out of reach",
            "validation\u00a0: 0 voix sur 3\u00a0; récusations\u00a0: une\u00a0; hors d’atteinte",
        ),
        (
            "has 1 of 3; needs two more, one from healthcare and the voice of plant/foreman",
            (
                "1 voix sur 3\u00a0; voix qui manquent encore\u00a0: deux, "
                "dont une voix du secteur healthcare et la voix de plant/foreman"
            ),
        ),
        (
            "has 2 of 3; needs one more from healthcare",
            "2 voix sur 3\u00a0; il manque une voix de plus du secteur healthcare",
        ),
        ("approval was refused", "approval a été refusée"),
        ("13 abstained", "abstentions\u00a0: 13"),
        ("Object missing required field `digest` - at `$.paper`", "Il manque le champ `digest` – en `$.paper`"),
        ("Expected `int`, got `str` - at `$.learners`", "`int` est attendu, et non `str` – en `$.learners`"),
    ],
)
def test_a_phrase_is_known_by_its_shape(said: str, french: str) -> None:
    assert phrased(FRENCH, said) == french


@pytest.mark.parametrize(
    "said",
    [
        "Somebody declined",
        "needs work",
        "has 2 of 3; and more",
        "a key",
        "Welding has 2 of many",
        "Expected more of it",
        "",
    ],
)
def test_what_somebody_wrote_is_left_as_it_is(said: str) -> None:
    assert phrased(FRENCH, said) == said


@pytest.mark.parametrize(
    ("said", "french"),
    [
        (
            "The query key 'stgae' is not known here; known: partner, stage.",
            "Le paramètre 'stgae' n’est pas connu ici\u00a0; le sont\u00a0: partner, stage.",
        ),
        ("stage is none of draft, ended.", "stage n’est pas une des valeurs suivantes\u00a0: draft, ended."),
        ("overdue: Expected `bool`, got `str`", "overdue\u00a0: `bool` est attendu, et non `str`"),
        (
            "at: Expected `str` of length <= 64",
            "at\u00a0: `str` d’une longueur de 64 au plus est attendu",
        ),
        (
            "within names no scope: an amount is a number such as 5000 or 5000.00.",
            "within ne désigne aucune portée\u00a0: le genre amount s’écrit comme un nombre, tel que 5000 ou 5000.00.",
        ),
    ],
)
def test_what_is_wrong_with_an_address_is_said_in_french(said: str, french: str) -> None:
    assert phrased(FRENCH, said) == french


def test_whatever_can_be_wrong_with_an_address_is_known_to_the_catalogue() -> None:
    said = list(_faults_of_addresses())
    assert len(said) > 25
    assert [one for one in said if phrased(FRENCH, one) == one] == []


def _faults_of_addresses() -> Iterator[str]:
    """Every sentence that `QueryNotRight` is made with in the sources, a sample of a value where it has one."""
    for path in modules():
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "QueryNotRight":
                yield _sample(node.args[0])


def _sample(said: ast.expr) -> str:
    if isinstance(said, ast.JoinedStr):
        return "".join(_sample(part) for part in said.values)
    if isinstance(said, ast.FormattedValue):
        return SAMPLES.get(ast.unparse(said.value), "name")
    assert isinstance(said, ast.Constant)
    return str(said.value)


SAMPLES = {"message": "Expected `int`, got `str`", "fault": "anything has no value", "log": "intake", "index": "3"}
"""What stands in a sentence by a name that tells more than that something does."""


def test_what_is_no_text_is_left_as_it_is() -> None:
    assert phrased(FRENCH, 3) == 3
