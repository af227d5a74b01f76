"""As much of an outline as fits on a page: what changed first, then the rest, and how much was left out. Pure."""

from markupsafe import escape
from msgspec import structs

from services.oversight.projections.differences import Entry, Part, Piece, Spoken

LARGEST = 50_000
"""Bytes the outline may take on a page, about."""
MARKS = 200
"""Additions and removals marked in one passage; one with more is shown as taken out and put in whole."""
AROUND, MARKED = 80, 150
"""Bytes that a passage, and each mark in it, take beside their words."""


def bounded(parts: tuple[Part, ...], largest: int = LARGEST) -> tuple[tuple[Part, ...], int]:
    """The parts with what fits, and how many entries do not."""
    whole = [structs.replace(part, entries=tuple(_plainer(entry) for entry in part.entries)) for part in parts]
    places = [(part, n) for part in range(len(whole)) for n in range(len(whole[part].entries))]
    kept: set[tuple[int, int]] = set()
    for part, n in sorted(places, key=lambda at: whole[at[0]].entries[at[1]].kind == "same"):
        if (cost := _cost(whole[part].entries[n])) <= largest:
            largest -= cost
            kept.add((part, n))
    shown = tuple(
        structs.replace(one, entries=tuple(entry for n, entry in enumerate(one.entries) if (part, n) in kept))
        for part, one in enumerate(whole)
    )
    return shown, len(places) - len(kept)


def _plainer(entry: Entry) -> Entry:
    return structs.replace(entry, spoken=tuple(_fewer_marks(one) for one in entry.spoken))


def _fewer_marks(spoken: Spoken) -> Spoken:
    if len(spoken.pieces) <= MARKS:
        return spoken
    before = "".join(piece.words for piece in spoken.pieces if piece.kind != "added")
    after = "".join(piece.words for piece in spoken.pieces if piece.kind != "removed")
    return structs.replace(spoken, pieces=(Piece("removed", before), Piece("added", after)))


def _cost(entry: Entry) -> int:
    return AROUND + sum(
        AROUND + sum(MARKED * (piece.kind != "same") + len(escape(piece.words).encode()) for piece in spoken.pieces)
        for spoken in entry.spoken
    )
