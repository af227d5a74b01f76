"""Plays the cases through the public HTTP API, one key per person, and compares what comes of it with what they expect.

Playing again is safe at any moment: an act that was accepted is sent again under its Idempotency-Key and answers its
first receipt. A refusal that was as expected is taken from the journal, for the case has moved on and would be judged
on other facts today.
"""

import asyncio
import fcntl
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TextIO

from deploy.local.case_file import Case
from deploy.local.client import Client
from deploy.local.kept import CaseJournal, Journal, Kept, Keys, Outcome
from deploy.local.player_acts import Performance
from deploy.local.player_setup import CannotPlay, Stage

Told = Callable[[Case, list[Outcome]], None]
"""Told of a case's outcomes so far: before its first act, and after each."""


async def play(cases: Sequence[Case], base: str, kept: Kept, told: Told) -> list[Outcome]:
    """Play every case, one after another; the outcome of every act. Raises `CannotPlay` and `NoAnswer`."""
    async with alone(kept.data):
        keys = kept.keys()
        if keys is None or not keys.operator:
            raise CannotPlay(f"{kept.keys_file} holds no operator key. ./dev up --fresh starts on empty data.")
        journal = kept.journal(keys)
        return [outcome for case in cases for outcome in await _play(case, base, kept, keys, journal, told)]


def is_complete(cases: Sequence[Case], journal: Journal) -> bool:
    """Whether every act of every case was played, and came out as expected."""
    return all(len(_settled(case, journal)) == len(case.act) for case in cases)


def outcomes_in(case: Case, journal: Journal) -> list[Outcome]:
    """What the journal says came of a case, in the order of its acts."""
    return [outcome for _, outcome in sorted(_settled(case, journal).items())]


async def _play(case: Case, base: str, kept: Kept, keys: Keys, journal: Journal, told: Told) -> list[Outcome]:
    outcomes: list[Outcome] = []
    settled = _settled(case, journal)
    async with Client.of(base) as client:
        told(case, outcomes)
        performance = Performance(client, await Stage(client, kept, keys, case).set())
        entry = journal.cases.setdefault(case.key, CaseJournal())
        for number, act in enumerate(case.act, 1):
            before = settled.get(number)
            refused_before = before is not None and before.actual == "refused"
            found = before if before and refused_before else await performance.perform(number, act)
            outcomes.append(found)
            if found != before:
                entry.outcomes[number] = found
                entry.microcredentials = performance.opened
                kept.save_journal(journal)
            told(case, outcomes)
    return outcomes


def _settled(case: Case, journal: Journal) -> dict[int, Outcome]:
    """The outcomes that agree with the case as its file is now."""
    found = journal.cases.get(case.key, CaseJournal()).outcomes
    return {
        number: found[number]
        for number, act in enumerate(case.act, 1)
        if number in found
        and found[number].agrees
        and (found[number].do, found[number].expected, sorted(found[number].lapsed))
        == (act.__struct_config__.tag, act.expect, sorted(act.lapses))
    }


@asynccontextmanager
async def alone(data: Path) -> AsyncIterator[None]:
    """One player at a time: a second one waits, and finds the acts played."""
    with (data / "player.lock").open("w") as lock:
        while not _locked(lock):  # noqa: ASYNC110 - the other player is another process, and rings no event
            await asyncio.sleep(0.1)
        yield


def _locked(lock: TextIO) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
