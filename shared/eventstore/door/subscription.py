"""A subscription: a keyset tail that polls, woken at once by what is written through the same factory."""

import threading
from collections import deque
from collections.abc import Callable, Sequence

from eventsourcing.persistence import ApplicationRecorder, Notification, Subscription

from shared.eventstore.door.bridge import Bridge

PAGE = 500
POLL = 0.1
"""Seconds between looks when nothing new was found."""


class LogSubscription(Subscription[ApplicationRecorder]):
    """Yields what is there and waits for more until it is stopped; it has no thread of its own to leave behind.

    The log's head is read before each page: everything up to it is committed, so nothing is missed, and what the topics
    leave out is not looked through twice.
    """

    def __init__(
        self,
        recorder: ApplicationRecorder,
        head: Callable[[], int],
        bridge: Bridge,
        gt: int | None = None,
        topics: Sequence[str] = (),
    ) -> None:
        super().__init__(recorder, gt, topics)
        self._head = head
        self._page: deque[Notification] = deque()
        self._looked_through = gt or 0
        self._woken = threading.Event()
        bridge.listen(self._woken)

    def stop(self) -> None:
        super().stop()
        self._woken.set()

    def __next__(self) -> Notification:
        while True:
            self._woken.clear()
            if self._has_been_stopped:
                raise StopIteration
            if not self._page:
                self._page.extend(self._pull())
            if self._page:
                self._last_notification_id = self._page[0].id
                return self._page.popleft()
            self._woken.wait(POLL)

    def _pull(self) -> Sequence[Notification]:
        head = self._head()
        found = self._recorder.select_notifications(
            self._looked_through, PAGE, stop=head, topics=self._topics, inclusive_of_start=False
        )
        self._looked_through = found[-1].id if len(found) == PAGE else max(head, self._looked_through)
        return found
