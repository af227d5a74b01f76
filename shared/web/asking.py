"""The guard every route passes: query known, key valid, scope there, and what is waited for has arrived."""

import asyncio
import re
import time
from collections.abc import Awaitable, Callable
from typing import Any

from litestar.connection import ASGIConnection, Request
from litestar.handlers import BaseRouteHandler
from litestar.params import QueryParameter

from shared.authority import Register
from shared.authority.keys import Key
from shared.authority.mandates import no_mandate
from shared.eventstore.attempts import Attempts, AuditorRead
from shared.eventstore.following import Following
from shared.eventstore.hint import Hint
from shared.eventstore.key_uses import KeyUses, UsedKey
from shared.kernel import Clock, Refused
from shared.observability import tracing
from shared.security.asker import (
    Asker,
    KeyNeeded,
    authenticate,
    authenticate_session,
    is_unknown,
    is_well_formed,
    matching,
    require_scope,
)
from shared.security.notes import Vault
from shared.security.sessions import Sessions
from shared.web.attempts import attempt_of
from shared.web.csrf import SAFE, check_form, check_site
from shared.web.faults import AuthorityStale, NotThereYet, Overloaded, QueryNotRight
from shared.web.forms import form_of, is_form, local
from shared.web.forms import stated as stated_in_form
from shared.web.judging import FreshFor, Judged
from shared.web.page_answers import BACK, COMMUNITY
from shared.web.problems import NOTICE, Problem
from shared.web.requests import BY_SESSION, check_path, check_query, parse_index, parse_time, plain_header

Reached = Callable[[str], Awaitable[int | None]]
"""How far this service has got in a log: heard and projected; None for a log it does not follow."""
Reaction = Callable[[str], Awaitable[tuple[str, int] | None]]
"""Where this service's own log stands, if it reacts to that log; else None."""

LONGEST_PATH = 500

RESTED, UNHINTED = 0.02, 0.05
"""Seconds whoever waits rests at most between two looks when hints come, and when none does."""


