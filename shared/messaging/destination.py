"""A relay's stream on the broker: made, adopted, updated, and made anew where it is not whole; another's is left alone.

The fact with index n is message n of the stream, always: the stream is made empty, every publish states the sequence it
must follow, and what is found otherwise is refilled from 1. So a stream that lost its tail is continued with the very
same messages under the very same sequences, and what consumers know of it stays true.
"""

from typing import NamedTuple
from uuid import UUID

import structlog
from nats.js import JetStreamContext
from nats.js.api import StreamConfig, StreamInfo
from nats.js.errors import APIError, NotFoundError

from shared.eventstore.outgoing import Outgoing
from shared.messaging.publishing import OutOfPlace
from shared.messaging.standing import NOTHING, Broken, Found, NotOurs, Own, Told, judge, refusal, told_in, witness
from shared.messaging.streams import OWNER, configuration
from shared.messaging.subjects import stream_name

log = structlog.get_logger(__name__)
NO_ROOM_FOR_REPLICAS = (10005, 10074)
"""Error codes: no suitable peers for placement; replicas > 1 not supported in non-clustered mode."""


class StreamRefused(Exception):
    """The stream is not this log's to write: whose it is, and what to do."""


class TooManyReplicas(Exception):
    """The broker has not as many servers as the stream shall be kept on."""


class Stretch(NamedTuple):
    """Where a stream ends, and whether it holds a message at each sequence up to there."""

    ends: int
    whole: bool


class Destination:
    """The stream of one log."""

    def __init__(
        self, name: str, prefix: str, jetstream: JetStreamContext, replicas: int = 1, *, together: bool = True
    ) -> None:
        """`together`: the broker knows atomic batches."""
        self.stream = stream_name(prefix, name)
        self._name = name
        self._prefix = prefix
        self._jetstream = jetstream
        self._replicas = replicas
        self._together = together
        self._judged: StreamInfo | None = None

    @property
    def takes_batches(self) -> bool:
        """Whether facts may go together, all or none."""
        return self._together and self._judged is not None and bool(self._judged.config.allow_atomic)

    async def stand(self, outgoing: Outgoing) -> Told:
        """The stream's last fact, `NOTHING` in an empty one, once it is whole. `StreamRefused`: not to be touched."""
        identity = await outgoing.identity()
        info = await self._info() or await self._made(identity)
        found = await self._found(info)
        told = witness(found)
        at_told = await outgoing.page(told.index - 1, 1) if told else []
        own = Own(identity, await outgoing.last_index(), at_told[0].id if at_told else None)
        judged = judge(found, own)
        if isinstance(judged, NotOurs):
            raise StreamRefused(refusal(judged.fault, self._name, self._prefix, found, own))
        if isinstance(judged, Broken):
            self._judged = await self._made_anew(info, identity, judged.why)
            return NOTHING
        self._judged = await self._settled(info, identity)
        return judged.last

    async def still_stands(self, acknowledged: int, sent: int) -> bool:
        """Whether it is still that stream, whole, and holds what was acknowledged. `OutOfPlace` where it holds more
        than was sent: another relay is ahead."""
        info = await self._info()
        if info is None or self._judged is None or info.created != self._judged.created:
            return False
        state = info.state
        if state.last_seq > sent:
            raise OutOfPlace(f"it ends at {state.last_seq}, not {sent}")
        return state.last_seq >= acknowledged and state.messages == state.last_seq

    async def stretch(self) -> Stretch | None:
        """What the stream reaches; None where there is none."""
        info = await self._info()
        return Stretch(info.state.last_seq, info.state.messages == info.state.last_seq) if info else None

    async def make_anew(self, outgoing: Outgoing, why: str) -> None:
        """Make the stream anew, for a reason no look at it can tell, once a look says that it is this log's."""
        await self.stand(outgoing)
        if (info := await self._info()) is not None:
            self._judged = await self._made_anew(info, await outgoing.identity(), why)

    async def _info(self) -> StreamInfo | None:
        try:
            return await self._jetstream.stream_info(self.stream)
        except NotFoundError:
            return None

    async def _found(self, info: StreamInfo) -> Found:
        state = info.state
        last = await self._told_at(state.last_seq) if state.messages else None
        first = await self._told_at(state.first_seq) if state.messages and last is None else None
        owner = (info.config.metadata or {}).get(OWNER)
        return Found(owner, state.messages, state.first_seq, state.last_seq, last, first)

    async def _told_at(self, sequence: int) -> Told | None:
        try:
            return told_in(self._name, (await self._jetstream.get_msg(self.stream, sequence)).data)
        except NotFoundError:
            return None

    async def _made(self, identity: UUID) -> StreamInfo:
        try:
            return await self._jetstream.add_stream(self._wanted(identity))
        except APIError as error:
            if error.err_code in NO_ROOM_FOR_REPLICAS:
                raise TooManyReplicas(
                    f"{self.stream} shall be kept on {self._replicas} servers; the broker says: {error.description}."
                    f" Start more, or set CONSORTIA_NATS_REPLICAS to as many as there are (1, 3 or 5)."
                ) from None
            raise

    async def _made_anew(self, judged: StreamInfo, identity: UUID, why: str) -> StreamInfo:
        """Deleted and made: emptied, it would take a refill for repeats. Only the one that was judged is deleted.

        `OutOfPlace` where what was made holds something: another relay's, which was faster, or the broker's leavings.
        """
        now = await self._info()
        if now is not None and _marks(now) != _marks(judged):
            raise OutOfPlace("it has changed since")
        log.warning("stream-made-anew", stream=self.stream, because=why, held=judged.state.messages)
        if now is not None:
            await self._jetstream.delete_stream(self.stream)
        made = await self._made(identity)
        if made.state.last_seq:
            raise OutOfPlace(f"made anew, it ends at {made.state.last_seq} already")
        return made

    async def _settled(self, info: StreamInfo, identity: UUID) -> StreamInfo:
        """The same stream with our name on it, and set as this build sets it."""
        wanted = self._wanted(identity)
        merged = info.config.evolve(
            num_replicas=wanted.num_replicas, duplicate_window=wanted.duplicate_window, discard=wanted.discard,
            allow_atomic=wanted.allow_atomic or info.config.allow_atomic, max_age=0, max_msgs=-1, max_bytes=-1,
            metadata={**(info.config.metadata or {}), **(wanted.metadata or {})},
        )  # fmt: skip
        if merged == info.config:
            return info
        try:
            updated = await self._jetstream.update_stream(merged)
        except APIError as error:
            if error.err_code not in NO_ROOM_FOR_REPLICAS:
                raise
            log.error(
                "replicas-not-changed", stream=self.stream, now=info.config.num_replicas, wanted=self._replicas,
                because=error.description, do="start more servers, or change CONSORTIA_NATS_REPLICAS",
            )  # fmt: skip
            updated = await self._jetstream.update_stream(merged.evolve(num_replicas=info.config.num_replicas))
        log.info("stream-updated", stream=self.stream, replicas=updated.config.num_replicas)
        return updated

    def _wanted(self, identity: UUID) -> StreamConfig:
        return configuration(self._name, self._prefix, identity, self._replicas, together=self._together)


def _marks(info: StreamInfo) -> tuple[object, ...]:
    """What tells a stream from another of the same name, and from itself at another time."""
    return info.created, info.state.messages, info.state.first_seq, info.state.last_seq
