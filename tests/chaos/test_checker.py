"""The checker sees every kind of damage, and nothing where all is well. Pure."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from msgspec import structs

from tests.chaos.checker import Acknowledged, Seen, Stored, Told, check
from tests.chaos.figures import Figures

NOW = datetime(2026, 1, 1, tzinfo=UTC)
ACCEPTED, OPENED = "intake.proposal-accepted.v1", "credentials.microcredential-opened.v1"


def stored(index: int, stream: str, version: int, **more: object) -> Stored:
    fact = Stored(
        index, uuid4(), stream, version, "intake.proposal-drafted.v1", uuid4(), None, NOW + timedelta(index), b"{}"
    )
    return structs.replace(fact, **more)


def whole() -> Seen:
    """Two streams in one log, all of it acknowledged to one client, published, heard and projected."""
    log = [stored(1, "a", 1), stored(2, "b", 1), stored(3, "a", 2)]
    copy = [Told(one.index, one.id, one.data) for one in log]
    told = [Acknowledged(f"key-{one.index}", 0, "intake", one.index, one.id, one.stream, one.version) for one in log]
    return Seen(
        acknowledged=told, logs={"intake": log}, published={"intake": copy}, heard={("oversight", "intake"): copy},
        tables={"cards": ["(a)", "(b)"]}, rebuilt={"cards": ["(b)", "(a)"]}, reacts={ACCEPTED: OPENED},
    )  # fmt: skip


def log_of(seen: Seen) -> list[Stored]:
    return list(seen.logs["intake"])


def copy_of(seen: Seen) -> list[Told]:
    return list(seen.published["intake"])


def test_nothing_is_found_where_all_is_well() -> None:
    assert not check(whole())


def test_an_acknowledged_fact_that_is_not_stored_is_lost() -> None:
    seen = whole()
    gone = log_of(seen)[:2]
    kept = copy_of(seen)[:2]
    damaged = structs.replace(
        seen, logs={"intake": gone}, published={"intake": kept}, heard={("oversight", "intake"): kept}
    )
    assert check(damaged).counts() == {"lost": 1, "doubled": 0, "reordered": 0, "phantom": 0}


@pytest.mark.parametrize("where", ["published", "heard"])
def test_a_fact_missing_in_a_copy_is_lost_twice_is_doubled_elsewhere_is_reordered_and_other_is_phantom(
    where: str,
) -> None:
    seen = whole()
    key = "intake" if where == "published" else ("oversight", "intake")
    first, second, third = copy_of(seen)

    def found(*copy: Told) -> dict[str, int]:
        return check(structs.replace(seen, **{where: {key: copy}})).counts()

    assert found(first, third) == {"lost": 1, "doubled": 0, "reordered": 0, "phantom": 0}
    assert found(first, second, second, third) == {"lost": 0, "doubled": 1, "reordered": 0, "phantom": 0}
    assert found(first, third, second) == {"lost": 0, "doubled": 0, "reordered": 1, "phantom": 0}
    other = structs.replace(second, data=b'{"else":1}')
    assert found(first, other, third) == {"lost": 0, "doubled": 0, "reordered": 0, "phantom": 1}


def test_a_fact_that_nobody_was_told_of_is_phantom_unless_its_command_is_still_open() -> None:
    seen = whole()
    told = seen.acknowledged[:2]
    last = log_of(seen)[2]
    assert check(structs.replace(seen, acknowledged=told)).counts()["phantom"] == 1
    assert not check(structs.replace(seen, acknowledged=told, open=frozenset({last.command_id})))
    assert not check(structs.replace(seen, acknowledged=told, began={"intake": 3}))


def accepted(seen: Seen, times: int, *, of: str = OPENED) -> Seen:
    """The same, but that the first fact is an acceptance, to which so many reactions follow."""
    first, *rest = log_of(seen)
    opened = [stored(4 + n, f"m{n}", 1, tag=of, causation=first.id) for n in range(times)]
    log = [structs.replace(first, tag=ACCEPTED), *rest, *opened]
    copy = [Told(one.index, one.id, one.data) for one in log]
    return structs.replace(
        seen, logs={"intake": log}, published={"intake": copy}, heard={("oversight", "intake"): copy}
    )


def test_a_reaction_is_no_phantom_none_is_lost_and_a_second_one_to_the_same_fact_is_doubled() -> None:
    assert not check(accepted(whole(), 1))
    assert check(accepted(whole(), 0)).counts() == {"lost": 1, "doubled": 0, "reordered": 0, "phantom": 0}
    assert check(accepted(whole(), 2)).counts() == {"lost": 0, "doubled": 1, "reordered": 0, "phantom": 0}


def test_another_fact_than_the_reaction_that_is_called_for_is_phantom_and_the_reaction_lost() -> None:
    other = accepted(whole(), 1, of="credentials.step-opened.v1")
    assert check(other).counts() == {"lost": 1, "doubled": 0, "reordered": 0, "phantom": 1}


def test_a_reaction_is_called_for_only_by_what_was_accepted_since_the_load_began() -> None:
    assert not check(structs.replace(accepted(whole(), 0), began={"intake": 1}))


def test_a_dead_letter_that_waits_is_lost() -> None:
    damage = check(structs.replace(whole(), put_aside=["oversight, cards of intake@2: no such column"]))
    assert damage.counts() == {"lost": 1, "doubled": 0, "reordered": 0, "phantom": 0}
    assert "cards of intake@2" in damage.lost[0]


@pytest.mark.parametrize(("details", "is_well"), [({"level": True}, True), ({"level": False}, False), ({}, False)])
def test_a_system_that_never_became_level_is_not_well(details: dict[str, bool], is_well: bool) -> None:
    assert Figures(name="any", acknowledged=1, control_seen=True, details=details).is_well is is_well


def test_one_key_acknowledged_with_two_different_facts_is_doubled() -> None:
    seen = whole()
    again = structs.replace(seen.acknowledged[2], id=log_of(seen)[1].id)
    assert check(structs.replace(seen, acknowledged=[*seen.acknowledged, again])).counts()["doubled"] == 1


def test_a_stream_whose_versions_or_times_go_back_is_reordered() -> None:
    seen = whole()
    first, second, third = log_of(seen)
    for damaged in (
        [first, structs.replace(second, stream="a", version=2), structs.replace(third, version=1)],
        [first, second, structs.replace(third, recorded_at=NOW - timedelta(1))],
        [first, structs.replace(second, index=3), structs.replace(third, index=2)],
    ):
        assert check(structs.replace(seen, logs={"intake": damaged})).counts()["reordered"] > 0


def test_a_client_told_of_an_earlier_index_after_a_later_one_is_reordered() -> None:
    seen = whole()
    backwards = [seen.acknowledged[1], seen.acknowledged[0], seen.acknowledged[2]]
    assert check(structs.replace(seen, acknowledged=backwards)).counts()["reordered"] == 1


def test_a_table_that_differs_from_its_rebuild_lacks_rows_or_holds_phantoms() -> None:
    seen = structs.replace(whole(), tables={"cards": ["(a)", "(c)"]})
    assert check(seen).counts() == {"lost": 1, "doubled": 0, "reordered": 0, "phantom": 1}


def test_ids_are_compared_not_only_indexes() -> None:
    seen = whole()
    other = [structs.replace(one, id=UUID(int=one.index)) for one in copy_of(seen)]
    assert check(structs.replace(seen, published={"intake": other})).counts()["phantom"] == 3
