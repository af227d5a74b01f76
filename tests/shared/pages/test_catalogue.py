"""Every sentence of every page in every language; and every word of a template through the catalogue."""

import re
from html.parser import HTMLParser
from pathlib import Path

import jinja2
import pytest
from jinja2 import nodes

from shared.pages import LANGUAGES
from shared.pages.phrases import PHRASES
from tests.shared.pages.sentences import (
    faults,
    filled_in,
    ill_set,
    in_python,
    in_template,
    missing,
    sentences,
    templates,
)
from tests.support.servers import CHECKOUT

OTHERS = list(LANGUAGES)[1:]
NAMES = {"Consortia", "curl", "API", "JSON", "CSV", "XLSX"}
"""What is called the same in every language."""
CODES = {"parts", "cost_shares"}
"""Fields of the API, by their names there."""
SHOWN = ("aria-label", "title", "placeholder", "alt", "summary", "content-label")
"""Attributes that people read or hear."""


@pytest.mark.parametrize("tag", OTHERS)
def test_every_sentence_is_translated(tag: str) -> None:
    lacking = "\n".join(f"  {where}: {said!r}" for said, where in missing(tag).items())
    assert not lacking, f"`python -m tests.shared.pages.missing {tag}` writes these for a .po file:\n{lacking}"


@pytest.mark.parametrize("tag", OTHERS)
def test_what_is_translated_is_needed_names_the_same_values_and_is_set_as_its_language_asks(tag: str) -> None:
    assert not (found := list(faults(tag))), "\n".join(found)


def test_no_sentence_is_composed_of_pieces() -> None:
    _, composed = sentences()
    assert not composed, f"A whole sentence with {{names}} in it can be translated, these cannot: {composed}"


def test_phrases_that_refusals_are_filled_in_with_are_known_to_the_catalogue() -> None:
    found = {(where, said) for where, said in filled_in() if said.islower() or " " in said}
    assert not (unknown := {one for one in found if one[1] not in PHRASES | CODES}), unknown


@pytest.mark.parametrize("path", templates(), ids=lambda path: str(path.relative_to(CHECKOUT)))
def test_every_word_of_a_template_goes_through_the_catalogue(path: Path) -> None:
    assert not (words := bare_words(path.read_text())), words


def bare_words(template: str) -> list[str]:
    """What a reader would see or hear that is written into the template itself."""
    drawn = "".join(
        one.data if isinstance(one, nodes.TemplateData) else "\x00"
        for output in jinja2.Environment(extensions=["jinja2.ext.do"]).parse(template).find_all(nodes.Output)
        for one in output.nodes
    )
    reader = _Reader()
    reader.feed(drawn)
    words = (word for said in reader.said for word in re.findall(r"[^\W\d_]{2,}", re.sub(r"&\w+;", " ", said)))
    return [word for word in words if word not in NAMES]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []
        self._codes = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._codes += tag in ("code", "pre")
        self.said += [value for name, value in attrs if value and name in SHOWN]

    def handle_endtag(self, tag: str) -> None:
        self._codes -= tag in ("code", "pre")

    def handle_data(self, data: str) -> None:
        if self._codes <= 0:
            self.said.append(data)


def test_sentences_are_found_wherever_they_are_said() -> None:
    template = """{{ _("One") }}{{ page.language.gettext("Two" if x else "Three", n=1) }}{{ ngettext("a", "b", n) }}"""
    assert [one for one, _ in in_template(template)] == ["One", "Two", "Three", ("a", "b")]
    python = 'x = N_("One"); y.gettext("Two" if x else "Three"); self._(name); ngettext("a", "b", 3)'
    assert [one for one, _ in in_python(python)] == ["One", "Two", "Three", ("a", "b")]
    assert [one for one, _ in in_python('one, many = "a", "b"\nngettext(one, many, 3)')] == [("a", "b")]


def test_what_is_composed_or_written_into_a_template_is_found() -> None:
    assert [one for one, _ in in_template("""{{ _("Waits on " ~ name) }}""")] == [None]
    assert [one for one, _ in in_python('gettext(f"Waits on {name}")')] == [None]
    assert [one for one, _ in in_python('ngettext("{n} of " + what, "many", 3)')] == [None]
    assert bare_words("<p title='Days'>{{ n }} overdue <code>since</code></p>") == ["Days", "overdue"]


@pytest.mark.parametrize("said", ["Quoi?", "Quoi ?", "voici : a", "«oui»", "l'avis", "fini; puis"])
def test_french_typography_is_looked_at(said: str) -> None:
    assert ill_set(said)
    assert not ill_set("Voici\u00a0: l’avis «\u00a0oui\u00a0»\u00a0; à 09:00, `a: b'c?`\u00a0!")
