"""Messages of one log as they arrive, whatever their order: what can be kept now, what comes too early, what again."""

from itertools import count, takewhile
from time import monotonic
from typing import Any

MOST = 20_000
"""Messages that came too early and are held until what is missing has come."""
MOST_BYTES = 64 * 1024 * 1024


class Arriving:
    """What is in hand and not acknowledged yet. `last` is the last index kept; nothing behind a hole is."""

    def __init__(self, last: int, most: int = MOST, most_bytes: int = MOST_BYTES) -> None:
        self._last = last
        self._most = most
        self._most_bytes = most_bytes
        self._bytes = 0
        self._held: dict[int, list[Any]] = {}
        self._repeats: list[Any] = []
        self._moved_at = monotonic()

    @property
    def missing(self) -> int:
        """The index that must come next."""
        return self._last + 1

    @property
    def nearest(self) -> int | None:
        """The lowest index in hand; None where nothing is."""
        return min(self._held, default=None)

    def handles(self) -> list[Any]:
        """Every message in hand."""
        return [message for messages in self._held.values() for message in messages]

    def add(self, index: int, message: Any) -> None:
        """One has arrived."""
        if index <= self._last:
            self._repeats.append(message)
            return
        if not self._held:
            self._moved_at = monotonic()
        self._held.setdefault(index, []).append(message)
        self._bytes += len(message.data)

    def run(self, most: int) -> list[Any]:
        """One message for each index that can be kept now, in order, `most` at most."""
        indexes = takewhile(self._held.__contains__, count(self.missing))
        return [self._held[index][0] for index, _ in zip(indexes, range(most), strict=False)]

    def heard(self, last: int) -> list[Any]:
        """Everything up to there is kept: the messages to acknowledge. Others of the same indexes are repeats now."""
        in_hand = [self._let_go(index) for index in range(self.missing, last + 1)]
        kept = [message for messages in in_hand for message in messages[:1]]
        self._repeats += [message for messages in in_hand for message in messages[1:]]
        self._last, self._moved_at = max(last, self._last), monotonic()
        return kept

    def repeats(self) -> list[Any]:
        """Of indexes that were kept before: to compare with what was, then to acknowledge; told once."""
        repeats, self._repeats = self._repeats, []
        return repeats

    def too_many(self) -> list[Any]:
        """What lies furthest ahead, where more is in hand than may be: to be delivered again later; told once."""
        handed_back: list[Any] = []
        while len(self._held) > self._most or self._bytes > self._most_bytes:
            handed_back += self._let_go(max(self._held))
        return handed_back

    def hole_lasts(self, seconds: float) -> bool:
        """Whether something is in hand, and nothing of it could be kept for that long."""
        return bool(self._held) and monotonic() - self._moved_at >= seconds

    def _let_go(self, index: int) -> list[Any]:
        messages = self._held.pop(index, [])
        self._bytes -= sum(len(message.data) for message in messages)
        return messages
