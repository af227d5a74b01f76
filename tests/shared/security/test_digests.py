"""Digests of content: the same content, the same digest; nothing else."""

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.contracts.values import OUTLINE_FIELDS, Outline
from shared.security.digests import outline_digest

WHOLE = Outline(
    title={"en": "Wound care", "fr": "Soins des plaies"},
    outcomes=({"en": "one"}, {"en": "two"}),
    hours=15,
    mode="blended",
)


def test_absent_equals_null() -> None:
    absent = msgspec.json.decode(b'{"title": {"en": "x"}}', type=Outline)
    null = msgspec.json.decode(b'{"title": {"en": "x"}, "hours": null, "need": null}', type=Outline)
    assert outline_digest(absent) == outline_digest(null)
    assert outline_digest(absent, ("title",)) == outline_digest(absent, ("title", "hours"))


@given(st.permutations(OUTLINE_FIELDS))
def test_the_order_of_fields_does_not_matter(fields: list[str]) -> None:
    assert outline_digest(WHOLE, fields) == outline_digest(WHOLE)


def test_the_order_of_languages_does_not_matter_but_that_of_outcomes_does() -> None:
    turned = msgspec.structs.replace(WHOLE, title={"fr": "Soins des plaies", "en": "Wound care"})
    assert outline_digest(turned) == outline_digest(WHOLE)
    reordered = msgspec.structs.replace(WHOLE, outcomes=({"en": "two"}, {"en": "one"}))
    assert outline_digest(reordered) != outline_digest(WHOLE)


@pytest.mark.parametrize(
    ("field", "value"), [("title", {"en": "Wound Care"}), ("hours", 16), ("mode", None), ("need", {"en": "x"})]
)
def test_a_change_of_a_covered_field_changes_the_digest_and_of_another_does_not(field: str, value: Any) -> None:
    changed = msgspec.structs.replace(WHOLE, **{field: value})
    others = [name for name in OUTLINE_FIELDS if name != field]
    assert outline_digest(changed) != outline_digest(WHOLE)
    assert outline_digest(changed, [field]) != outline_digest(WHOLE, [field])
    assert outline_digest(changed, others) == outline_digest(WHOLE, others)


def test_the_digest_is_that_of_canonical_json() -> None:
    """RFC 8785, so that anybody can compute it: printf '{"hours":15}' | sha256sum."""
    expected = "sha-256:c704cc53d2446d9ddb0acf4c0828462c54a9f7ef0e133f597d622c3fd38095f4"
    assert outline_digest(Outline(hours=15)) == expected
