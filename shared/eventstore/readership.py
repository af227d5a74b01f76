"""Who may read what, and what notes are about, as tables: in each service a fold of the logs it shows things from."""

from collections.abc import Collection, Iterator
from uuid import UUID

import asyncpg
import msgspec

from shared.authority import reading
from shared.authority.reading import Readership
from shared.contracts.values import NoteRef
from shared.eventstore.projections import Connection
from shared.eventstore.sql import statements
from shared.kernel import Fact, Recorded, Value, stream_key

SQL = statements("shared.eventstore", "sql/readership.sql")
SUBJECTS = ("proposal-", "microcredential-")
_state = msgspec.json.Decoder(Readership)


class Readerships:
    """One row a proposal or microcredential of one log."""

    version = 1

    def __init__(self, log: str) -> None:
        self.name = f"readership of {log}"
        self.log = log
        self.tables = (f"readership_{log}",)
        self._sql = {name: SQL[name].format(log=log) for name in ("state", "show")}

    async def apply(self, connection: Connection, recorded: Recorded[Fact]) -> None:
        if (subject := subject_of(recorded)) is None:
            return
        stored = await connection.fetchval(self._sql["state"], self.log, subject)
        before = _state.decode(stored) if stored else None
        after = reading.evolve(before, recorded.fact)
        if after is None or after == before:
            return
        state = msgspec.json.encode(after).decode()
        row = (self.log, subject, recorded.community, sorted(after.ids), state)
        await connection.execute(self._sql["show"], *row)


def subject_of(recorded: Recorded[Fact]) -> UUID | None:
    """What the fact is about: its stream says, or for an offering the fact itself."""
    if recorded.stream.startswith(SUBJECTS):
        return stream_key(recorded.stream)
    about = getattr(recorded.fact, "microcredential", None)
    return about if isinstance(about, UUID) else None


class NotesAbout:
    """One row a note that a fact about a proposal or a microcredential cites."""

    version = 1
    tables = ("notes_about",)

    def __init__(self, log: str) -> None:
        self.name = f"notes of {log}"
        self.log = log

    async def apply(self, connection: Connection, recorded: Recorded[Fact]) -> None:
        if not recorded.stream.startswith(SUBJECTS):
            return
        for note in notes_in(recorded.fact):
            await connection.execute(SQL["note"], note.id, recorded.community, stream_key(recorded.stream))


def notes_in(value: Value) -> Iterator[NoteRef]:
    """Every note that a fact cites, in itself or in a value it carries."""
    for name in value.__struct_fields__:
        match getattr(value, name):
            case NoteRef() as note:
                yield note
            case Value() as inner:
                yield from notes_in(inner)
            case _:
                pass


async def readership_of(pool: asyncpg.Pool, community: str, subject: UUID) -> Readership | None:
    """Who may read it; None where the tables know of no such thing in the community."""
    stored = await pool.fetchval(SQL["of"], community, subject)
    return _state.decode(stored) if stored else None


async def closed_to(
    pool: asyncpg.Pool, community: str, subjects: Collection[UUID], ids: Collection[UUID] | None
) -> set[UUID]:
    """Those of these subjects that whoever has these ids may not read; none with None, which is not limited."""
    if ids is None or not subjects:
        return set()
    rows = await pool.fetch(SQL["closed_to"], community, list(subjects), list(ids))
    return {row["subject"] for row in rows}


async def subject_of_note(pool: asyncpg.Pool, community: str, note: UUID) -> UUID | None:
    """What the note is about; None where it is about neither a proposal nor a microcredential, or nobody said yet."""
    found: UUID | None = await pool.fetchval(SQL["about"], community, note)
    return found