class Gate:
    """Built once per app; its `guard` authenticates, its `asker` is what handlers get."""

    def __init__(
        self,
        register: Following[Register],
        reached: Reached,
        reaction: Reaction,
        vault: Vault,
        clock: Clock,
        moved: Hint,
        uses: KeyUses,
        fresh_for: FreshFor,
        attempts: Attempts,
        sessions: Sessions | None = None,
    ) -> None:
        """`moved` is rung when tables have taken something in; `fresh_for` says how long the register may be used;

        `attempts` keeps refused writes and auditors' reads; `sessions` opens what browsers bring in a key's stead.
        """
        self._sessions = sessions
        self._uses = uses
        self._attempts = attempts
        self._register = register
        self._reached = reached
        self._reaction = reaction
        self._vault = vault
        self._clock = clock
        self._moved = moved
        self._fresh_for = fresh_for

    async def guard(self, connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
        """Runs before every handler. Routes state `scope="…"`; only those that state `public=True` need no key."""
        request: Request[Any, Any, Any] = Request(connection.scope, connection.receive)
        check_path(request)
        check_site(request)
        is_page = bool(handler.opt.get("page"))
        if handler.opt.get("public"):
            if is_page and self._sessions is not None and request.method not in SAFE:
                await check_form(request, self._sessions, signed_in=False)
            return
        by_session = await self._session_of(request)
        check_query(request, _query_keys(handler) | ({"after"} if is_page else set()))
        authorization = request.headers.get("authorization")
        wait_for = plain_header(request, "wait-for") or (request.query_params.get("after") if is_page else None)
        register = await self._register.current()
        try:
            key = self._authenticate(connection, register, authorization, by_session)
        except Refused as refused:
            if not refused.names(KeyNeeded) or not is_well_formed(authorization):
                raise
            if wait_for is None:
                if is_unknown(register, authorization) and self._fresh_for(register.index) <= 0:
                    raise Refused(AuthorityStale()) from None  # it may be known elsewhere for long
                raise
            try:  # a key issued a moment ago may be among what is waited for
                await self._wait(wait_for)
            except Refused as waited:
                if waited.names(NotThereYet):
                    raise  # nobody can say yet: to call the key unknown would send its holder away
            key = self._authenticate(connection, await self._register.current(), authorization, by_session)
        connection.scope["consortia_key"] = key  # type: ignore[typeddict-unknown-key]  # ours, read by `asker` below
        connection.scope[NOTICE] = self._notice  # type: ignore[literal-required]  # read where refusals are answered
        if (scope := handler.opt.get("scope")) is not None:  # the framework answers OPTIONS by itself, without one
            require_scope(key, str(scope))
        if wait_for is not None:
            await self._wait_patiently(wait_for, request, is_page=is_page)
        await self._check_mandate(key, handler)
        self._uses.note(UsedKey(key.id, key.community, key.person), self._clock())
        self._keep_read(key, request)

    async def _session_of(self, request: Request[Any, Any, Any]) -> str | None:
        """The key a browser's session was opened with, where no key itself is presented.

        A session writes by our own forms alone, whose answer leads back to the page they were on; so does that to
        whoever sends one after the session's end, when a browser has let go of the cookie as well.
        """
        if self._sessions is None or "authorization" in request.headers:
            return None
        sealed = request.cookies.get(self._sessions.cookie)
        if sealed is None and not await _is_of_a_page(request):
            return None
        key = None if sealed is None else self._sessions.key_of(sealed)
        request.scope[BY_SESSION] = True  # type: ignore[literal-required]  # read where bodies are
        if request.method not in SAFE and (key is not None or is_form(request)):
            if key is not None:
                await check_form(request, self._sessions, signed_in=True)
            back = (await form_of(request)).get("_back")
            request.scope[BACK] = local(back)  # type: ignore[literal-required]  # read where it is answered
        return key

    def _authenticate(
        self,
        connection: ASGIConnection[Any, Any, Any, Any],
        register: Register,
        authorization: str | None,
        by_session: str | None,
    ) -> Key:
        """The key presented, valid now. Whose key has ended is known all the same: what they try is noticed."""
        try:
            if by_session is not None:
                return authenticate_session(register, by_session, self._clock())
            return authenticate(register, authorization, self._clock())
        except Refused:
            ended = matching(register, authorization) if by_session is None else register.keys.get(by_session)
            if ended is not None:
                connection.scope["consortia_ended_key"] = ended  # type: ignore[typeddict-unknown-key]  # opens nothing
                connection.scope[NOTICE] = self._notice  # type: ignore[literal-required]  # as above
            raise

    async def _check_mandate(self, key: Key, handler: BaseRouteHandler) -> None:
        """An auditor's key reads under a dated mandate; outside its dates, only what states `unmandated=True`."""
        if key.role != "auditor" or handler.opt.get("unmandated"):
            return
        register = await self._register.current()
        own = register.community(key.community).mandates.get(key.person, {}).values()
        if (reason := no_mandate(key, own, register.keys.values(), self._clock())) is not None:
            raise Refused(reason)

    def _keep_read(self, key: Key, request: Request[Any, Any, Any]) -> None:
        """What auditors read is kept; while that is out of reach they read nothing."""
        if key.role != "auditor":
            return
        path, query = request.url.path[:LONGEST_PATH], request.url.query
        request_id = request.scope.get("consortia_request_id")
        read = AuditorRead(self._clock(), key.community, key.person, key.id, path, query, request_id)  # type: ignore[arg-type]
        if not self._attempts.read(read):
            raise Refused(Overloaded())

    def _notice(self, request: Request[Any, Any, Any], problem: Problem) -> None:
        if (attempt := attempt_of(request, problem, self._clock())) is not None:
            self._attempts.refused(attempt)

    async def asker(self, request: Request[Any, Any, Any]) -> Asker:
        """Who asks, as the commands and queries want to know it."""
        key = request.scope["consortia_key"]  # type: ignore[typeddict-item]
        stated = plain_header(request, "occurred-at")
        acting_as = plain_header(request, "acting-as") or stated_in_form(request, "acting-as")
        asked = (request.method, request.url.path, acting_as or "", stated or "")
        body = "\n".join(asked).encode() + b"\n"
        if writes := request.method not in ("GET", "HEAD"):
            body += await request.body()
        read = time.monotonic()
        register = await self._register.current()  # once all that was asked has come: a body may take its time
        request.scope[COMMUNITY] = register.community(key.community)  # type: ignore[literal-required]  # for refusals
        picture = None
        if writes and not request.route_handler.opt.get("mends"):
            picture = Judged(self._register, register, self._fresh_for, key, self._clock)
            picture.judge(read)
        return Asker(
            key=key,
            community=register.community(key.community),
            heard=register.index,
            acting_as=acting_as,
            occurred_at=parse_time("The header Occurred-At", stated) if stated else None,
            idempotency_key=plain_header(request, "idempotency-key") or stated_in_form(request, "idempotency-key"),
            body_digest=self._vault.keyed_digest(body),
            request_id=request.scope.get("consortia_request_id"),  # type: ignore[arg-type]
            traceparent=tracing.traceparent(),
            picture=picture,
        )

    async def _wait_patiently(self, wait_for: str, request: Request[Any, Any, Any], *, is_page: bool) -> None:
        """As `_wait`; a page that waited in vain is shown all the same, and says so."""
        try:
            await self._wait(wait_for)
        except Refused as refused:
            if not is_page or not refused.names(NotThereYet):
                raise
            request.scope["consortia_late"] = True  # type: ignore[typeddict-unknown-key]  # read by the page

    async def _wait(self, text: str) -> None:
        """`Wait-For: credentials@1234`, or several with commas: until this service has taken that in, 5 s at most.

        What it wrote itself in reaction to it is waited for as well, so that lists show it too.
        """
        deadline = asyncio.get_running_loop().time() + 5
        for part in text.split(","):
            log, index = parse_index("The header Wait-For", part.strip())
            await self._until(log, index, deadline)
            if (reaction := await self._reaction(log)) is not None:
                await self._until(*reaction, deadline)

    async def _until(self, log: str, index: int, deadline: float) -> None:
        left = deadline - asyncio.get_running_loop().time()
        reached = await until(lambda: self._reached(log), index, self._moved, left)
        if reached is None:
            raise Refused(QueryNotRight(f"This service does not follow the log {log}."))
        if reached < index:
            raise Refused(NotThereYet(f"{log}@{index}", reached))


async def until(reached: Callable[[], Awaitable[int | None]], index: int, moved: Hint, seconds: float) -> int | None:
    """Where it stands once it has reached that index, or after `seconds`; None, at once, where nobody can say.

    It looks when `moved` rings, but less and less often, so that many who wait do not ask the database all the time.
    """
    loop = asyncio.get_running_loop()
    deadline, rest = loop.time() + seconds, 0.001
    while True:
        seen = moved.rings
        found = await reached()
        if found is None or found >= index or loop.time() >= deadline:
            return found
        await asyncio.sleep(rest)
        await moved.wait(max(0.0, min(UNHINTED - rest, deadline - loop.time())), seen)
        rest = min(rest * 1.5, RESTED)


def _query_keys(handler: BaseRouteHandler) -> set[str]:
    """The query keys a handler takes: its parameters, less those of the path, the body and what is handed to it."""
    in_path = {name.partition(":")[0] for path in handler.paths for name in re.findall(r"{([^}]+)}", path)}
    parameters = handler.parsed_fn_signature.parameters
    named = set(parameters) - in_path - set(handler.resolve_dependencies()) - _NOT_QUERY
    return {_stated_name(parameters[name].kwarg_definition) or name for name in named}


def _stated_name(definition: Any) -> str | None:
    """The key under which a parameter is asked for, where it is another than its own."""
    return definition.name if isinstance(definition, QueryParameter) else None


_NOT_QUERY = {"data", "request", "body", "headers", "cookies", "state", "scope", "query"}


async def _is_of_a_page(request: Request[Any, Any, Any]) -> bool:
    """Whether it is a form of one of our pages, to which its answer leads back."""
    if request.method in SAFE or not is_form(request):
        return False
    try:
        return "_back" in await form_of(request)
    except Refused:
        return False
