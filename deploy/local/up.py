"""`./dev up`: the servers, the four services behind one port, the cases; until it is told to stop."""

import asyncio
import os
import signal
import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from deploy.local import broker, installation, places, processes, running
from deploy.local.broker import Broker
from deploy.local.case_file import read_cases
from deploy.local.checklist import Checklist, disagreement, progress_of
from deploy.local.kept import Kept, Keys, Outcome
from deploy.local.postgres import Postgres
from deploy.local.processes import CannotStart
from deploy.local.signposts import put_up


@dataclass(frozen=True)
class Options:
    """`nats` is how many NATS servers: 1 or 3.

    `released` is the process of `--detach`: once ready, it lets go of the terminal it was started from.
    """

    data: Path
    port: int
    fresh: bool = False
    cases: bool = True
    nats: int = 1
    released: bool = False


def up(options: Options, checklist: Checklist) -> int:
    """Start, and run until SIGINT or SIGTERM; 0 when everything came out as expected. Raises `CannotStart`."""
    options.data.mkdir(parents=True, exist_ok=True)
    if running.find(options.data) is not None:
        return _is_running(options, checklist)
    hold = processes.hold(options.data)
    try:
        running.proclaim(options.data, options.port, options.nats)
        require_free(options.port)
        kept = Kept(options.data)
        installation.prepare(kept, fresh=options.fresh)
        return _run(options, kept, checklist)
    finally:
        running.withdraw(options.data)
        os.close(hold)


def _is_running(options: Options, checklist: Checklist) -> int:
    if options.fresh:
        raise CannotStart(f"A stack is running on {options.data}. Stop it with ./dev down, then start afresh.")
    found = running.wait_until_ready(options.data)
    if found is not None and found.nats != options.nats:
        raise CannotStart(
            f"A stack is running on {options.data} with {found.nats} NATS server{'s' * (found.nats > 1)}. Stop it with"
            " ./dev down, then start it anew."
        )
    if found is None:
        raise CannotStart("The stack that was starting has ended. Run the same command again.")
    if not running.is_healthy(found):
        raise CannotStart(
            f"Process {found.pid} runs on {options.data} but does not answer at {found.base}."
            f" {options.data / 'stack.log'} may say why; ./dev down stops it."
        )
    checklist.say(f"Running already: {found.base} (process {found.pid}). ./dev down stops it.")
    return 0


def require_free(port: int) -> None:
    """Pass, or say what to do about a port that another program listens on."""
    with socket.socket() as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind(("127.0.0.1", port))
        except OSError as error:
            raise CannotStart(
                f"Port {port} cannot be used ({error.strerror}). Choose another: ./dev up --port {port + 1}"
            ) from None


def _run(options: Options, kept: Kept, checklist: Checklist) -> int:
    import uvloop

    from shared.observability import configure
    from shared.service.migrations import MigrationFailed

    with (options.data / "stack.log").open("a", buffering=1) as log:
        configure("info", log)
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            try:
                return runner.run(_run_until_stopped(options, kept, checklist))
            except MigrationFailed as error:
                raise CannotStart(f"{error}\nIf the data is not needed: ./dev up --fresh") from None


async def _run_until_stopped(options: Options, kept: Kept, checklist: Checklist) -> int:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    trouble = True

    async def ready(port: int) -> None:
        nonlocal trouble
        trouble = await _welcome(options, kept, checklist, port, stop)

    async with _servers(options, checklist) as (postgres, nats):
        from deploy.local.stack import run_services
        from shared.service.roles import serve

        keys = options.data / "note-keys"
        places.own_folder(keys, 0o700)
        services = run_services(postgres, nats, keys, local_login=str(kept.keys_file))
        with checklist.step("databases migrated, four services started"):
            stack = await services.__aenter__()
        watching = asyncio.ensure_future(broker.watch(nats))
        try:
            installation.keep_operator_key(kept, stack.migrated)
            await serve(stack.app, "127.0.0.1", options.port, stop, ready)
        finally:
            checklist.say("Stopping ...")
            watching.cancel()
            await services.__aexit__(None, None, None)
    checklist.say("Stopped. The data is kept; ./dev up resumes on it.")
    return 1 if trouble else 0


@asynccontextmanager
async def _servers(options: Options, checklist: Checklist) -> AsyncIterator[tuple[Postgres, Broker]]:
    """Both at once, and the imports of the services meanwhile."""
    if broker.was_another(options.data, options.nats):
        checklist.say("NATS ran as another number of servers before: its streams are filled anew from the databases.")
    with checklist.step(f"PostgreSQL and {'NATS' if options.nats == 1 else 'three NATS servers'} started"):
        postgres = asyncio.ensure_future(asyncio.to_thread(Postgres.start, options.data / "postgres"))
        nats = asyncio.ensure_future(asyncio.to_thread(broker.start, options.data, options.nats))
        imports = asyncio.ensure_future(asyncio.to_thread(__import__, "deploy.local.stack"))
        await asyncio.wait([postgres, nats, imports])
    try:
        imports.result()
        yield postgres.result(), nats.result()
    finally:
        for server in (nats, postgres):
            if not server.exception():
                await asyncio.to_thread(server.result().stop)


async def _welcome(options: Options, kept: Kept, checklist: Checklist, port: int, stop: asyncio.Event) -> bool:
    """Play the cases, put up the signposts, let go of the terminal; whether there was trouble."""
    base = f"http://127.0.0.1:{port}"
    trouble = False
    if options.cases:
        playing = asyncio.ensure_future(_play(base, kept, checklist))
        stopping = asyncio.ensure_future(stop.wait())
        await asyncio.wait([playing, stopping], return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        if stop.is_set():
            playing.cancel()
            with suppress(asyncio.CancelledError):
                await playing
            return False
        trouble = playing.result()
    put_up(checklist, base, kept, read_cases())
    running.proclaim(options.data, port, options.nats, ready=True, trouble=trouble)
    if options.released:
        checklist.say("\nRunning. ./dev down stops it.")
        _let_go(options.data / "stack.log")
    else:
        checklist.say("\nRunning. Ctrl-C stops it.")
    return trouble


async def _play(base: str, kept: Kept, checklist: Checklist) -> bool:
    """Play what is not played yet, with a line for each case; whether there was trouble."""
    from deploy.local.client import NoAnswer
    from deploy.local.player import is_complete, outcomes_in, play
    from deploy.local.player_setup import CannotPlay

    cases = read_cases()
    journal = kept.journal(kept.keys() or Keys())
    wrong: list[Outcome] = []
    for case in cases:
        with checklist.step(case.key) as rename:
            outcomes: Sequence[Outcome] = outcomes_in(case, journal)
            if not is_complete([case], journal):
                try:
                    outcomes = await play([case], base, kept, lambda *told: rename(progress_of(*told)))
                except (CannotPlay, NoAnswer) as error:
                    rename(f"{case.key}: could not be played")
                    checklist.warn(str(error))
                    return True
            rename(progress_of(case, outcomes))
        wrong += [outcome for outcome in outcomes if not outcome.agrees]
    for outcome in wrong:
        checklist.warn(disagreement(outcome))
    return bool(wrong)


def _let_go(log: Path) -> None:
    """From here on, what this process prints goes to its log; whoever waits for its output sees the end of it."""
    opened = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    for descriptor in (1, 2):
        os.dup2(opened, descriptor)
    os.close(opened)
