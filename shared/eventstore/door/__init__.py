"""The door for the `eventsourcing` library: its own `Application` over our tables.

    PERSISTENCE_MODULE=shared.eventstore.door
    CONSORTIA_DATABASE_URL=postgresql://…      the database of one log; each application that writes has its own
    CONSORTIA_LOG=credentials                  whose facts these are; then events come as `LoggedFact`
    CONSORTIA_COMMUNITY=…                      only this community's; needed to write
    CONSORTIA_READ_ONLY=n                      to write the library's own events, in a database for them; y unless said
    CONSORTIA_DATABASE_ROLE=…                  the role to act in; the store's own unless said
    ORIGINATOR_ID_TYPE=uuid | text             as in the library: uuid unless said; of a `CONSORTIA_LOG` always text

Every name may be prefixed with an application's (`COUNTERS_CONSORTIA_DATABASE_URL`), as the library has it.
"""

from shared.eventstore.door.factory import DoorFactory as Factory
from shared.eventstore.door.facts import LoggedFact, replaying
from shared.eventstore.door.refusals import DoorIsReadOnly

__all__ = ["DoorIsReadOnly", "Factory", "LoggedFact", "replaying"]
