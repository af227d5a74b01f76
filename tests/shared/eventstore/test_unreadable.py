"""Facts of a known kind in bytes this build cannot decode: they keep their place, and nothing is decided on a guess."""

from typing import Any
from uuid import UUID

import msgspec
import pytest

from services.intake.domain.pathways import Pathways
from services.partnerships.domain.person import PERSON
from shared.authority import Register
from shared.contracts.credentials import PathwayPublished
from shared.contracts.partnerships import AgreementSigned, KeyRevoked, PersonRegistered
from shared.contracts.upcasting import Upcast
from shared.eventstore.following import Following
from shared.eventstore.logs import OwnLog
from shared.eventstore.mapper import Mapper
from shared.eventstore.memory import MemoryStore
from shared.eventstore.snapshot_stores import MemorySnapshots
from shared.eventstore.snapshots import Snapshots
from shared.eventstore.vocabulary import StoredEvent
from shared.eventstore.work import Work
from shared.kernel import CannotBeRead, Recorded, Refused, UnknownFact, UnreadableFact, new_id, stream_id
from tests.shared.eventstore.deciding import commands, context
from tests.shared.eventstore.requests import request
from tests.shared.messaging.test_cloudevents import STORED

TAG = PersonRegistered.fact_tag()
MAPPER = Mapper("partnerships")
PERSON_ID = UUID(int=7)
BROKEN = (
    b"",
    b"{",
    b'{"fact": "partnerships.person-registered.v1"}',
    b'{"fact": "partnerships.person-registered.v1", "person": "nobody"}',
    b'{"fact": "partnerships.key-revoked.v1", "person": "00000000-0000-0000-0000-000000000007"}',
    b'"\xff"',
    b"[" * 20_000,
)


def recorded(fact: Any, index: int = 1, community: str = "here", log: str = "partnerships") -> Recorded[Any]:
    store = Mapper(log).recorded([row(b"{}", b'{"actor":{}}')])[0]
    return msgspec.structs.replace(store, fact=fact, index=index, community=community, log=log)


def row(state: bytes, metadata: bytes, tag: str = TAG) -> tuple[Any, ...]:
    return msgspec.structs.astuple(msgspec.structs.replace(STORED, topic=tag, state=state, metadata=metadata))


@pytest.mark.parametrize("state", BROKEN)
def test_broken_bytes_of_a_known_kind_come_as_an_unreadable_fact_that_says_why(state: bytes) -> None:
    (found,) = MAPPER.recorded([row(state, b'{"actor":{}}')])
    assert isinstance(found.fact, UnreadableFact)
    assert (found.fact.of, found.tag, found.index) == (TAG, TAG, 12)
    assert found.fact.error


def test_a_fact_by_nobody_knows_whom_is_unreadable_and_one_of_an_unknown_kind_stays_unknown() -> None:
    whole = msgspec.json.encode(PersonRegistered(PERSON_ID))
    (broken,) = MAPPER.recorded([row(whole, b"{")])
    assert isinstance(broken.fact, UnreadableFact)
    assert broken.fact.error.startswith("its metadata: ")
    (unknown,) = MAPPER.recorded([row(whole, b"{", "partnerships.of-a-later-version.v9")])
    assert unknown.fact == UnknownFact()


def test_an_upcaster_that_stumbles_makes_it_unreadable_under_the_tag_of_today() -> None:
    def stumble(raw: dict[str, Any]) -> dict[str, Any]:
        return {"person": raw["nowhere"]}

    former = "partnerships.person-noted.v1"
    mapper = Mapper("partnerships", {TAG: PersonRegistered}, {former: Upcast(TAG, stumble)})
    assert mapper.fact(former, b"{}") == UnreadableFact(TAG, "KeyError: 'nowhere'")


async def broken_log() -> MemoryStore:
    """One person, registered twice, the second time illegibly."""
    store, stream = MemoryStore(), stream_id("person", PERSON_ID)
    first = MAPPER.to_stored(new_id(), stream, 1, PersonRegistered(PERSON_ID))
    second = StoredEvent(new_id(), stream, 2, TAG, BROKEN[3])
    await store.append(request(first, second, expected={stream: 0}, metadata=b'{"actor":{}}'))
    return store


@pytest.mark.parametrize("snapshots", [False, True])
async def test_an_aggregate_with_one_in_its_history_is_refused_not_guessed(snapshots: bool) -> None:
    store = await broken_log()
    run = commands(store)
    if snapshots:
        run.snapshots = Snapshots(MemorySnapshots(store), store, run.mapper, "code")

    async def attempt(work: Work) -> None:
        await work.load(PERSON, PERSON_ID)

    with pytest.raises(Refused, match=r"partnerships@2, a partnerships\.person-registered\.v1, cannot") as refused:
        await run.execute(context(), attempt)
    assert refused.value.names(CannotBeRead)


async def test_a_log_with_one_in_it_is_read_to_its_end() -> None:
    log = OwnLog("partnerships", await broken_log(), MAPPER)
    assert [type(one.fact) for one in await log.after(0)] == [PersonRegistered, UnreadableFact]
    assert (await Following(log, Register).current()).index == 2


def test_the_register_closes_the_doors_of_that_community_and_of_no_other() -> None:
    register = Register()
    register.apply(recorded(UnreadableFact(KeyRevoked.fact_tag(), "?"), 3, "here"))
    register.apply(recorded(UnreadableFact(AgreementSigned.fact_tag(), "?"), 4, "there"))
    with pytest.raises(Refused) as refused:
        register.community("here")
    assert refused.value.reasons == (CannotBeRead("partnerships", 3, TAG),)
    assert register.community("there").key == "there", "from an agreement follows nobody's authority"


def test_a_publication_that_cannot_be_read_may_be_the_one_in_force() -> None:
    pathways = Pathways()
    unreadable = UnreadableFact(PathwayPublished.fact_tag(), "?")
    pathways.apply(recorded(unreadable, 3, "here", "credentials"))
    with pytest.raises(Refused) as refused:
        pathways.in_force("here", "rapid", recorded(unreadable).occurred_at)
    assert refused.value.names(CannotBeRead)
    assert pathways.in_force("there", "rapid", recorded(unreadable).occurred_at) is None
