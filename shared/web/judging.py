"""What a write is judged on: the register as heard by now, for as long as that may be acted upon."""

import time
from collections.abc import Callable

from shared.authority import Register
from shared.authority.keys import Key
from shared.eventstore.following import Following
from shared.kernel import Clock, Refused
from shared.security.asker import KeyNeeded
from shared.web.faults import AuthorityStale

FreshFor = Callable[[int], float]
"""Seconds for which a picture with partnerships' facts to that index may still be acted upon; 0 or less where not."""


class Judged:
    """A `Picture` of the register for one write, asked for with that key: good for nothing until `judge`."""

    def __init__(
        self, following: Following[Register], register: Register, fresh_for: FreshFor, key: Key, clock: Clock
    ) -> None:
        """`register` is the fold in which what was asked for is looked up; it is kept level in place."""
        self._following = following
        self._register = register
        self._fresh_for = fresh_for
        self._key = key
        self._clock = clock
        self._good_until = 0.0

    @property
    def index(self) -> int:
        return self._register.index

    @property
    def good_until(self) -> float:
        return self._good_until

    async def renew(self) -> None:
        read = time.monotonic()
        if await self._following.current() is not self._register:
            raise self.stale()  # another primary may lack what was found in the fold of the former
        self.judge(read)

    def judge(self, read: float) -> None:
        """It was brought level after that second of the monotonic clock; `Refused` as by `renew`."""
        if (seconds := self._fresh_for(self._register.index)) <= 0:
            raise self.stale()
        if not self._key.opens(self._clock()):
            raise Refused(KeyNeeded("the one presented was revoked or has expired"))
        self._good_until = read + seconds

    def stale(self) -> Refused:
        return Refused(AuthorityStale())
