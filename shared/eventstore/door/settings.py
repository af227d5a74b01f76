"""What the library's environment says about the door; one error names everything that is wrong."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from eventsourcing.persistence import InfrastructureFactoryError
from eventsourcing.utils import Environment, strtobool

from shared.contracts import LOGS
from shared.eventstore.door.refusals import NotOfThisIdType

DATABASE_URL = "CONSORTIA_DATABASE_URL"
LOG = "CONSORTIA_LOG"
COMMUNITY = "CONSORTIA_COMMUNITY"
READ_ONLY = "CONSORTIA_READ_ONLY"
DATABASE_ROLE = "CONSORTIA_DATABASE_ROLE"
ORIGINATOR_ID_TYPE = "ORIGINATOR_ID_TYPE"


@dataclass(frozen=True)
class DoorSettings:
    """Where the log is, whose facts it holds, and what may be done with it.

    `name` is the application's, under which its tracking is kept; `log` is None where the events are the library's own.
    """

    name: str
    database_url: str
    role: str
    log: str | None
    community: str | None
    read_only: bool
    originator_id: Callable[[str], UUID | str]


def read(environment: Environment) -> DoorSettings:
    """The door's settings; an `InfrastructureFactoryError` says which are missing or wrong, and what each should be."""
    wrong: list[str] = []
    url = environment.get(DATABASE_URL, "")
    if not url.startswith(("postgres://", "postgresql://")):
        wrong.append(f"{DATABASE_URL} names the database of one log: postgresql://user@host/database")
    log, community = environment.get(LOG) or None, environment.get(COMMUNITY) or None
    if log is not None and log not in LOGS:
        wrong.append(f"{LOG} is one of {', '.join(LOGS)}, or left out where the events are the library's own")
    read_only = _read_only(environment, wrong)
    if not read_only and log is not None:
        wrong.append(f"{LOG} opens a service's log, which that service alone writes: leave {READ_ONLY} out")
    if not read_only and community is None:
        wrong.append(f"{COMMUNITY} names the community to write for")
    id_type = environment.get(ORIGINATOR_ID_TYPE, "uuid" if log is None else "text").lower()
    if id_type not in (("uuid", "text") if log is None else ("text",)):
        wrong.append(f"{ORIGINATOR_ID_TYPE} is uuid or text; the streams of a {LOG} are text")
    if wrong:
        raise InfrastructureFactoryError("The door cannot be opened:\n  " + "\n  ".join(wrong))
    role = environment.get(DATABASE_ROLE) or ("consortia_projector" if read_only else "consortia_appender")
    return DoorSettings(environment.name, url, role, log, community, read_only, _as_uuid if id_type == "uuid" else str)


def _read_only(environment: Environment, wrong: list[str]) -> bool:
    try:
        return strtobool(environment.get(READ_ONLY) or "y")
    except ValueError:
        wrong.append(f"{READ_ONLY} is y or n")
        return True


def _as_uuid(stream: str) -> UUID:
    try:
        return UUID(stream)
    except ValueError:
        raise NotOfThisIdType(
            f"Stream {stream} is named by text, not by a UUID. Set {ORIGINATOR_ID_TYPE}=text, or {LOG} for our facts."
        ) from None
