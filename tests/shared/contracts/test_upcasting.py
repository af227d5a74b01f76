"""Facts stored under former tags are read as today's, in a service's own log and where they are heard."""

from typing import Any
from uuid import UUID

import msgspec
import pytest

from shared.contracts import LOGS, facts_of
from shared.contracts.upcasting import UPCASTS, NotUpcast, Raw, Upcast, paths
from shared.eventstore.logs import OwnLog
from shared.eventstore.mapper import Mapper
from shared.eventstore.memory import MemoryStore
from shared.eventstore.vocabulary import Notification, StoredEvent
from shared.kernel import Actor, Fact, Metadata, UnknownFact, UnreadableFact, new_id
from shared.messaging.cloudevents import decoder, encode
from tests.shared.eventstore.requests import request

LOG = "partnerships"
V1, V2, V3 = (f"partnerships.fee-agreed.v{number}" for number in (1, 2, 3))
PAYER = UUID(int=7)


class FeeAgreed(Fact, frozen=True, tag=V3):
    """Today's: an amount in cents with its currency, and who pays."""

    cents: int
    currency: str
    payers: tuple[UUID, ...]
    waived: bool = False


def in_cents(raw: Raw) -> Raw:
    """v1 had dollars as text, such as `12.50`."""
    whole, _, rest = raw["dollars"].partition(".")
    return {"payer": raw["payer"], "cents": int(whole) * 100 + int(rest or 0), "currency": "CAD"}


def of_several(raw: Raw) -> Raw:
    """v2 had one payer."""
    raw["payers"] = [raw.pop("payer")]
    return raw


STEPS = {V1: Upcast(V2, in_cents), V2: Upcast(V3, of_several)}
MAPPER = Mapper(LOG, {V3: FeeAgreed}, STEPS)
OLD = msgspec.json.encode({"fact": V1, "dollars": "12.50", "payer": PAYER})
OLDER_STILL_THERE = {
    V1: OLD,
    V2: msgspec.json.encode({"fact": V2, "cents": 1250, "currency": "CAD", "payer": PAYER}),
    V3: MAPPER.to_stored(new_id(), "fee-1", 1, FeeAgreed(1250, "CAD", (PAYER,))).state,
}


@pytest.mark.parametrize("tag", [V1, V2, V3])
def test_a_fact_of_any_version_is_read_as_today_s(tag: str) -> None:
    assert MAPPER.fact(tag, OLDER_STILL_THERE[tag]) == FeeAgreed(1250, "CAD", (PAYER,))


def test_a_tag_of_today_s_is_never_upcast_and_one_nobody_knows_is_unknown() -> None:
    def refuse(_: Raw) -> Raw:
        raise AssertionError("walked")

    mapper = Mapper(LOG, {V3: FeeAgreed}, {V1: Upcast(V3, refuse)})
    assert mapper.fact(V3, OLDER_STILL_THERE[V3]) == FeeAgreed(1250, "CAD", (PAYER,))
    assert mapper.fact("partnerships.fee-agreed.v9", b"{}") == UnknownFact()
    assert mapper.fact(V1, OLD) == UnreadableFact(V3, "AssertionError: walked")


def test_what_an_upcaster_leaves_out_makes_it_unreadable_as_it_would_one_of_today_s() -> None:
    mapper = Mapper(LOG, {V3: FeeAgreed}, {V1: Upcast(V3, lambda raw: raw)})
    unreadable = mapper.fact(V1, OLD)
    assert isinstance(unreadable, UnreadableFact)
    assert "`cents`" in unreadable.error


async def test_the_log_keeps_the_bytes_and_the_tag_and_gives_today_s_fact() -> None:
    store = MemoryStore()
    metadata = MAPPER.metadata(Metadata(Actor(person=PAYER)))
    await store.append(request(StoredEvent(new_id(), "fee-1", 1, V1, OLD), metadata=metadata))
    (recorded,) = await OwnLog(LOG, store, MAPPER).after(0)
    assert (recorded.tag, recorded.fact.fact_tag()) == (V1, V3)
    assert recorded.fact == FeeAgreed(1250, "CAD", (PAYER,))
    (stored,) = await store.page(0, 1)
    assert (stored.topic, stored.state) == (V1, OLD)


async def test_whoever_hears_it_gets_the_stored_bytes_and_reads_today_s_fact() -> None:
    store = MemoryStore()
    metadata = MAPPER.metadata(Metadata(Actor(person=PAYER)))
    await store.append(request(StoredEvent(new_id(), "fee-1", 1, V1, OLD), metadata=metadata))
    stored: Notification = (await store.page(0, 1))[0]
    message = encode(LOG, stored)
    assert OLD in message
    assert decoder(LOG, MAPPER)(message) == MAPPER.to_recorded(stored)
    assert decoder(LOG, MAPPER)(message).fact == FeeAgreed(1250, "CAD", (PAYER,))


@pytest.mark.parametrize(
    ("catalogue", "said"),
    [
        ({V1: Upcast(V2, in_cents)}, "neither"),
        ({V1: Upcast(V2, in_cents), V2: Upcast(V1, of_several)}, "circle"),
        ({V1: Upcast(V1, in_cents)}, "circle"),
        ({V3: Upcast(V2, in_cents)}, "of today's"),
    ],
)
def test_a_catalogue_that_does_not_lead_to_today_is_refused_at_the_start(
    catalogue: dict[str, Upcast], said: str
) -> None:
    with pytest.raises(NotUpcast, match=said):
        Mapper(LOG, {V3: FeeAgreed}, catalogue)


def test_each_log_takes_its_own_steps_only() -> None:
    others: dict[str, Any] = {**STEPS, "intake.thing-done.v1": Upcast("intake.nowhere.v1", in_cents)}
    assert set(paths(others, LOG, {V3})) == {V1, V2}


@pytest.mark.parametrize("log", LOGS)
def test_every_step_of_the_catalogue_leads_to_a_fact_of_today_s(log: str) -> None:
    paths(UPCASTS, log, facts_of(log))
    assert {tag.partition(".")[0] for tag in UPCASTS} <= set(LOGS)
