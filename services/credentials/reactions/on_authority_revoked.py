"""On a revocation that had taken effect before a sign-off that rested on it: the sign-off is void.

Two reactions, for the two orders in which the facts may come. What is heard of `partnerships` and what is written here
lie in one database: a sign-off that is not there yet when a revocation is acted on is looked at once it is there, and
then the revocation is in what was heard. So none is missed, and what both of them find is void once.
"""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any
from uuid import UUID

import asyncpg

from services.credentials.domain import voiding
from services.credentials.domain.microcredential import MICROCREDENTIAL
from services.credentials.domain.states import NotOpened
from services.credentials.projections.sign_offs import resting_on
from shared.authority import REVOCATIONS, Register, Revocation, Revoked, revoked, revoked_key
from shared.authority.due import Almanacs
from shared.authority.scopes import at_hand
from shared.contracts.credentials import SignOffRecorded
from shared.contracts.values import Scope
from shared.eventstore.following import Following
from shared.eventstore.mapper import readable
from shared.eventstore.vocabulary import Log, OperationalError
from shared.eventstore.work import Work
from shared.kernel import Recorded, Refused

Level = Callable[[], Awaitable[None]]
"""Returns once this service's tables hold everything its own log holds by now."""


class VoidSignOffsOnAuthorityRevoked:
    """A revocation was heard: of the sign-offs that are there, those given after it took effect are void."""

    name = "void-sign-offs-on-authority-revoked"
    log = "partnerships"
    to = REVOCATIONS

    def __init__(self, register: Following[Register], own: Log, pool: asyncpg.Pool, level: Level) -> None:
        self._register = register
        self._own = own
        self._pool = pool
        self._level = level

    async def decide(self, work: Work, heard: Recorded[Revocation]) -> None:
        register = await self._register.current()
        try:
            await self._level()
        except Refused as behind:
            raise OperationalError(str(behind)) from behind  # no fault of this fact: to be tried again
        found: dict[UUID, list[Recorded[Any]]] = {}
        for index in await resting_on(self._pool, heard, register.community(heard.community)):
            (recorded,) = await self._own.after(index - 1, 1)
            fact = readable(recorded).fact
            if isinstance(fact, SignOffRecorded) and why_void(register, recorded, None):
                found.setdefault(fact.microcredential, []).append(recorded)
        for microcredential, given in found.items():
            await void(work, microcredential, given, register)


class VoidSignOffOnAuthorityRevokedBefore:
    """A sign-off was recorded, judged on less than is heard by now: a revocation among the rest may make it void."""

    name = "void-sign-off-on-authority-revoked-before"
    log = "credentials"
    to = SignOffRecorded

    def __init__(self, register: Following[Register]) -> None:
        self._register = register

    async def chosen(self, page: Sequence[Recorded[SignOffRecorded]]) -> Sequence[Recorded[SignOffRecorded]]:
        """Nearly never any. Where the register cannot be read, none is passed over."""
        register = await self._register.current()
        return [
            one
            for one in page
            if register.last_revocation.get(one.community, 0) > one.fact.evidence.log_index
            and (one.community in register.unreadable or why_void(register, one, None))
        ]

    async def decide(self, work: Work, heard: Recorded[SignOffRecorded]) -> None:
        register = await self._register.current()
        await void(work, heard.fact.microcredential, [heard], register)


def why_void(register: Register, given: Recorded[Any], about: tuple[Scope, ...] | None) -> Revoked | None:
    """What took away, before it was given, what that sign-off rested on: its authority, or the keys it came with.

    Authority is judged as of the moment it was judged then, the keys as of when the sign-off was recorded. Where what
    was at hand, `about`, is not known, it is what may have taken it away.
    """
    fact: SignOffRecorded = given.fact
    key = register.keys.get(given.metadata.actor.key or "")
    at = voiding.judged_at(fact, given.occurred_at)
    community = register.community(given.community)
    signed_with = community.signing_keys.get(fact.signature.signing_key) if fact.signature else None
    return (
        revoked(community, fact.by, fact.evidence, at, about)
        or revoked_key(key, given.recorded_at)
        or revoked_key(signed_with, given.recorded_at)
    )


async def void(work: Work, microcredential: UUID, given: Sequence[Recorded[Any]], register: Register) -> None:
    """Of those sign-offs on the microcredential, void the ones that were given without authority."""
    state = await work.current(MICROCREDENTIAL, microcredential)
    about = at_hand(microcredential, () if isinstance(state, NotOpened) else state.about)
    revoked = {one.fact.sign_off: why for one in given if (why := why_void(register, one, about))}
    almanacs = Almanacs(register.community(work.context.community), work.at)
    work.record(MICROCREDENTIAL, microcredential, *voiding.void(state, revoked, work.at, almanacs))
