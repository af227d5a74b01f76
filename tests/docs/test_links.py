"""Links between the documents lead somewhere."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
LINK = re.compile(r"\]\((?!https?:)([^)#\s]*)(?:#([^)\s]*))?\)")


def links(page: Path) -> list[tuple[str, str]]:
    """Where its links lead, and to which title there; what stands between backticks is no link."""
    return LINK.findall(re.sub(r"(?<!`)`[^`\n]+`(?!`)", "", page.read_text(encoding="utf-8")))


def anchors(page: Path) -> set[str]:
    """The headings of a page as links name them."""
    titles = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_leads_somewhere(document: Path) -> None:
    for to, anchor in links(document):
        target = (document.parent / to).resolve() if to else document
        assert target.exists(), f"{to} is not there"
        assert not anchor or anchor in anchors(target), f"{to} has no heading for #{anchor}"


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_document_is_told_from_elsewhere(document: Path) -> None:
    if document.parent == ROOT:
        return
    linked = {(other.parent / to).resolve() for other in DOCUMENTS if other != document for to, _ in links(other) if to}
    assert document in linked or document.parent in linked
