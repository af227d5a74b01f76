"""Communities and the operator's keys."""

from typing import TypeVar
from uuid import UUID

from services.partnerships.commands.keys import key_stream
from services.partnerships.domain import community as keys
from services.partnerships.domain.community import COMMUNITY, KEY, OPERATORS, IssueKey, OpenCommunity, RevokeKey
from services.partnerships.domain.person import PERSON
from shared.authority import Register
from shared.contracts.partnerships import KeyIssued, PersonRegistered
from shared.eventstore.commands import Commands, Result
from shared.eventstore.work import Work
from shared.kernel import Actor, Context, Fact, new_id, stream_key
from shared.security.asker import Asker
from shared.security.keys import NewKey, new_key
from shared.security.scopes import ROLE_SCOPES


async def open_community(commands: Commands, asker: Asker, intent: OpenCommunity) -> tuple[UUID, Result, NewKey]:
    """A community, its first coordinator, and their key."""
    community, person, key = new_id(), new_id(), new_key()

    async def attempt(work: Work) -> None:
        work.claim("community", intent.key, community)
        work.record(COMMUNITY, community, *keys.open_under(intent, person))
        work.record(PERSON, person, PersonRegistered(person))
        first = IssueKey(person, "coordinator", (*ROLE_SCOPES["coordinator"], "backdate"))
        work.record(KEY, key_stream(key.id), *keys.issue(key.id, key.secret_hash, first, (), commands.clock()))

    result = await commands.execute(asker.context(commands.clock(), community=intent.key), attempt)
    return stream_key(result.recorded[0].stream), result, key


async def first_operator_key(commands: Commands) -> NewKey | None:
    """The operator's key, once: None where there is one already."""
    key, person = new_key(), new_id()
    command = UUID(int=1)  # the first command of every installation: a second one finds it done

    async def attempt(work: Work) -> None:
        work.record(PERSON, person, PersonRegistered(person))
        issued = KeyIssued(key.id, person, "operator", ROLE_SCOPES["operator"], key.secret_hash)
        work.record(KEY, key_stream(key.id), issued)

    context = Context(OPERATORS, Actor(service="partnerships"), command, command)
    return None if (await commands.execute(context, attempt)).repeated else key


async def another_operator_key(commands: Commands, register: Register) -> NewKey:
    """A new operator's key, with today's scopes; those before it open nothing from now on."""
    key, person = new_key(), new_id()
    former = [one.id for one in register.keys.values() if one.role == "operator" and one.revoked is None]

    async def attempt(work: Work) -> None:
        work.record(PERSON, person, PersonRegistered(person))
        issued = KeyIssued(key.id, person, "operator", ROLE_SCOPES["operator"], key.secret_hash)
        work.record(KEY, key_stream(key.id), issued)
        for one in former:
            state = await work.current(KEY, key_stream(one))
            work.record(KEY, key_stream(one), *keys.revoke(state, RevokeKey(work.at), work.at))

    command = new_id()
    await commands.execute(Context(OPERATORS, Actor(service="partnerships"), command, command), attempt)
    return key


F = TypeVar("F", bound=Fact)


def _first(result: Result, kind: type[F]) -> F:
    return next(recorded.fact for recorded in result.recorded if isinstance(recorded.fact, kind))
