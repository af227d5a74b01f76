"""A register of a stated size, as the facts of `partnerships` that an import brings in; the same for the same size."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from random import Random
from typing import Any
from uuid import UUID

from msgspec import Struct

from services.partnerships.commands.keys import key_stream
from shared.authority import Register
from shared.contracts import partnerships as said
from shared.contracts.values import MATTERS, Instrument, Scope
from shared.eventstore.mapper import Mapper
from shared.eventstore.vocabulary import AppendRequest, Claim, StoredEvent
from shared.kernel import Actor, Fact, Metadata, Recorded, stream_id
from shared.security.keys import NewKey, key_of

COMMUNITY = "bench"
RECORDED = datetime(2025, 1, 1, tzinfo=UTC)
INSTRUMENT = Instrument("policy", "P-1", date(2025, 1, 1))
TEXT = {"en": "A position", "fr": "Un poste"}
POSITIONS, RESPONSIBILITIES = 20, 100
"""Of each partner. The first responsibility for a matter holds for anything, the others in a unit of their own."""
Told = tuple[str, UUID, tuple[Fact, ...]]
"""A stream by its category and key, with its facts in order."""


class Size(Struct, frozen=True):
    """How many partners, each with its positions and responsibilities."""

    partners: int

    @property
    def positions(self) -> int:
        return self.partners * POSITIONS

    @property
    def responsibilities(self) -> int:
        return self.partners * RESPONSIBILITIES


def reader() -> NewKey:
    """The key that asks."""
    return key_of("0123456789abcdef", 1)


def streams(size: Size) -> Iterator[Told]:
    """Everything that was recorded of it, stream by stream."""
    ids = Random(size.partners)

    def new() -> UUID:
        return UUID(int=ids.getrandbits(128), version=4)

    asking = new()
    yield "person", asking, (said.PersonRegistered(asking),)
    key = reader()
    issued = said.KeyIssued(key.id, asking, "member", ("read",), key.secret_hash)
    yield "key", key_stream(key.id), (issued,)
    for number in range(size.partners):
        partner, administrator = new(), new()
        positions = [administrator, *(new() for _ in range(POSITIONS - 1))]
        for place, position in enumerate(positions):
            person, holding = new(), new()
            yield "person", person, (said.PersonRegistered(person),)
            alternate = positions[place - 1] if place % 2 else None
            established = said.PositionEstablished(
                position, partner, f"position-{place}", TEXT, INSTRUMENT, RECORDED, alternate, administrator
            )
            appointed = said.HolderAppointed(holding, position, person, RECORDED, INSTRUMENT)
            confirmed = said.PositionConfirmed(position, person), said.HolderConfirmed(holding, position, person)
            yield "position", position, (established, appointed, *confirmed)
        yield (
            "partner",
            partner,
            (_registered(number, partner, administrator), *_responsibilities(partner, positions, new)),
        )


def _registered(number: int, partner: UUID, administrator: UUID) -> said.PartnerRegistered:
    name = {"en": f"Partner {number}"}
    return said.PartnerRegistered(partner, f"partner-{number}", name, "employer", "CA-NS", administrator, INSTRUMENT)


def _responsibilities(partner: UUID, positions: list[UUID], new: Callable[[], UUID]) -> Iterator[Fact]:
    for number in range(RESPONSIBILITIES):
        matter, unit = MATTERS[number % len(MATTERS)], number // len(MATTERS)
        scope = Scope("unit", f"unit-{unit}") if unit else Scope()
        responsibility, position = new(), positions[number % POSITIONS]
        yield said.ResponsibilityAssigned(
            responsibility, partner, position, matter, "accountable", RECORDED, INSTRUMENT, scope
        )
        yield said.ResponsibilityConfirmed(responsibility, partner, partner)


def requests(size: Size) -> Iterator[AppendRequest]:
    """The same as an import wants it: a command for each stream."""
    mapper, ids = Mapper("partnerships"), Random(f"events of {size.partners}")
    metadata = mapper.metadata(Metadata(Actor(service="partnerships")))
    for category, key, facts in streams(size):
        stream, command = stream_id(category, key), UUID(int=ids.getrandbits(128), version=4)
        events: tuple[StoredEvent, ...] = tuple(
            mapper.to_stored(UUID(int=ids.getrandbits(128), version=4), stream, version, fact)
            for version, fact in enumerate(facts, 1)
        )
        claims = tuple(Claim("partner", fact.key, key) for fact in facts if isinstance(fact, said.PartnerRegistered))
        yield AppendRequest(COMMUNITY, command, command, None, RECORDED, metadata, events, {stream: 0}, claims)


def folded(size: Size) -> Register:
    """The register those facts make, without a database."""
    register, index, nobody = Register(), 0, Metadata(Actor(service="partnerships"))
    for category, key, facts in streams(size):
        for version, fact in enumerate(facts, 1):
            index += 1
            known_as, stream = UUID(int=index), stream_id(category, key)
            around = (known_as, fact.fact_tag(), "partnerships", COMMUNITY, stream, version, index, RECORDED, RECORDED)
            told: Any = Recorded(*around, known_as, 1, known_as, None, nobody, fact)
            register.apply(told)
    return register
