"""Differences of an outline short enough for a page: what is the same around them is left out. Pure."""

from collections.abc import Iterable

from msgspec import structs

from services.oversight.projections.differences import Entry, Part, Piece, Spoken

AROUND = 100
"""Letters of what is the same that are kept before and behind a difference."""
LONGEST, MOST = 1000, 8_000
"""Letters of one piece that are shown, and of all of them together; the API has them whole."""


def abridged(parts: Iterable[Part]) -> tuple[Part, ...]:
    """The parts that differ; what is too long ends in an ellipsis."""
    left = [MOST]
    return tuple(
        structs.replace(part, entries=tuple(_entry(entry, left) for entry in part.entries if entry.kind != "same"))
        for part in parts
        if part.kind != "same"
    )


def _entry(entry: Entry, left: list[int]) -> Entry:
    spoken = tuple(
        Spoken(one.language, one.kind, tuple(_piece(piece, left) for piece in one.pieces if left[0] > 0))
        for one in entry.spoken
        if one.kind != "same"
    )
    return Entry(entry.kind, spoken)


def _piece(piece: Piece, left: list[int]) -> Piece:
    words = piece.words
    if piece.kind == "same" and len(words) > 2 * AROUND:
        words = f"{words[:AROUND]} … {words[-AROUND:]}"
    longest = min(LONGEST, left[0])
    if len(words) > longest:
        words = f"{words[:longest]}…"
    left[0] -= len(words)
    return Piece(piece.kind, words)
