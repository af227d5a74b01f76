"""What codes are called: every code of the published vocabularies has a name."""

from typing import get_args

import pytest

from shared.authority.findings import Kind
from shared.authority.raci import LETTERS
from shared.authority.standing_in import Because
from shared.contracts.credentials import Decision
from shared.contracts.partnerships import PartnerKind, Raci, Role
from shared.contracts.values import OUTLINE_FIELDS, SCOPE_ORDER, Mode
from shared.pages import Catalogue
from shared.pages.names import NAMES, Vocabulary, named

CODES: dict[Vocabulary, tuple[str, ...]] = {
    "decision": get_args(Decision),
    "decided": get_args(Decision),
    "letter": (*get_args(Raci), *LETTERS.values()),
    "because": get_args(Because),
    "role": get_args(Role),
    "partner-kind": get_args(PartnerKind),
    "field": OUTLINE_FIELDS,
    "mode": get_args(Mode),
    "scope-kind": SCOPE_ORDER,
    "finding": get_args(Kind),
}


@pytest.mark.parametrize("vocabulary", CODES)
def test_every_code_has_a_name(vocabulary: Vocabulary) -> None:
    assert set(NAMES[vocabulary]) == set(CODES[vocabulary])


def test_a_code_without_a_name_is_shown_as_it_is_and_others_in_the_reader_s_language() -> None:
    french = Catalogue().language("fr")
    assert named(french, "stage", "draft") == "Ébauche"
    assert named(french, "stage", "unheard-of") == "unheard-of"
