"""`./dev bench pages`: the pages of a community of 1000 microcredentials, and of one of 100 000."""

import asyncio
import os
import secrets
import sys
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx2
from msgspec import Struct

from deploy.local.history.cast import Cast
from deploy.local.nats import Nats
from deploy.local.postgres import Postgres
from shared.security.sessions import Sessions
from shared.settings import Settings
from tests.bench import crowd
from tests.bench.figures import Report, Samples
from tests.bench.host import connected, database, machine, server, until_there
from tests.bench.messages import Say, broker
from tests.support.fleet import free_port
from tests.support.servers import CHECKOUT

ADVISOR = "industry-1/senior-member"
ASKED: Mapping[str, tuple[str, str]] = {
    "board": ("coordinator", "/board"),
    "board_filtered": ("coordinator", "/board?waiting_on=industry-1"),
    "board_overdue": ("coordinator", "/board?overdue=true"),
    "board_then": ("coordinator", "/board?at={then}"),
    "board_of_a_partner": ("college-1/dean", "/board?partner=college-1"),
    "inbox": (ADVISOR, "/inbox"),
    "who": ("coordinator", "/who?partner=college-1&matter=academic-approval"),
    "microcredential": ("coordinator", "/microcredentials/{microcredential}"),
}
"""Each page: as whom, and where."""
NAMES = ("1k", "100k")
RATIOS = {f"{page}_p99_100k_vs_1k": (f"{page}_100k_p99", f"{page}_1k_p99") for page in ASKED}
TARGETS = {
    "board_p99_100k_vs_1k": "2 or less",
    "inbox_p99_100k_vs_1k": "2 or less",
    "board_100k_p99": "200 milliseconds or less",
    "inbox_100k_p99": "200 milliseconds or less",
    "largest_page": "150 KB or less",
}
YEAR = timedelta(days=365)
SECRET = secrets.token_urlsafe(32)


class Sizes(Struct, frozen=True):
    """How many facts the small community's history has, how often it is copied for the large one, how often is asked.

    A history of so many facts holds about a thousand microcredentials.
    """

    facts: int = 21_500
    copies: int = 99
    repetitions: int = 5
    requests: int = 100


QUICK = Sizes(2500, 3, repetitions=2, requests=5)


async def run(quick: bool, say: Say) -> Report:
    """The whole bench. Its servers and their folders are gone at the end."""
    sizes, samples, began = QUICK if quick else Sizes(), Samples(), time.monotonic()
    with server() as postgres, broker(durable=True) as nats:
        report = Report("pages", quick, machine=await machine(postgres), targets=TARGETS)
        cast = await _filled(postgres, nats, sizes, samples, say)
        async with _served(postgres, nats, "1k") as small, _served(postgres, nats, "100k") as large:
            visitors = {"1k": small, "100k": large}
            for repetition in range(sizes.repetitions + 1):
                say(f"asking, repetition {repetition} of {sizes.repetitions}")  # the first warms both up
                await _asked(postgres, visitors, cast, sizes, samples if repetition else Samples(), say)
    report.commands = {"this": "./dev bench pages --json" + (" --quick" if quick else "")}
    report.figures = samples.spreads()
    report.spreads_of_ratios = {name: samples.ratio(*pair) for name, pair in RATIOS.items()}
    report.ratios = {name: one.median for name, one in report.spreads_of_ratios.items()}
    report.took_seconds = round(time.monotonic() - began, 1)
    return report


async def _filled(postgres: Postgres, nats: Nats, sizes: Sizes, samples: Samples, say: Say) -> Cast:
    """Both databases."""
    say(f"telling a history of {sizes.facts} facts")
    await database(postgres, "pages_1k", "oversight")
    settings = Settings(postgres.url("pages_1k"), nats.url_for("oversight"), "/nowhere", nats_prefix="bench-fill")
    cast = await crowd.told(settings, sizes.facts, datetime.now(UTC))
    async with connected(postgres.url("postgres")) as connection:
        await connection.execute("CREATE DATABASE pages_100k TEMPLATE pages_1k")
    say(f"copying it {sizes.copies} times")
    await crowd.copied(postgres.url("pages_100k"), sizes.copies)
    for name in NAMES:
        for what, count in (await crowd.settled(postgres.url(f"pages_{name}"))).items():
            samples.add(f"{what}_{name}", count, what)
    return cast


@asynccontextmanager
async def _served(postgres: Postgres, nats: Nats, name: str) -> AsyncIterator[httpx2.AsyncClient]:
    """`oversight serve` in a process of its own on that database, and a client of it."""
    port = free_port()
    environment = {
        "PATH": os.environ["PATH"],
        "CONSORTIA_DATABASE_URL": postgres.url(f"pages_{name}"),
        "CONSORTIA_NATS_URL": nats.url_for("oversight"),
        "CONSORTIA_NATS_PREFIX": f"bench-{name}",
        "CONSORTIA_NOTE_KEYS": str(Path(postgres.data).parent / f"keys-{name}"),
        "CONSORTIA_PORT": str(port),
        "CONSORTIA_LOG_LEVEL": "error",
        "CONSORTIA_SESSION_SECRET": SECRET,
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "services.oversight", "serve", env=environment, cwd=CHECKOUT
    )
    try:
        async with httpx2.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=120, trust_env=False) as client:
            await until_there(client, "oversight")
            yield client
    finally:
        process.terminate()
        await process.wait()


async def _asked(
    postgres: Postgres, visitors: Mapping[str, httpx2.AsyncClient], cast: Cast, sizes: Sizes, samples: Samples, say: Say
) -> None:
    """Every page, of the one and of the other in turn; its size in bytes."""
    sessions = Sessions(SECRET, secure=False)
    told = {"microcredential": await _one(postgres), "then": f"{datetime.now(UTC) - YEAR:%Y-%m-%d}"}
    for page, (who, where) in ASKED.items():
        headers = {"Accept": "text/html", "Cookie": f"{sessions.cookie}={sessions.sealed(cast.people[who].id)}"}
        took, largest = dict[str, list[float]]({name: [] for name in NAMES}), dict.fromkeys(NAMES, 0)
        for number in range(sizes.requests):
            for name in NAMES if number % 2 else reversed(NAMES):
                began = time.perf_counter()
                answer = await visitors[name].get(where.format(**told), headers=headers)
                took[name].append(time.perf_counter() - began)
                if answer.status_code != 200:
                    raise RuntimeError(f"{where} was answered {answer.status_code} {answer.text[:300]}")
                largest[name] = max(largest[name], len(answer.content))
        for name in NAMES:
            samples.latencies(f"{page}_{name}", took[name])
            samples.add(f"{page}_{name}_size", largest[name] / 1000, "KB")
        say(f"  {page}: {', '.join(f'{name} {max(took[name]) * 1000:.0f} ms at most' for name in NAMES)}")


async def _one(postgres: Postgres) -> str:
    """A microcredential with a long story, whose facts are there in both."""
    async with connected(postgres.url("pages_1k")) as connection:
        return str(
            await connection.fetchval(
                "select subject from read.lines where log = 'credentials' group by 1 order by count(*) desc limit 1"
            )
        )
