"""`./dev bench authority`: who-decides on a register of 100 000 responsibilities, and on one of 1000."""

import asyncio
import os
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from uuid import UUID

import httpx2
from msgspec import Struct

from deploy.local.nats import Nats
from deploy.local.postgres import Postgres
from shared.authority import Community, Register, acting_in, evidence_for, who_decides
from shared.contracts.values import MATTERS
from shared.eventstore.importing import Importer, import_requests
from tests.bench import registers
from tests.bench.figures import Report, Samples
from tests.bench.host import connected, database, left_alone, machine, server, until_there
from tests.bench.messages import Say, broker
from tests.bench.registers import Size
from tests.support.fleet import free_port
from tests.support.servers import CHECKOUT

RATIOS = {
    "who_decides_p99_large_vs_small": ("who_decides_large_p99", "who_decides_small_p99"),
    "who_decides_p50_large_vs_small": ("who_decides_large_p50", "who_decides_small_p50"),
    "who_decides_pure_p99_large_vs_small": ("who_decides_pure_large_p99", "who_decides_pure_small_p99"),
    "sign_off_judged_p99_large_vs_small": ("sign_off_judged_large_p99", "sign_off_judged_small_p99"),
}
TARGETS = {"who_decides_p99_large_vs_small": "2 or less"}
NAMES = ("small", "large")


class Sizes(Struct, frozen=True):
    """The two registers, and how often each is asked in a repetition; over HTTP for so many `seconds` at most."""

    small: Size = Size(10)
    large: Size = Size(1000)
    repetitions: int = 5
    requests: int = 1000
    seconds: float = 10.0
    questions: int = 5000


QUICK = Sizes(Size(2), Size(20), repetitions=2, requests=100, seconds=3.0, questions=200)


async def run(quick: bool, say: Say) -> Report:
    """The whole bench. Its servers and their folders are gone at the end."""
    sizes, samples, began = QUICK if quick else Sizes(), Samples(), time.monotonic()
    of = {"small": sizes.small, "large": sizes.large}
    with server() as postgres, broker(durable=True) as nats:
        report = Report("authority", quick, machine=await machine(postgres), targets=TARGETS)
        for name, size in of.items():
            say(f"importing {size.partners} partners, {size.responsibilities} responsibilities")
            await _imported(postgres, name, size, samples)
        async with (
            _served(postgres, nats, "small", samples) as small,
            _served(postgres, nats, "large", samples) as large,
        ):
            for repetition in range(sizes.repetitions):
                say(f"asking over HTTP, repetition {repetition + 1} of {sizes.repetitions}")
                await _over_http({"small": small, "large": large}, of, sizes, samples, repetition)
        say("folding both, and asking the functions alone")
        folds = {name: registers.folded(size) for name, size in of.items()}
        with left_alone():
            for repetition in range(sizes.repetitions):
                for name in NAMES if repetition % 2 else reversed(NAMES):
                    _alone(folds[name], sizes.questions, samples, name, repetition)
    report.commands = {"this": "./dev bench authority --json" + (" --quick" if quick else "")}
    report.figures = samples.spreads()
    report.spreads_of_ratios = {name: samples.ratio(*pair) for name, pair in RATIOS.items()}
    report.ratios = {name: one.median for name, one in report.spreads_of_ratios.items()}
    report.took_seconds = round(time.monotonic() - began, 1)
    return report


async def _imported(postgres: Postgres, name: str, size: Size, samples: Samples) -> None:
    url = await database(postgres, f"register_{name}", "partnerships")
    began = time.perf_counter()
    async with connected(url, "consortia_importer") as connection:
        events = await import_requests(Importer(connection), registers.requests(size))
    samples.add(f"facts_{name}", events, "facts")
    samples.rate(f"import_{name}", events, time.perf_counter() - began, "facts")


