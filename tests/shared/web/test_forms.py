"""What the fields of a form mean as JSON."""

import pytest

from shared.kernel import Refused
from shared.web.forms import plain_of

MEANT = {
    "a name is a path": ({"title.en": "Welding"}, {"title": {"en": "Welding"}}),
    "numbers make a list, gaps closed": ({"of.0.en": "a", "of.2.en": "c"}, {"of": [{"en": "a"}, {"en": "c"}]}),
    "what is empty is not stated": ({"a": " ", "b": "1"}, {"b": "1"}),
    "what begins with an underscore is a header": ({"_back": "/board", "b": "1"}, {"b": "1"}),
    "? goes with others alone": ({"a.x?": "1"}, {}),
    "? says more about what is stated": ({"a.x?": "1", "a.y": "2"}, {"a": {"y": "2", "x": "1"}}),
    "# is a number": ({"n#": "12"}, {"n": 12}),
    "# stays what it is where it is none": ({"n#": "75%"}, {"n": "75%"}),
    "! is null where nothing is stated": ({"change.cost!": "null", "change.cost.en": ""}, {"change": {"cost": None}}),
    "! is nothing where something is": (
        {"change.cost!": "null", "change.cost.en": "Free"},
        {"change": {"cost": {"en": "Free"}}},
    ),
}


@pytest.mark.parametrize(("fields", "meant"), MEANT.values(), ids=MEANT.keys())
def test_fields_mean(fields: dict[str, str], meant: object) -> None:
    assert plain_of(fields) == meant


@pytest.mark.parametrize(
    "fields",
    [{"a": "1", "a.b": "2"}, {"a.b": "2", "a": "1"}, {"a": "1", "a.b!": "null"}, {"a.b.c.d.e.f.g": "1"}],
    ids=["a value that holds another", "the same the other way round", "null within a value", "too deep"],
)
def test_fields_that_contradict_each_other_are_refused(fields: dict[str, str]) -> None:
    with pytest.raises(Refused):
        plain_of(fields)
