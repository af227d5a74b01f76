"""What every store promises: the same suite for the one on PostgreSQL and for its twin in memory."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from shared.eventstore.vocabulary import (
    AlreadyTracked,
    AppendRequest,
    Claim,
    ClaimTaken,
    CommandRepeated,
    EventStore,
    IntegrityError,
    Tracking,
    VersionConflict,
)
from shared.kernel import new_id
from tests.shared.eventstore.requests import FAR_FUTURE, PAST, event, note, request, stream

LARGEST_FACT = 48 * 1024


async def test_an_empty_log_stands_at_zero(store: EventStore) -> None:
    assert await store.last_index() == 0
    assert await store.page(0, 10) == []
    assert await store.stream("here", "thing-of-nobody") == []
    assert await store.tracked("nobody") == 0


async def test_indexes_and_versions_have_no_gaps(store: EventStore) -> None:
    one, two = stream(), stream()
    appended = await store.append(request(event(one, 1), event(two, 1), event(one, 2), expected={one: 0, two: 0}))
    assert appended.first_index == 1
    assert (await store.append(request(event(one, 3), expected={one: 2}))).first_index == 4
    assert [stored.index for stored in await store.page(0, 10)] == [1, 2, 3, 4]
    assert [stored.originator_version for stored in await store.stream("here", one)] == [1, 2, 3]
    assert await store.last_index() == 4


async def test_what_goes_in_comes_out_byte_for_byte(store: EventStore) -> None:
    of, causation = stream(), new_id()
    odd = b'{"b": 1.0,  "a":"\xc3\xa9", "a": 2}'
    asked = request(event(of, 1, odd), metadata=b'{"who": 1}', causation=causation)
    await store.append(asked)
    (stored,) = await store.stream("here", of)
    assert stored.state == odd
    assert stored.metadata == b'{"who": 1}'
    assert (stored.id, stored.topic, stored.ordinal) == (asked.events[0].id, "test.done.v1", 1)
    assert (stored.command_id, stored.correlation, stored.causation) == (asked.command_id, asked.correlation, causation)
    assert stored.occurred_at == PAST


async def test_pages_follow_on_from_any_index(store: EventStore) -> None:
    of = stream()
    for version in range(1, 8):
        await store.append(request(event(of, version), expected={of: version - 1}))
    assert [stored.index for stored in await store.page(2, 3)] == [3, 4, 5]
    assert [stored.index for stored in await store.page(5, 3)] == [6, 7]
    assert await store.page(7, 3) == []


async def test_a_community_s_part_of_a_stretch_is_its_own_facts_in_order(store: EventStore) -> None:
    for number in range(1, 9):
        of = stream()
        await store.append(request(event(of, 1), expected={of: 0}, community="here" if number % 2 else "there"))
    assert [stored.index for stored in await store.community_page("here", 0, 8, 10)] == [1, 3, 5, 7]
    assert [stored.index for stored in await store.community_page("here", 1, 7, 2)] == [3, 5]
    assert [stored.index for stored in await store.community_page("there", 2, 3, 10)] == []
    assert [stored.index for stored in await store.community_page("there", 9, 8, 10)] == []


async def test_another_version_than_expected_conflicts_and_writes_nothing(store: EventStore) -> None:
    of, other = stream(), stream()
    await store.append(request(event(of, 1), expected={of: 0}))
    whole = {
        "expected": {of: 0, other: 0},
        "claims": (Claim("thing", "taken", new_id()),),
        "notes": (kept := note(),),
        "tracking": Tracking("consumer", "elsewhere", 5),
    }
    with pytest.raises(VersionConflict):
        await store.append(request(event(other, 1), event(of, 1), **whole))
    assert await store.last_index() == 1
    assert await store.stream("here", other) == []
    assert await store.note("here", kept.id) is None
    assert await store.tracked("consumer") == 0
    await store.append(request(event(other, 1), claims=(Claim("thing", "taken", new_id()),)))


async def test_a_stream_that_was_only_read_is_checked_too(store: EventStore) -> None:
    read, written = stream(), stream()
    await store.append(request(event(read, 1), expected={read: 0}))
    await store.append(request(event(written, 1), expected={read: 1, written: 0}))
    await store.append(request(event(read, 2), expected={read: 1}))
    with pytest.raises(VersionConflict):
        await store.append(request(event(written, 2), expected={read: 1, written: 1}))
    assert await store.last_index() == 3


async def test_a_version_written_twice_conflicts_even_where_nothing_was_expected(store: EventStore) -> None:
    of = stream()
    await store.append(request(event(of, 1)))
    with pytest.raises(VersionConflict):
        await store.append(request(event(of, 1)))


async def test_a_command_id_writes_once(store: EventStore) -> None:
    of, other = stream(), stream()
    first = request(event(of, 1), event(of, 2), expected={of: 0})
    await store.append(first)
    with pytest.raises(CommandRepeated):
        await store.append(request(event(other, 1), command_id=first.command_id))
    found = await store.command(first.command_id)
    assert [(stored.id, stored.ordinal) for stored in found] == [(first.events[0].id, 1), (first.events[1].id, 2)]
    assert await store.last_index() == 2


async def test_a_claim_is_taken_once_in_its_community(store: EventStore) -> None:
    claim = Claim("partner", "nscc", new_id())
    await store.append(request(event(stream(), 1), claims=(claim,)))
    await store.append(request(event(stream(), 1), claims=(claim,), community="elsewhere"))
    with pytest.raises(ClaimTaken) as taken:
        await store.append(request(event(stream(), 1), claims=(Claim("free", "x", new_id()), claim)))
    assert (taken.value.kind, taken.value.value) == ("partner", "nscc")
    await store.append(request(event(stream(), 1), claims=(Claim("free", "x", new_id()),)))
    assert await store.last_index() == 3


async def test_one_request_cannot_take_the_same_claim_twice(store: EventStore) -> None:
    with pytest.raises(ClaimTaken):
        await store.append(
            request(event(stream(), 1), claims=(Claim("partner", "x", new_id()), Claim("partner", "x", new_id())))
        )
    assert await store.last_index() == 0


async def test_a_note_is_kept_beside_the_log_for_its_community_only(store: EventStore) -> None:
    kept = note(b"\x00\xff sealed")
    await store.append(request(event(stream(), 1), notes=(kept,)))
    assert await store.note("here", kept.id) == kept
    assert await store.note("elsewhere", kept.id) is None


async def test_tracking_only_moves_forward(store: EventStore) -> None:
    await store.append(request(tracking=Tracking("consumer", "elsewhere", 5)))
    assert await store.tracked("consumer") == 5
    for index in (5, 4):
        with pytest.raises(AlreadyTracked):
            await store.append(request(event(stream(), 1), tracking=Tracking("consumer", "elsewhere", index)))
    await store.append(request(event(stream(), 1), tracking=Tracking("consumer", "elsewhere", 6)))
    assert await store.tracked("consumer") == 6
    assert await store.tracked("another") == 0
    assert await store.last_index() == 1


async def test_nothing_occurs_after_it_is_recorded(store: EventStore) -> None:
    of = stream()
    appended = await store.append(request(event(of, 1), occurred_at=FAR_FUTURE))
    (stored,) = await store.stream("here", of)
    assert stored.occurred_at == stored.recorded_at == appended.recorded_at
    assert abs(stored.recorded_at - datetime.now(UTC)) < timedelta(minutes=1)


async def test_recorded_at_never_goes_back(store: EventStore) -> None:
    for _ in range(20):
        await store.append(request(event(stream(), 1)))
    recorded = [stored.recorded_at for stored in await store.page(0, 100)]
    assert recorded == sorted(recorded)


async def test_a_fact_over_48_kib_is_refused(store: EventStore) -> None:
    of = stream()
    await store.append(request(event(of, 1, b"x" * LARGEST_FACT)))
    with pytest.raises(IntegrityError):
        await store.append(request(event(of, 2, b"x" * (LARGEST_FACT + 1))))
    assert await store.last_index() == 1


async def test_a_stream_is_invisible_from_another_community(store: EventStore) -> None:
    of = stream()
    await store.append(request(event(of, 1)))
    assert await store.stream("elsewhere", of) == []
    assert len(await store.stream("here", of)) == 1


async def test_a_refused_request_leaves_no_gap(store: EventStore) -> None:
    of = stream()
    await store.append(request(event(of, 1)))
    for _ in range(3):
        with pytest.raises(IntegrityError):
            await store.append(request(event(of, 1)))
    assert (await store.append(request(event(of, 2)))).first_index == 2


async def test_of_many_at_once_on_one_stream_exactly_one_goes_in(store: EventStore) -> None:
    of = stream()

    async def attempt(asked: AppendRequest) -> bool:
        try:
            await store.append(asked)
        except VersionConflict:
            return False
        return True

    tried = await asyncio.gather(*(attempt(request(event(of, 1), expected={of: 0})) for _ in range(10)))
    assert sum(tried) == 1
    assert await store.last_index() == 1


async def test_a_version_that_never_was_conflicts_and_leaves_no_gap(store: EventStore) -> None:
    of, read = stream(), stream()
    await store.append(request(event(of, 1), expected={of: 0}))
    with pytest.raises(VersionConflict):
        await store.append(request(event(of, 4), expected={of: 3}))
    with pytest.raises(VersionConflict):
        await store.append(request(event(of, 2), expected={of: 1, read: 2}))
    with pytest.raises(IntegrityError):
        await store.append(request(event(of, 3), expected={of: 1}))
    assert [stored.originator_version for stored in await store.stream("here", of)] == [1]


async def test_of_several_reasons_the_repeat_comes_first(store: EventStore) -> None:
    """So that a request sent again, whose effect now stands in its own way, is known for what it is."""
    of, claim = stream(), Claim("partner", "nscc", new_id())
    first = request(event(of, 1), expected={of: 0}, claims=(claim,), tracking=Tracking("c", "log", 4))
    await store.append(first)
    with pytest.raises(CommandRepeated):
        await store.append(first)
    with pytest.raises(VersionConflict):
        await store.append(request(event(of, 1), claims=(claim,), tracking=Tracking("c", "log", 4)))
    with pytest.raises(AlreadyTracked):
        await store.append(request(event(stream(), 1), claims=(claim,), tracking=Tracking("c", "log", 4)))
    assert await store.last_index() == 1
