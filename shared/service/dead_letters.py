"""`python -m services.<name> dead-letters`: the same as over HTTP, on the database alone, when nothing else answers."""

import argparse
import getpass
import socket
from collections.abc import Mapping, Sequence

import asyncpg
import msgspec

from shared.eventstore.connections import SERVING, pool, session
from shared.eventstore.dead_letters import STATES, DeadLetters, Letter
from shared.eventstore.hosts import Hosts
from shared.eventstore.logs import HeardLog, OwnLog
from shared.eventstore.mapper import Mapper
from shared.eventstore.postgres import PostgresStore
from shared.eventstore.vocabulary import Log
from shared.messaging.cloudevents import decoder
from shared.service.description import Service
from shared.settings import Settings
from shared.web.dead_letters import WholeLetter, whole

NAME = "dead-letters"


def parser(service: str) -> argparse.ArgumentParser:
    """What may be asked."""
    made = argparse.ArgumentParser(
        prog=f"python -m services.{service} {NAME}", description="What could not be taken in, and what to do about it."
    )
    made.add_argument("--json", action="store_true", help="JSON instead of text")
    what = made.add_subparsers(dest="what")
    listing = what.add_parser("list", help="what there is, newest first (the default)")
    listing.add_argument("--consumer", help="only of this one")
    listing.add_argument("--state", choices=STATES, help="only in this state")
    listing.add_argument("--limit", type=int, default=50)
    for name, told in (
        ("show", "one of them, whole"),
        ("retry", "have it tried again, and what waits behind it follow"),
        ("release", "have it left out for good, and what waits behind it follow"),
    ):
        made_here = what.add_parser(name, help=told)
        made_here.add_argument("id", type=int)
        if name == "release":
            made_here.add_argument("--reason", required=True, help="why; kept with it, 3 to 500 characters")
    for one in what.choices.values():
        one.add_argument("--json", action="store_true", default=argparse.SUPPRESS, help="JSON instead of text")
    return made


async def run(service: Service, settings: Settings, arguments: Sequence[str]) -> str:
    """Do it; what to print. `Refused` says what cannot be done, and why."""
    asked = parser(service.name).parse_args(arguments)
    async with pool(Hosts(settings.database_url), session("consortia_appender", NAME, SERVING), most=2) as lent:
        letters = DeadLetters(lent)
        answer: WholeLetter | Letter | list[Letter]
        match asked.what:
            case "show":
                answer = await whole(letters, _logs(service, lent), asked.id)
            case "retry":
                answer = await letters.retry(asked.id, _who())
            case "release":
                answer = await letters.release(asked.id, _who(), asked.reason)
            case "list":
                answer = await letters.page(asked.limit, None, asked.consumer, asked.state)
            case _:
                answer = await letters.page(50)
    if asked.json:
        return msgspec.json.format(msgspec.json.encode(answer)).decode()
    return told(answer)


def told(answer: WholeLetter | Letter | list[Letter]) -> str:
    """The same for people."""
    if isinstance(answer, list):
        return "\n".join(_line(letter) for letter in answer) or "There are no dead letters: everything was taken in."
    if isinstance(answer, Letter):
        return f"{_line(answer)}\n{_next(answer)}"
    letter = answer.letter
    lines = [_line(letter), f"  {letter.error}", f"  tried {letter.tries} times, {letter.first_at} to {letter.last_at}"]
    if letter.reason:
        lines.append(f"  reason: {letter.reason} ({letter.asked_by})")
    lines += [f"  waits behind it: {letter.log}@{one.index} {one.tag}" for one in answer.waiting]
    shown = (one for one in (answer.fact, answer.message) if one is not None)
    lines += [msgspec.json.format(msgspec.json.encode(one)).decode() for one in shown]
    return "\n".join([*lines, _next(letter)])


def _line(letter: Letter) -> str:
    about = f"{letter.tag} of {letter.stream}" if letter.tag else f"on {letter.subject}"
    state = f"{letter.state}, {letter.asked} asked" if letter.asked else letter.state
    return f"{letter.id:>5}  {state}  {letter.consumer}  {letter.place}  {about}  {letter.parked} behind it"


def _next(letter: Letter) -> str:
    if letter.state != "waiting":
        return f"It is settled: {letter.state}."
    if letter.asked is not None:
        return "It is done as soon as the consumer runs (roles react and project)."
    return "retry ID once what was wrong is mended; release ID --reason … to leave it out for good."


def _who() -> str:
    return f"{getpass.getuser()} at {socket.gethostname()}"


def _logs(service: Service, lent: asyncpg.Pool) -> Mapping[str, Log]:
    own: dict[str, Log] = {}
    if service.decides:
        own[service.name] = OwnLog(service.name, PostgresStore(lent), Mapper(service.name))
    return own | {name: HeardLog(name, lent, decoder(name)) for name in service.hears}
