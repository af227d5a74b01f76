"""The relay: store → NATS. Its checkpoint lives at the destination: the last message of the stream says where to go on.

Every publish states the sequence it must follow, so of two racing relays the loser is fenced and reads again; an empty
stream is refilled from 1. Consumers drop what they already heard.
"""

from nats.js import JetStreamContext
from nats.js.api import RetentionPolicy, StorageType, StreamConfig
from nats.js.errors import NotFoundError

from shared.eventstore.hint import Hint
from shared.eventstore.vocabulary import EventStore, IntegrityError
from shared.messaging.cloudevents import encode, headers, index_of
from shared.messaging.subjects import stream_name, stream_subjects, subject
from shared.observability import Steady

PAGE = 200


class Relay:
    """Publishes one service's log, in index order, from wherever the stream stands."""

    def __init__(
        self, name: str, prefix: str, store: EventStore, jetstream: JetStreamContext, replicas: int = 1
    ) -> None:
        self._name = name
        self._prefix = prefix
        self._stream = stream_name(prefix, name)
        self._store = store
        self._jetstream = jetstream
        self._replicas = replicas
        self.steady = Steady(f"relay of {name}")

    async def follow(self, hint: Hint, poll: float = 0.1) -> None:
        """Relay for ever. After a fault or a lost race the stream is asked anew where it stands."""
        await self.steady.keep(lambda: self._relay_from_where_it_stands(hint, poll))

    async def _relay_from_where_it_stands(self, hint: Hint, poll: float) -> None:
        sequence, index = await self._stands_at()
        while True:
            seen = hint.rings
            for notification in await self._store.page(index, PAGE):
                acknowledged = await self._jetstream.publish(
                    subject(self._prefix, notification.community, notification.originator_id, notification.topic),
                    encode(self._name, notification),
                    stream=self._stream,
                    headers=headers(notification) | {"Nats-Expected-Last-Sequence": str(sequence)},
                )
                sequence, index = acknowledged.seq, notification.index
            self.steady.well()
            if (last := await self._store.last_index()) < index:
                raise IntegrityError(f"the stream of {self._name} holds index {index}, but its log ends at {last}")
            if last == index:
                await hint.wait(poll, seen)
                if not await self._still_stands_at(sequence, index):
                    return

    async def _stands_at(self) -> tuple[int, int]:
        """The stream's last sequence, and the index of the fact in it; makes the stream where there is none."""
        try:
            state = (await self._jetstream.stream_info(self._stream)).state
        except NotFoundError:
            await self._jetstream.add_stream(
                StreamConfig(
                    name=self._stream,
                    subjects=[stream_subjects(self._prefix, self._name)],
                    retention=RetentionPolicy.LIMITS,
                    storage=StorageType.FILE,
                    num_replicas=self._replicas,
                )
            )
            return 0, 0
        index = await self._index_at(state.last_seq) if state.messages else 0
        if state.messages < index or (state.messages == 0 and state.last_seq > 0):
            # part of it is gone; it still remembers the message ids, and would take a refill for repeats
            await self._jetstream.delete_stream(self._stream)
            return await self._stands_at()
        return state.last_seq, index

    async def _index_at(self, sequence: int) -> int:
        last = await self._jetstream.get_msg(self._stream, sequence)
        return index_of(last.data or b"")

    async def _still_stands_at(self, sequence: int, index: int) -> bool:
        try:
            state = (await self._jetstream.stream_info(self._stream)).state
        except NotFoundError:
            return False
        return state.last_seq == sequence and state.messages >= index
