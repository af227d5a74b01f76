"""What the tests of relays have said, and how they wait for it to arrive."""

from shared.eventstore.memory import MemoryStore
from shared.kernel import new_id
from shared.messaging.cloudevents import index_of
from tests.shared.eventstore.deciding import commands, register
from tests.shared.messaging.conftest import Broker
from tests.support.patience import eventually


async def say(said: MemoryStore, facts: int) -> None:
    """Record that many facts, two a command."""
    for _ in range(facts // 2):
        await register(commands(said), [new_id(), new_id()])


async def say_at_once(said: MemoryStore, facts: int) -> None:
    """Record that many facts with one command."""
    await register(commands(said), [new_id() for _ in range(facts)])


def restored(said: MemoryStore, until: int) -> MemoryStore:
    """The same log as in a backup made when it ended at `until`."""
    older = MemoryStore()
    older._identity, older._events, older._last = said._identity, said._events[:until], said._last
    return older


async def holds(broker: Broker, facts: int) -> None:
    """Return once the stream holds that many messages."""

    async def all_there() -> bool:
        return await broker.count() == facts

    await eventually(all_there)


async def indexes(broker: Broker) -> list[int]:
    """The indexes of the facts in the stream, in its order."""
    return [index_of(message.data or b"") for message in await broker.messages()]


def whole(facts: int) -> list[int]:
    """The indexes of a log with so many facts."""
    return list(range(1, facts + 1))
