"""Values of refusals that are phrases of our own, in another language: recognised whole, or left as they are."""

import pytest

from shared.pages.languages import Catalogue
from shared.pages.phrases import phrased

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
    "said", ["Somebody declined", "needs work", "has 2 of 3; and more", "a key", "Welding has 2 of many", ""]
)
def test_what_somebody_wrote_is_left_as_it_is(said: str) -> None:
    assert phrased(FRENCH, said) == said


def test_what_is_no_text_is_left_as_it_is() -> None:
    assert phrased(FRENCH, 3) == 3
