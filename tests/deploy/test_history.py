"""Generated histories: every stream folds, what refers is true, the same seed tells the same."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from deploy.local.history.lives import LIVES
from deploy.local.history.telling import LOGS, Extent, Told
from services.credentials.domain.microcredential import MICROCREDENTIAL
from services.credentials.domain.offering import OFFERING, Closed
from services.credentials.domain.pathway import PATHWAY
from services.credentials.domain.states import Approved, Preparing, Retired, UnderReview, Validating
from services.credentials.domain.steps import Open, digest_of
from services.credentials.reactions.on_proposal_accepted import OpenMicrocredentialOnProposalAccepted
from services.intake.domain.proposal import PROPOSAL, Accepted, Declined, Withdrawn
from services.partnerships.domain.agreement import AGREEMENT, InForce
from services.partnerships.domain.community import COMMUNITY, KEY
from services.partnerships.domain.council import COUNCIL
from services.partnerships.domain.partner import PARTNER
from services.partnerships.domain.person import PERSON
from services.partnerships.domain.position import POSITION
from shared.authority import Register, evidence_for, seat_evidence
from shared.contracts.credentials import MicrocredentialOpened, SignOffRecorded, StepOpened
from shared.contracts.intake import ConceptResponded, ProposalAccepted, ProposalSubmitted
from shared.eventstore.commands import Commands
from shared.eventstore.hint import Hint
from shared.eventstore.mapper import Mapper
from shared.eventstore.memory import MemoryStore
from shared.eventstore.vocabulary import AppendRequest
from shared.kernel import Decider, Recorded, fold, stream_id, stream_key, utc_now
from shared.messaging.reactions import Reactor
from shared.security.digests import outline_digest
from shared.security.keys import parse_key
from shared.security.notes import FileNoteKeys, Vault
from tests.support.databases import fresh_database
from tests.support.servers import Servers

DECIDERS: dict[str, Decider[Any, Any]] = {
    decider.category: decider
    for decider in (
        COMMUNITY, PERSON, KEY, PARTNER, POSITION, COUNCIL, AGREEMENT, PATHWAY, MICROCREDENTIAL, OFFERING, PROPOSAL,
    )
}  # fmt: skip
EXTENT = Extent("test", 6000, date(2026, 10, 1))


@cache
def told() -> Told:
    return EXTENT.community(0)


@cache
def recorded() -> dict[str, list[Recorded[Any]]]:
    """The history by log, as the store would hold it on its own."""
    logs: dict[str, list[Recorded[Any]]] = {}
    for log in LOGS:
        mapper = Mapper(log)
        facts: list[Recorded[Any]] = []
        for request in told().requests(log):
            so_far = len(facts)
            facts += [_recorded(mapper, request, place, so_far + place) for place in range(1, len(request.events) + 1)]
        logs[log] = facts
    return logs


def _recorded(mapper: Mapper, request: AppendRequest, ordinal: int, index: int) -> Recorded[Any]:
    event = request.events[ordinal - 1]
    return Recorded(
        event.id, event.topic, mapper.log, request.community, event.originator_id, event.originator_version, index,
        request.occurred_at, request.occurred_at, request.command_id, ordinal, request.correlation, request.causation,
        mapper.to_metadata(request.metadata), mapper.fact(event.topic, event.state),
    )  # fmt: skip


def streams(log: str) -> dict[str, list[Recorded[Any]]]:
    found: dict[str, list[Recorded[Any]]] = {}
    for one in recorded()[log]:
        found.setdefault(one.stream, []).append(one)
    return found


def facts_of(kind: type) -> Iterator[tuple[Recorded[Any], Any]]:
    for log in LOGS:
        yield from ((one, one.fact) for one in recorded()[log] if isinstance(one.fact, kind))


def states(category: str) -> Iterator[Any]:
    decider = DECIDERS[category]
    for log in LOGS:
        for stream, facts in streams(log).items():
            if stream.startswith(f"{category}-"):
                yield fold(decider, (one.fact for one in facts))


def test_it_has_as_many_facts_as_asked_in_all_three_logs() -> None:
    counts = {log: len(facts) for log, facts in recorded().items()}
    assert sum(counts.values()) == 6000
    assert counts == told().counts
    assert counts["credentials"] > counts["intake"] > counts["partnerships"] > 100


@pytest.mark.parametrize("log", LOGS)
def test_every_stream_begins_at_one_has_no_gap_and_folds_into_a_state_of_its_aggregate(log: str) -> None:
    for stream, facts in streams(log).items():
        decider = DECIDERS[stream[:-37]]
        assert [one.version for one in facts] == list(range(1, len(facts) + 1))
        assert [one.occurred_at for one in facts] == sorted(one.occurred_at for one in facts)
        state = fold(decider, (one.fact for one in facts))
        assert type(state) is not type(decider.initial), stream


@pytest.mark.parametrize("log", LOGS)
def test_time_passes_in_a_log_and_ids_and_commands_are_used_once(log: str) -> None:
    facts = recorded()[log]
    assert [one.occurred_at for one in facts] == sorted(one.occurred_at for one in facts)
    assert facts[-1].occurred_at <= datetime(2026, 10, 1, tzinfo=UTC)
    assert len({one.id for one in facts}) == len(facts)
    assert len({(one.command_id, one.ordinal) for one in facts}) == len(facts)
    assert all(one.id.version == 7 for one in facts)


def test_a_microcredential_has_its_proposals_id_and_opens_as_the_reaction_would_open_it() -> None:
    accepted = {fact.proposal: one for one, fact in facts_of(ProposalAccepted)}
    opened = {fact.microcredential: one for one, fact in facts_of(MicrocredentialOpened)}
    assert accepted.keys() == opened.keys()
    for proposal, one in opened.items():
        cause = accepted[proposal]
        assert stream_key(one.stream) == stream_key(cause.stream) == proposal
        assert (one.causation, one.correlation, one.occurred_at) == (cause.id, cause.correlation, cause.occurred_at)
        assert (one.metadata.actor.service, one.metadata.backdated) == ("credentials", False)


@pytest.mark.servers
async def test_the_reaction_finds_its_commands_done_and_moves_on(tmp_path: Path, servers: Servers) -> None:
    own = MemoryStore()
    for request in told().requests("credentials"):
        await own.append(request)
    vault = Vault(FileNoteKeys(tmp_path))
    commands = Commands(own, Mapper("credentials"), vault, utc_now, Hint())
    heard = recorded()["intake"][:400]

    class Heard:
        name = "intake"

        async def after(self, index: int, limit: int = 1000) -> list[Recorded[Any]]:
            return heard[index : index + limit]

        async def last_index(self) -> int:
            return len(heard)

    before = await own.last_index()
    async with fresh_database(servers, "credentials") as database:
        reaction = OpenMicrocredentialOnProposalAccepted()
        reactor = Reactor("credentials", reaction, Heard(), commands, database.appender)
        while await reactor.advance():
            pass
    assert await own.last_index() == before
    assert await own.tracked(reactor.consumer) == 400


def test_outline_digests_are_those_of_the_outlines() -> None:
    for log_state in states("microcredential"):
        for step in log_state.steps.values():
            if isinstance(step, Open):
                assert step.digest == digest_of(step.policy, log_state.outline)
        if log_state.approved is not None:
            assert log_state.approved.digest == outline_digest(log_state.approved.outline)
    proposals = {stream: [] for stream in streams("intake")}  # type: ignore[var-annotated]
    for stream, facts in streams("intake").items():
        for one in facts:
            if isinstance(one.fact, ProposalSubmitted):
                state = fold(PROPOSAL, proposals[stream])
                assert one.fact.digest == outline_digest(state.outline)  # type: ignore[union-attr]
            proposals[stream].append(one.fact)


def test_the_evidence_of_sign_offs_and_responses_is_what_the_register_says() -> None:
    register = Register()
    for one in recorded()["partnerships"]:
        register.apply(one)
    known = {one.id for one in recorded()["partnerships"]}
    community = register.community(told().cast.key)
    for kind in (SignOffRecorded, ConceptResponded):
        for one, fact in facts_of(kind):
            given, by = fact.evidence, fact.by
            assert given.facts
            assert set(given.facts) <= known
            if given.seat is not None:
                said: Any = seat_evidence(community, given.log_index, given.matter, by, given.seat, one.occurred_at)
            else:
                said = evidence_for(community, given.log_index, given.matter, by, one.occurred_at)
            assert said == given
            assert one.metadata.actor.person == by.person


def test_steps_fall_due_after_they_open_by_the_days_of_their_pathway() -> None:
    steps = {step.key: step for step in next(iter(states("pathway"))).versions[0]}
    for one, fact in facts_of(StepOpened):
        assert (fact.due - one.occurred_at).days == steps[fact.step].due_days


def test_there_is_something_of_everything_and_many_steps_wait() -> None:
    lives = ("proposal", "microcredential", "offering")
    found = Counter(type(state) for category in lives for state in states(category))
    for kind in (Accepted, Declined, Withdrawn, Preparing, Validating, Approved, UnderReview, Retired, Closed):
        assert found[kind], kind
    waiting = [state for state in states("microcredential") if any(isinstance(s, Open) for s in state.steps.values())]
    assert len(waiting) > 20
    tags = {one.tag for facts in recorded().values() for one in facts}
    for tag in ("sign-off-lapsed", "step-reopened", "step-refused", "outline-returned", "condition-met"):
        assert f"credentials.{tag}.v1" in tags
    assert isinstance(next(iter(states("agreement"))), InForce)


def test_every_life_is_of_use() -> None:
    assert sum(weight for weight, _ in LIVES) == 1000


def test_the_same_seed_tells_the_same_and_another_something_else() -> None:
    def bytes_of(extent: Extent) -> list[AppendRequest]:
        community = extent.community(0)
        return [request for log in LOGS for request in community.requests(log)]

    small = Extent("one", 1000, date(2026, 10, 1))
    assert bytes_of(small) == bytes_of(small)
    other = {event.id for request in bytes_of(Extent("two", 1000, date(2026, 10, 1))) for event in request.events}
    assert not other & {event.id for request in bytes_of(small) for event in request.events}


def test_one_log_alone_can_be_told_with_more_that_waits() -> None:
    extent = Extent("one", 3000, date(2026, 10, 1), ("credentials",), waiting=200)
    community = extent.community(0)
    events = [event for request in community.requests("credentials") for event in request.events]
    assert len(events) == 3000
    last = {event.originator_id: event for event in events}
    assert sum(one.originator_version == 3 and one.topic == StepOpened.fact_tag() for one in last.values()) >= 200


def test_a_long_history_is_told_community_by_community() -> None:
    extent = Extent("one", 300_000, date(2026, 10, 1))
    assert extent.communities == 3
    assert len({extent.community(number).cast.key for number in range(2)}) == 2


def test_the_keys_open_what_they_say() -> None:
    cast = told().cast
    assert {"coordinator", "auditor", "college-1/dean", "industry-1/senior-member"} <= cast.people.keys()
    for key in cast.people.values():
        parsed = parse_key(key.text)
        assert parsed is not None
        assert cast.register.keys[parsed.id].secret_hash == parsed.secret_hash
    assert stream_id("partner", cast.partner("college-1")) in streams("partnerships")
