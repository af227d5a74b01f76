"""API keys: issued, rotated, ended; at most two live of one person and role, however many ask at once."""

import re
from collections.abc import Awaitable, Callable
from uuid import UUID

from services.partnerships.commands.persons import person_known
from services.partnerships.domain import allowance, rotation
from services.partnerships.domain import community as keys
from services.partnerships.domain.community import KEY, IssueKey, RevokeKey
from services.partnerships.domain.rotation import EndKey, RotateKey
from shared.authority import Register
from shared.authority.keys import Key
from shared.contracts.partnerships import KeyIssued, Role
from shared.eventstore.commands import Commands, Result
from shared.eventstore.following import Following
from shared.eventstore.refusals import Busy, KeyTaken, NotFound
from shared.eventstore.work import Work
from shared.kernel import Context, Refused
from shared.security.asker import Asker
from shared.security.keys import NewKey, new_key
from shared.security.scopes import ROLE_SCOPES

PLACE = "api-key"
"""The kind of claim by which each key of a person and role has a number of its own: of two at once one comes again."""
TRIES = 5
Registered = Following[Register]


async def issue_key(
    commands: Commands, asker: Asker, register: Registered, intent: IssueKey
) -> tuple[str, Result, NewKey]:
    """A key for a registered person; its text is handed over in this answer only."""
    key = new_key()

    async def attempt(work: Work) -> None:
        await person_known(work, intent.person)
        held = await _held(work, register, intent.person, intent.role)
        work.record(KEY, key_stream(key.id), *keys.issue(key.id, key.secret_hash, intent, held, commands.clock()))

    result = await _one_after_another(commands, asker.context(commands.clock()), attempt)
    return _issued(result), result, key


async def reissue_coordinator_key(
    commands: Commands, asker: Asker, register: Registered, community: str
) -> tuple[str, Result, NewKey]:
    """Another key for a community's first coordinator: the way back in when the first one's answer was lost.

    Of those there are, the newest stays, so that there are two.
    """
    known = (await register.current()).community(community)
    if (person := known.coordinator) is None:
        raise Refused(NotFound("community", community))
    key, intent = new_key(), IssueKey(person, "coordinator", (*ROLE_SCOPES["coordinator"], "backdate"))

    async def attempt(work: Work) -> None:
        now = commands.clock()
        held = await _held(work, register, person, intent.role)
        live = allowance.live(held, person, intent.role, now)
        for former in live[: 1 - allowance.MOST_LIVE]:
            state = await work.load(KEY, key_stream(former.id))
            work.record(KEY, key_stream(former.id), *keys.revoke(state, RevokeKey(), work.at))
        stay = live[1 - allowance.MOST_LIVE :]
        work.record(KEY, key_stream(key.id), *keys.issue(key.id, key.secret_hash, intent, stay, now))

    result = await _one_after_another(commands, asker.context(commands.clock(), community=known.key), attempt)
    return _issued(result), result, key


async def rotate_key(
    commands: Commands, asker: Asker, register: Registered, intent: RotateKey
) -> tuple[str, Result, NewKey]:
    """Another key like the one that asks; its text is handed over in this answer only."""
    key, own = new_key(), asker.key

    async def attempt(work: Work) -> None:
        state = await work.load(KEY, key_stream(own.id))
        held = await _held(work, register, own.person, own.role)
        issued, *ended = rotation.rotate(state, own, held, key, intent, commands.clock())
        work.record(KEY, key_stream(key.id), issued)
        work.record(KEY, key_stream(own.id), *ended)

    result = await _one_after_another(commands, asker.context(commands.clock()), attempt)
    return _issued(result), result, key


async def end_key(commands: Commands, asker: Asker, register: Registered, key: str, intent: EndKey) -> Result:
    """A key of the asker's own opens nothing any more."""

    async def attempt(work: Work) -> None:
        state = await work.current(KEY, key_stream(key))
        known = (await register.current()).keys.get(key)
        work.record(KEY, key_stream(key), *rotation.end_own(state, known, asker.key.person, intent, commands.clock()))

    return await commands.execute(asker.context(commands.clock()), attempt)


async def revoke_key(commands: Commands, asker: Asker, key: str, intent: RevokeKey) -> Result:
    """The key opens nothing any more."""

    async def attempt(work: Work) -> None:
        state = await work.current(KEY, key_stream(key))
        if isinstance(state, keys.NotIssued):
            raise Refused(NotFound("key", key))
        work.record(KEY, key_stream(key), *keys.revoke(state, intent, work.at))

    return await commands.execute(asker.context(commands.clock()), attempt)


def key_stream(key: str) -> UUID:
    """A key's stream is named by its id, 16 hexadecimal digits, read as a UUID."""
    if re.fullmatch(r"[0-9a-f]{16}", key) is None:
        raise Refused(keys.NoSuchKey())
    return UUID(int=int(key, 16))


async def _held(work: Work, register: Registered, person: UUID, role: Role) -> tuple[Key, ...]:
    """That person's keys of that role, oldest first; the place after the last of them is taken in this append."""
    known = (await register.current()).keys.values()
    held = tuple(key for key in known if (key.person, key.role) == (person, role))
    work.claim(PLACE, f"{person}/{role}/{len(held) + 1}", person)
    return held


async def _one_after_another(
    commands: Commands, context: Context, attempt: Callable[[Work], Awaitable[None]]
) -> Result:
    """The command's result; decided anew where another key took the place meanwhile."""
    for _ in range(TRIES):
        try:
            return await commands.execute(context, attempt)
        except Refused as refused:
            if not any(isinstance(reason, KeyTaken) and reason.kind == PLACE for reason in refused.reasons):
                raise
    raise Refused(Busy(TRIES))


def _issued(result: Result) -> str:
    return next(recorded.fact.key for recorded in result.recorded if isinstance(recorded.fact, KeyIssued))
