"""What the door refuses, and the database's errors, in the library's family of errors."""

import asyncpg
from eventsourcing.persistence import (
    DatabaseError,
    DataError,
    IntegrityError,
    InterfaceError,
    InternalError,
    NotSupportedError,
    OperationalError,
    PersistenceError,
    ProgrammingError,
)

KINDS: dict[str, type[PersistenceError]] = {
    "08": OperationalError,  # connection lost or refused
    "0A": NotSupportedError,
    "22": DataError,
    "23": IntegrityError,
    "25": NotSupportedError,  # among them: cannot execute … in a read-only transaction
    "28": OperationalError,  # wrong login
    "3D": OperationalError,  # no such database
    "3F": ProgrammingError,  # no such schema
    "40": OperationalError,  # serialisation, deadlock
    "42": ProgrammingError,  # no such table, no permission
    "53": OperationalError,  # out of memory, disk or connections
    "54": DataError,  # too long for an index
    "55": OperationalError,  # lock not available
    "57": OperationalError,  # cancelled, shut down
    "58": OperationalError,
    "XX": InternalError,
}
"""By the first two characters of an SQLSTATE."""


class DoorIsReadOnly(NotSupportedError):
    """Somebody tried to write through a door opened for reading."""


class ServicesLog(NotSupportedError):
    """Somebody opened a service's log for writing."""


class NotOfThisIdType(DataError):
    """A stream's name is not of the kind of id the application uses."""


class DoorIsClosed(InterfaceError):
    """The factory was closed: nothing more is read or written through it."""


def translated(error: Exception) -> PersistenceError:
    """A database's or a connection's error as one of the library's; its words stay."""
    match error:
        case asyncpg.PostgresError():
            return KINDS.get(str(error.sqlstate)[:2], DatabaseError)(str(error))
        case asyncpg.InterfaceError() if isinstance(error, ValueError):
            return DataError(str(error))
        case asyncpg.InterfaceError():
            return InterfaceError(str(error))
        case _:
            return OperationalError(f"the database is not reached: {error}")
