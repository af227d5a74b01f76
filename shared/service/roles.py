"""The roles a service is started in: `python -m services.<name> ROLE`."""

import argparse
import asyncio
import importlib
import os
import signal
import sys
from collections.abc import Awaitable, Callable, Coroutine, Generator
from contextlib import contextmanager, suppress
from functools import cache
from typing import Any

import asyncpg
import nats.errors
import structlog
import uvicorn
import uvloop
from litestar import Litestar

from shared.authority import GRACE
from shared.eventstore.addresses import WrongAddress
from shared.eventstore.aside import WouldTakeBack
from shared.eventstore.projector import Projector
from shared.eventstore.rebuild import NewerTables
from shared.eventstore.wakeup import Listener, Notifier
from shared.kernel import Refused
from shared.messaging.asyncapi import served
from shared.messaging.connection import BrokerEnded
from shared.messaging.freshness import Freshness
from shared.messaging.hearer import Hearer
from shared.messaging.heartbeats import Heartbeats
from shared.messaging.reactions import Reactor
from shared.messaging.relay import Relay
from shared.observability import configure, end
from shared.pages import Pages
from shared.security.sessions import Sessions
from shared.service import dead_letters
from shared.service.bar import Bar
from shared.service.description import Service
from shared.service.migrations import MigrationFailed, migrate
from shared.service.platform import Platform, open_platform
from shared.settings import Settings, SettingsError, load
from shared.web.app import build_app
from shared.web.asking import Gate
from shared.web.attempts import attempt_routes
from shared.web.dead_letters import dead_letter_routes
from shared.web.key_uses import list_key_uses
from shared.web.page import Browsing

log = structlog.get_logger(__name__)

ROLES = {
    "serve": "answer HTTP",
    "relay": "publish this service's facts to NATS",
    "react": "hear what the other services say, and act on it",
    "project": "keep this service's tables level with the logs",
    "rebuild": "fold every table anew beside the live ones, swap them, then exit",
    "migrate": "bring the database to the newest schema, then exit",
    "operator-key": "issue another operator key, print it once and revoke those before it, then exit",
    "all": "migrate, then serve, relay, react and project in one process",
    dead_letters.NAME: "list, show, retry or release what could not be taken in; -h says more",
}

ALONE = {"relay", "react", "project"}
"""Roles of a process that needs no hint from any other."""


def web_app(platform: Platform) -> Litestar:
    """The service's HTTP app on this platform."""
    routes, prefix = platform.service.routes(platform), platform.settings.nats_prefix
    sessions = _sessions(platform.settings)
    browsing = Browsing(Pages(platform.service.name if routes.pages else None), sessions, platform.settings.public_url)
    gate = Gate(
        platform.register, platform.reached, platform.reaction, platform.vault, platform.clock, platform.moved,
        platform.key_uses,
        lambda index: platform.freshness.fresh_for("partnerships", index, GRACE.total_seconds()),
        platform.attempts,
        sessions,
    )  # fmt: skip
    handlers = (*routes.handlers, *dead_letter_routes(), list_key_uses, *attempt_routes())
    parts = {
        "pool": platform.pool,
        "clock": platform.clock,
        "level": platform.level,
        "register": platform.register,
    } | dict(routes.parts)
    parts |= {"letters": platform.letters, "logs": platform.logs, "uses": platform.key_uses}
    parts |= {"attempts": platform.attempts, "register": platform.register}
    return build_app(
        platform.service.name, handlers, parts, gate, platform.ready, platform.noted, platform.lags,
        cache(lambda: served(platform.service.name, platform.service.decides, platform.service.hears, prefix)),
        platform.fresh, browsing, routes.pages,
    )  # fmt: skip


def _sessions(settings: Settings) -> Sessions | None:
    """None where nobody can sign in, for want of a secret."""
    secure = (settings.public_url or "").startswith("https:")
    return Sessions(settings.session_secret, secure=secure) if settings.session_secret else None


def workers(platform: Platform, roles: set[str]) -> list[Coroutine[Any, Any, None]]:
    """The endless tasks of these roles. Where not all of them are in this process, hints go to the others and back."""
    tasks: list[Coroutine[Any, Any, None]] = []

    def keep(
        worker: Relay | Heartbeats | Freshness | Hearer | Reactor | Projector | Notifier | Listener,
        work: Coroutine[Any, Any, None],
    ) -> None:
        platform.at_work.append(worker.steady)
        tasks.append(work)

    if "serve" in roles:
        tasks.append(platform.key_uses.follow())  # nobody waits for it: it does not make a process unready
    if "relay" in roles and platform.service.decides:
        relay = platform.relay()
        keep(relay, relay.follow(platform.appended))
        heartbeats = platform.heartbeats(relay)
        keep(heartbeats, heartbeats.follow())
    if platform.heard:
        keep(platform.freshness, platform.freshness.follow())
    if "react" in roles:
        for hearer in platform.hearers():
            keep(hearer, hearer.follow())
        for reactor in platform.reactors():
            own = reactor.log == platform.service.name
            keep(reactor, reactor.follow(platform.appended if own else platform.arrived))
    if "project" in roles:
        for projector, projection in zip(platform.projectors(), platform.projections, strict=True):
            hint = platform.appended if projection.log == platform.service.name else platform.arrived
            keep(projector, projector.follow(hint))
    if not roles >= ALONE:
        for messenger in platform.messengers():
            keep(messenger, messenger.follow())
    return tasks


