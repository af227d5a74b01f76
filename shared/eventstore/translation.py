"""Database errors into the store's words, once."""

import asyncpg

from shared.eventstore.vocabulary import (
    AlreadyTracked,
    AppendRequest,
    ClaimTaken,
    CommandRepeated,
    IntegrityError,
    VersionConflict,
)

CONNECT_AGAIN = (
    OSError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    asyncpg.PostgresConnectionError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.CannotConnectNowError,
    asyncpg.TooManyConnectionsError,
    asyncpg.ReadOnlySQLTransactionError,
    asyncpg.IdleInTransactionSessionTimeoutError,
)
"""The connection is gone, or leads to a server that takes no writes (any more, or yet): to connect again may help.

Unlike what ends a connection that only reads: a statement that was cancelled is not sent again here.
"""


def is_about_the_requests(error: asyncpg.PostgresError) -> bool:
    """Whether something in a request is at fault, rather than the server: a value, its size, a constraint."""
    return str(error.sqlstate)[:2] in ("22", "23", "54", "CS")


def refusal(why: str, claim: int, request: AppendRequest) -> IntegrityError:
    """What the statement `faults` says about a request."""
    match why:
        case "command":
            return CommandRepeated(f"command {request.command_id} has already written its events")
        case "tracking" if request.tracking:
            return AlreadyTracked(f"{request.tracking.consumer} has already passed index {request.tracking.index}")
        case "claim":
            return ClaimTaken(request.claims[claim].kind, request.claims[claim].value)
        case _:
            return VersionConflict(f"of {', '.join(sorted(_streams(request)))}, one is not where it was expected")


def _streams(request: AppendRequest) -> set[str]:
    return {*request.expected, *(event.originator_id for event in request.events)}
