"""What the content security policy forbids is not in the sources either: nothing of another host, no inline script."""

import re
from pathlib import Path

import pytest

from shared.pages import STATIC
from tests.support.servers import CHECKOUT

TEMPLATES = sorted(CHECKOUT.glob("s*/**/pages/templates/*.html"))
FORBIDDEN = {
    "another host": re.compile(r"""(?:src|href|action|hx-\w+)\s*=\s*["']?(?:https?:)?//"""),
    "a script in the text": re.compile(r"<script(?![^>]*\ssrc=)|\son[a-z]+\s*=\s*[\"']|javascript:|hx-on|hx-vals"),
    "a style in the text": re.compile(r"<style|\sstyle\s*="),
    "unescaped text": re.compile(r"\|\s*safe\b|autoescape false"),
}


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda one: one.name)
def test_no_template_holds_what_no_browser_may_run_or_fetch(template: Path) -> None:
    text = template.read_text()
    assert [what for what, pattern in FORBIDDEN.items() if pattern.search(text)] == []


def test_no_style_sheet_asks_another_host() -> None:
    assert [
        one.name for one in STATIC.glob("*.css") if re.search(r"@import|url\(\s*[\"']?(?:https?:)?//", one.read_text())
    ] == []


def test_there_are_templates_to_look_at() -> None:
    assert len(TEMPLATES) > 20
