"""Confirming and ending entries, whichever they are."""

from datetime import datetime
from typing import Any

from shared.authority.entries import Absence, Entry
from shared.kernel import Recorded


def confirm(entry: Entry | None, recorded: Recorded[Any]) -> None:
    """From now on it grants what it says; one not known, or confirmed before, is passed over."""
    if entry is None or entry.confirmed_at is not None:
        return
    entry.confirmed_at, entry.confirmed_by = recorded.occurred_at, recorded.fact.by
    entry.facts = (*entry.facts, recorded.id)


def end(entry: Entry | Absence | None, until: datetime, recorded: Recorded[Any]) -> None:
    """An end recorded can only be brought forward; one not known is passed over."""
    if entry is None:
        return
    if entry.until is None or until < entry.until:
        entry.until, entry.ended_by = until, recorded.id
    entry.facts = (*entry.facts, recorded.id)