@asynccontextmanager
async def _served(postgres: Postgres, nats: Nats, name: str, samples: Samples) -> AsyncIterator[httpx2.AsyncClient]:
    """`partnerships serve` in a process of its own on that register, once it has folded it; and a client of it."""
    port = free_port()
    environment = {
        "PATH": os.environ["PATH"],
        "CONSORTIA_DATABASE_URL": postgres.url(f"register_{name}"),
        "CONSORTIA_NATS_URL": nats.url_for("partnerships"),
        "CONSORTIA_NATS_PREFIX": f"bench-{name}",
        "CONSORTIA_NOTE_KEYS": str(Path(postgres.data).parent / f"keys-{name}"),
        "CONSORTIA_PORT": str(port),
        "CONSORTIA_LOG_LEVEL": "error",
    }
    command = ("-m", "services.partnerships", "serve")
    process = await asyncio.create_subprocess_exec(sys.executable, *command, env=environment, cwd=CHECKOUT)
    try:
        headers = {"Authorization": f"Bearer {registers.reader().text}"}
        async with httpx2.AsyncClient(base_url=f"http://127.0.0.1:{port}", headers=headers, timeout=120) as client:
            await until_there(client, "partnerships")
            samples.add(f"memory_before_{name}", _memory_mib(process.pid), "MiB")
            began = time.perf_counter()
            (await client.get("/partnerships/v1/whoami")).raise_for_status()
            samples.add(f"fold_at_start_{name}", time.perf_counter() - began, "seconds")
            samples.add(f"memory_with_register_{name}", _memory_mib(process.pid), "MiB")
            yield client
    finally:
        process.terminate()
        await process.wait()


async def _over_http(
    clients: dict[str, httpx2.AsyncClient], of: dict[str, Size], sizes: Sizes, samples: Samples, seed: int
) -> None:
    """One question after another, any matter at any partner, now: to the one and to the other in turn."""
    chosen, took = Random(seed), dict[str, list[float]](small=[], large=[])
    until = time.perf_counter() + sizes.seconds
    for number in range(sizes.requests):
        for name in NAMES if number % 2 else reversed(NAMES):
            query = {"partner": f"partner-{chosen.randrange(of[name].partners)}", "matter": chosen.choice(MATTERS)}
            began = time.perf_counter()
            response = await clients[name].get("/partnerships/v1/who-decides", params=query)
            took[name].append(time.perf_counter() - began)
            if response.json().get("status") != "decided":
                raise RuntimeError(f"{query} was answered {response.text}")
        if time.perf_counter() > until:
            break
    for name in NAMES:
        samples.latencies(f"who_decides_{name}", took[name])


def _alone(register: Register, questions: int, samples: Samples, name: str, seed: int) -> None:
    """The decision functions, without HTTP: who decides, and whether somebody may sign off."""
    community, now = register.community(registers.COMMUNITY), datetime.now(UTC)
    chosen, index = Random(seed), register.index
    partners, persons = list(community.partners), _holders(community)
    asked = [(chosen.choice(MATTERS), chosen.choice(partners), chosen.choice(persons)) for _ in range(questions)]

    def timed(question: Callable[[str, UUID, tuple[UUID, UUID]], object]) -> Iterator[float]:
        for matter, partner, held in asked:
            began = time.perf_counter()
            question(matter, partner, held)
            yield time.perf_counter() - began

    def judged(matter: str, _: UUID, held: tuple[UUID, UUID]) -> None:
        person, position = held
        acting = acting_in(community, person, str(position), now)
        evidence_for(community, index, matter, acting, now)

    samples.latencies(
        f"who_decides_pure_{name}",
        list(timed(lambda matter, partner, _: who_decides(community, index, matter, partner, now))),
    )
    samples.latencies(f"acting_in_{name}", list(timed(lambda _, __, held: acting_in(community, held[0], None, now))))
    samples.latencies(f"sign_off_judged_{name}", list(timed(judged)))


def _holders(community: Community) -> list[tuple[UUID, UUID]]:
    return [
        (held.person, position.id) for position in community.positions.values() for held in position.holdings.values()
    ]


def _memory_mib(process: int) -> float:
    for line in Path(f"/proc/{process}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0.0
