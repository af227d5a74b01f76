"""A RACI matrix as a drawing: plain SVG, readable in light and dark, in print, and by ear."""

from collections.abc import Iterator
from typing import Literal
from xml.sax.saxutils import escape, quoteattr

from services.partnerships.api.raci_sheet import letters_in
from shared.authority.raci import Matrix, Row
from shared.kernel import Text

Language = Literal["en", "fr"]
WORDS = {
    "en": {
        "title": "Who answers for what at {name}, {at}",
        "legend": "R responsible · A accountable · C consulted · I informed · (A) unconfirmed · shaded: nobody decides",
        "matter": "Authorization", "within": "within",
    },
    "fr": {
        "title": "Qui répond de quoi : {name}, {at}",
        "legend": "R réalise · A approuve · C consulté · I informé · (A) non confirmé · ombré : personne ne décide",
        "matter": "Autorisation", "within": "portée :",
    },
}  # fmt: skip
LABEL, CELL, LINE, HEAD, EDGE, NARROWEST = 380, 44, 26, 190, 12, 660
"""Pixels: the column of names, a cell, a row, the slanted headings, the margin, and what the legend needs."""
STYLE = """
text { font: 13px system-ui, sans-serif; fill: #1b1b1f }
.small { font-size: 11px; fill: #55555f } .letter { font-weight: 600; text-anchor: middle }
.line { stroke: #c9c9d2 } .A { fill: #d7e6ff } .R { fill: #e4f3dc } .C { fill: #fdf0d0 } .I { fill: #eeeef2 }
.gap { fill: url(#shade) } .paper { fill: #ffffff } .shade { stroke: #b3261e }
@media (prefers-color-scheme: dark) {
text { fill: #ececf1 } .small { fill: #b4b4c0 } .line { stroke: #4a4a55 }
.paper { fill: #17171b } .shade { stroke: #ff8a80 }
.A { fill: #1d3b6b } .R { fill: #24451a } .C { fill: #57430f } .I { fill: #33333b }
}
"""


def as_svg(matrix: Matrix, language: Language) -> bytes:
    """The drawing, as wide as its positions need."""
    words, columns = WORDS[language], len(matrix.positions)
    width = max(EDGE * 2 + LABEL + columns * CELL + HEAD // 2, NARROWEST)
    height = EDGE * 3 + LINE * 2 + HEAD + len(matrix.rows) * LINE
    title = words["title"].format(name=told(matrix.name, language), at=matrix.at.date())
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" ',
        f'role="img" xml:lang="{language}" aria-labelledby="title legend">',
        f'<title id="title">{escape(title)}</title><desc id="legend">{escape(words["legend"])}</desc>',
        f"<style>{STYLE}</style>",
        '<defs><pattern id="shade" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">',
        '<line class="shade" x1="0" y1="0" x2="0" y2="6" stroke-width="1.5"/></pattern></defs>',
        f'<rect class="paper" width="{width}" height="{height}"/>',
        _text(EDGE, EDGE + 14, title),
        _text(EDGE, EDGE + 34, words["legend"], "small"),
        _text(EDGE, EDGE * 2 + LINE + HEAD - 8, words["matter"], "small"),
        *_headings(matrix),
        *(line for place, row in enumerate(matrix.rows) for line in _row(matrix, row, place, language)),
        "</svg>",
    ]
    return "".join(parts).encode()


def told(name: Text, language: Language) -> str:
    """The words in that language, or in the first there is."""
    return name.get(language) or next(iter(name.values()))


def _headings(matrix: Matrix) -> Iterator[str]:
    bottom = EDGE * 2 + LINE + HEAD - 8
    for place, position in enumerate(matrix.positions):
        x = EDGE + LABEL + place * CELL + CELL // 2
        key = position.key.partition("/")[2] or position.key
        shown = (key if len(key) < 24 else f"{key[:22]}…") + ("" if position.holders else " · vacant")
        full = f"<title>{escape(position.key)}</title>"
        yield f'<text transform="translate({x} {bottom}) rotate(-55)">{full}{escape(shown)}</text>'


def _row(matrix: Matrix, row: Row, place: int, language: Language) -> Iterator[str]:
    top = EDGE * 2 + LINE + HEAD + place * LINE
    right = EDGE + LABEL + len(matrix.positions) * CELL
    name = told(row.name, language)
    if row.scope.kind != "anything":
        name = f"{name}, {WORDS[language]['within']} {row.scope.kind} {row.scope.value}"
    shown = name if len(name) < 54 else f"{name[:52]}…"
    if row.gap:
        whole = f'x="{EDGE}" y="{top}" width="{max(right - EDGE, LABEL)}" height="{LINE}"'
        yield f'<rect class="gap" {whole} opacity="0.35"><title>{escape(row.gap)}</title></rect>'
    yield f'<line class="line" x1="{EDGE}" x2="{right}" y1="{top}" y2="{top}"/>'
    yield f"<g><title>{escape(name)}</title>{_text(EDGE + 4, top + 18, shown)}</g>"
    for column, position in enumerate(matrix.positions):
        if letters := letters_in(row, position.position):
            yield _cell(EDGE + LABEL + column * CELL, top, letters, f"{position.key}: {letters}, {name}")


def _cell(x: int, y: int, letters: str, told_in_full: str) -> str:
    kind = letters.strip("()")[:1]
    box = f'<rect class="{kind}" x="{x + 2}" y="{y + 2}" width="{CELL - 4}" height="{LINE - 4}" rx="3"/>'
    words = f'<text class="letter" x="{x + CELL // 2}" y="{y + 18}">{escape(letters)}</text>'
    return f'<g role="img" aria-label={quoteattr(told_in_full)}><title>{escape(told_in_full)}</title>{box}{words}</g>'


def _text(x: int, y: int, words: str, kind: str = "") -> str:
    named = f' class="{kind}"' if kind else ""
    return f'<text{named} x="{x}" y="{y}">{escape(words)}</text>'
