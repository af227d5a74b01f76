"""Whose fault a failure is: the environment's, which passes, or that of the fact at hand, which stays."""

import asyncpg

from shared.eventstore.refusals import Busy
from shared.eventstore.vocabulary import OperationalError
from shared.kernel import Refused, UnreadableFact, Value

ENVIRONMENT = (
    OSError,
    MemoryError,
    OperationalError,
    asyncpg.InternalClientError,
    asyncpg.PostgresConnectionError,
    asyncpg.InvalidAuthorizationSpecificationError,
    asyncpg.InvalidCatalogNameError,
    asyncpg.InsufficientResourcesError,
    asyncpg.OperatorInterventionError,
    asyncpg.PostgresSystemError,
    asyncpg.DataCorruptedError,
    asyncpg.IndexCorruptedError,
    asyncpg.ReadOnlySQLTransactionError,
    asyncpg.IdleInTransactionSessionTimeoutError,
    asyncpg.LockNotAvailableError,
    asyncpg.TransactionRollbackError,
    # not migrated yet: a table that is not there, a right that was not given
    asyncpg.UndefinedTableError,
    asyncpg.InsufficientPrivilegeError,
)
"""The database gone, full, stopping, busy or not as it should be; the same for every fact, and mended from outside."""
OF_THE_CODE = (FileNotFoundError, IsADirectoryError, NotADirectoryError)
"""Of a file that has a name; a socket that is not there has none, and is a database that is away."""


class Patience(Value, frozen=True):
    """How often what fails by itself is tried, and for how many seconds before the second time; then twice as long."""

    tries: int = 5
    first: float = 0.2

    def pause(self, tried: int) -> float:
        """Seconds to wait once it was tried that often."""
        return float(self.first * 2 ** (tried - 1))


def is_of_the_environment(error: BaseException) -> bool:
    """Whether trying again later may help without anything about the fact or the code having changed.

    A statement that the server or the driver refuses is mostly that of one kind of fact: it must not stop the others.
    """
    if isinstance(error, Refused):
        return error.names(Busy)
    if isinstance(error, asyncpg.InterfaceError):  # or what the driver says of values and their number
        return any(word in str(error) for word in ("closed", "closing", "released back"))
    if isinstance(error, asyncpg.QueryCanceledError):
        return False  # its own statement takes too long
    if isinstance(error, OF_THE_CODE):
        return error.filename is None
    return isinstance(error, ENVIRONMENT)


def told(error: BaseException) -> str:
    """What a dead letter keeps of an error: its kind and its words, 2000 characters at most, all printable."""
    if isinstance(error, Refused):
        return f"refused: {error}"[:2000]
    words = f"{type(error).__name__}: {error}"
    return "".join(one if one.isprintable() or one == "\n" else "\N{REPLACEMENT CHARACTER}" for one in words)[:2000]


def told_unreadable(fact: UnreadableFact) -> str:
    """What a dead letter keeps of a fact whose bytes this build cannot read."""
    return f"cannot be read: {fact.error}"[:2000]