async def run(service: Service, settings: Settings, role: str) -> None:
    """Run the role until it is done or the process is told to stop."""
    if role in ("migrate", "all"):
        print(await migrate(service, settings), end="")
        if service.after_migrate is not None:
            async with open_platform(service, settings) as platform:
                for line in await service.after_migrate(platform):
                    print(line)
        if role == "migrate":
            return
    async with open_platform(service, settings) as platform:
        if role == "operator-key" and service.operator_key is not None:
            for line in await service.operator_key(platform):
                print(line)
            return
        if role == "rebuild":
            for projector, projection in zip(platform.projectors(), platform.projections, strict=True):
                with Bar(projection.name) as bar:
                    bar.end(await projector.rebuild(bar.told))
            return
        roles = {"serve", "relay", "react", "project"} if role == "all" else {role}
        await _until_stopped(platform, roles)


async def _until_stopped(platform: Platform, roles: set[str]) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    endless = [*workers(platform, roles), platform.broker_connection.lasts()]
    working = [asyncio.ensure_future(work) for work in endless]
    serving = []
    if "serve" in roles:
        host, port = platform.settings.host, platform.settings.port
        serving.append(asyncio.ensure_future(serve(web_app(platform), host, port, stop)))
    log.info("started", service=platform.service.name, roles=sorted(roles))
    stopped = asyncio.ensure_future(stop.wait())
    done, _ = await asyncio.wait([stopped, *working, *serving], return_when=asyncio.FIRST_COMPLETED)
    stop.set()
    if serving:
        await asyncio.wait(serving)  # it answers what it has taken in first
    await end(working)
    for task in done - {stopped}:
        task.result()  # a task of ours never ends by itself: let its error be seen


async def serve(
    app: Any, host: str, port: int, stop: asyncio.Event, ready: Callable[[int], Awaitable[None]] | None = None
) -> None:
    """Serve the app until `stop` is set; `ready` is told the port once it listens."""
    config = uvicorn.Config(
        app, host=host, port=port, http="httptools", loop="none", log_config=None, access_log=False, lifespan="on",
        timeout_keep_alive=15, timeout_graceful_shutdown=5, server_header=False,
    )  # fmt: skip
    server = _Server(config)
    serving = asyncio.ensure_future(server.serve())
    try:
        while not server.started and not serving.done():  # noqa: ASYNC110 - uvicorn offers no event to wait for
            await asyncio.sleep(0.01)
        if not serving.done() and ready is not None:
            await ready(server.servers[0].sockets[0].getsockname()[1])
        stopping = asyncio.ensure_future(stop.wait())
        await asyncio.wait([stopping, serving], return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
    finally:
        server.should_exit = True
        with suppress(SystemExit):
            await serving


class _Server(uvicorn.Server):
    """uvicorn, leaving signals to whoever started it."""

    @contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        yield


def main(service: str) -> None:
    """`python -m services.<service> ROLE`: every way to fail ends in one message that says what to do."""
    described: Service = importlib.import_module(f"services.{service}.app").SERVICE
    choices = (*described.roles, dead_letters.NAME)
    parser = argparse.ArgumentParser(
        prog=f"python -m services.{service}", formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="\n".join(f"{name:12} {what}" for name, what in ROLES.items() if name in choices),
    )  # fmt: skip
    parser.add_argument("role", choices=choices)
    role = parser.parse_args(sys.argv[1:2]).role
    if role != dead_letters.NAME:
        parser.parse_args()  # a role takes nothing else
    try:
        settings = load(os.environ)
        if role == dead_letters.NAME:
            print(asyncio.run(dead_letters.run(described, settings, sys.argv[2:])))
            return
        # on a terminal a bar says how far a rebuild is; lines that say the same would tear it
        drawn = role == "rebuild" and sys.stderr.isatty()
        configure("warning" if drawn else settings.log_level)
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(run(described, settings, role))
    except (
        SettingsError, WrongAddress, MigrationFailed, NewerTables, WouldTakeBack, BrokerEnded, Refused,
    ) as error:  # fmt: skip
        sys.exit(str(error))
    except KeyboardInterrupt:
        sys.exit(f"Broken off. Run {role} again; what was committed is kept.")
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, nats.errors.Error) as error:
        if role == "rebuild":
            sys.exit(
                f"Broken off: {error!r}. People read the old tables. Run rebuild again; it goes on where it stood."
            )
        sys.exit(f"Cannot start {service}: {error!r}. Check CONSORTIA_DATABASE_URL and CONSORTIA_NATS_URL.")
