"""How a log's stream is kept on the broker."""

from uuid import UUID

from nats.js.api import DiscardPolicy, RetentionPolicy, StorageType, StreamConfig

from shared.messaging.subjects import stream_name, stream_subjects

OWNER = "consortia-log"
"""The key in a stream's metadata that holds the identity of its log."""
REPEATS_KNOWN_FOR = 10.0
"""Seconds the broker remembers ids: longer than a publish stays under way. Their places keep facts from doubling."""


def configuration(log: str, prefix: str, identity: UUID, replicas: int, *, together: bool = True) -> StreamConfig:
    """On disk, with no limit of size or age, and nothing let go of where the server has a limit of its own: a stream
    that is full refuses, and the relay says so, where dropping the oldest would have it refilled for ever.

    `persist_mode` stays at its default, for `async` acknowledges what is not on the disk. Messages are got from the
    leader (no `allow_direct`): a follower may not have the last one yet. Deleting and purging are not denied here: that
    would not keep the whole stream from being deleted. Users are not permitted to, and the relay mends what is gone.
    `together` allows atomic batches, which servers before 2.12 do not know.
    """
    return StreamConfig(
        name=stream_name(prefix, log),
        subjects=[stream_subjects(prefix, log)],
        retention=RetentionPolicy.LIMITS,
        storage=StorageType.FILE,
        discard=DiscardPolicy.NEW,
        duplicate_window=REPEATS_KNOWN_FOR,
        num_replicas=replicas,
        allow_atomic=True if together else None,
        metadata={OWNER: str(identity)},
    )
