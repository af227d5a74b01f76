"""Endless work: it outlives its faults, says what is wrong, and ends when told to, however hard of hearing."""

import asyncio

from shared.observability import Steady, end


async def test_a_fault_is_tried_again_and_readiness_knows_of_it() -> None:
    steady, tries, failing = Steady("work"), 0, []

    async def once() -> None:
        nonlocal tries
        tries += 1
        failing.append(steady.failing)
        if tries == 1:
            raise ValueError("broken")
        await asyncio.sleep(0.001)

    task = asyncio.ensure_future(steady.keep(once))
    while tries < 4:  # noqa: ASYNC110 - a counter sets no event
        await asyncio.sleep(0.001)
    await end([task])
    assert failing[:3] == [None, "ValueError: broken", None]


async def test_a_task_that_swallows_a_cancellation_is_asked_again() -> None:
    swallowed = asyncio.Event()

    async def hard_of_hearing() -> None:
        while True:
            try:
                await asyncio.sleep(3600)
            except asyncio.CancelledError:
                if swallowed.is_set():
                    raise
                swallowed.set()

    task = asyncio.ensure_future(hard_of_hearing())
    await asyncio.sleep(0)
    await end([task])
    assert task.cancelled()


async def test_work_that_goes_on_for_long_says_that_it_is_well_again() -> None:
    steady, tries = Steady("work"), 0

    async def once() -> None:
        nonlocal tries
        tries += 1
        if tries == 1:
            raise ValueError("broken")
        steady.well()
        await asyncio.sleep(3600)

    task = asyncio.ensure_future(steady.keep(once))
    while tries < 2:  # noqa: ASYNC110 - a counter sets no event
        await asyncio.sleep(0.001)
    await asyncio.sleep(0)
    assert steady.failing is None
    await end([task])
