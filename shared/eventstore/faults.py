"""Whose fault a failure is: the environment's, which passes, or that of the fact at hand, which stays."""

import asyncpg

from shared.eventstore.connections import LOST
from shared.eventstore.refusals import Busy
from shared.eventstore.vocabulary import OperationalError
from shared.kernel import Refused, Value

ENVIRONMENT = (
    *LOST,
    TimeoutError,
    OperationalError,
    MemoryError,
    asyncpg.InsufficientResourcesError,
    asyncpg.TransactionRollbackError,
    asyncpg.ObjectNotInPrerequisiteStateError,
    asyncpg.InvalidTransactionStateError,
    asyncpg.InvalidAuthorizationSpecificationError,
    asyncpg.PostgresSystemError,
    asyncpg.InternalServerError,
    # a table that is not there yet, a right that was not given: the statement is the same for every fact
    asyncpg.SyntaxOrAccessError,
)
"""The database gone, full, stopping, busy or not as it should be; the same for every fact, and mended from outside."""


class Patience(Value, frozen=True):
    """How often what fails by itself is tried, and for how many seconds before the second time; then twice as long."""

    tries: int = 5
    first: float = 0.2

    def pause(self, tried: int) -> float:
        """Seconds to wait once it was tried that often."""
        return float(self.first * 2 ** (tried - 1))


def is_of_the_environment(error: BaseException) -> bool:
    """Whether trying again later may help without anything about the fact or the code having changed."""
    if isinstance(error, Refused):
        return error.names(Busy)
    if isinstance(error, asyncpg.InterfaceError) and isinstance(error, ValueError):
        return False  # what the driver says of a value that no column takes
    return isinstance(error, ENVIRONMENT)


def told(error: BaseException) -> str:
    """What a dead letter keeps of an error: its kind and its words, 2000 characters at most, all printable."""
    if isinstance(error, Refused):
        return f"refused: {error}"[:2000]
    words = f"{type(error).__name__}: {error}"
    return "".join(one if one.isprintable() or one == "\n" else "\N{REPLACEMENT CHARACTER}" for one in words)[:2000]
