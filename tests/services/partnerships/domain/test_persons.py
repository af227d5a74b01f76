"""Persons, as the rules have it: who is gone to, and what follows from an erasure."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from services.partnerships.domain import person as persons
from services.partnerships.domain.person import PERSON, Contact, ErasePerson, IsErased, NoSuchPerson, NotToBeReached
from shared.authority import Community
from shared.authority.entries import Delegation, Holding, Position, Terms
from shared.contracts.partnerships import PersonContactChanged, PersonErased, PersonRegistered, Role
from shared.contracts.values import Instrument
from shared.kernel import Refused, fold

NOW, DAY = datetime(2026, 3, 1, tzinfo=UTC), timedelta(days=1)
HOLDER, DELEGATE, READER, POSITION = (UUID(int=number) for number in range(1, 5))
INSTRUMENT = Instrument("policy", "P-1", NOW.date())


def community(*, confirmed: datetime | None = NOW) -> Community:
    """One position, its holder and the holder's delegate, for ten days from now."""
    until = NOW + 10 * DAY
    position = Position(
        NOW,
        None,
        INSTRUMENT,
        confirmed,
        id=POSITION,
        partner=UUID(int=9),
        key="dean",
        terms=[Terms(NOW, {"en": "Dean"})],
    )
    held = Holding(NOW, until, INSTRUMENT, NOW, id=UUID(int=5), person=HOLDER)
    lent = Delegation(
        NOW, until, INSTRUMENT, NOW, id=UUID(int=6), holding=held.id, by=HOLDER, to=DELEGATE, matters=frozenset()
    )
    position.holdings[held.id], position.delegations[lent.id] = held, lent
    known = {HOLDER: {POSITION}, DELEGATE: {POSITION}}
    return Community("here", positions={POSITION: position}, held_by=known)


@pytest.mark.parametrize("person", [HOLDER, DELEGATE])
def test_whoever_holds_or_is_delegated_a_position_is_gone_to_while_they_do(person: UUID) -> None:
    moments = [NOW - DAY, NOW, NOW + 9 * DAY, NOW + 10 * DAY]
    assert [persons.is_gone_to(community(), person, at) for at in moments] == [False, True, True, False]


@pytest.mark.parametrize("person", [HOLDER, DELEGATE])
def test_nobody_is_gone_to_for_a_position_that_is_not_confirmed(person: UUID) -> None:
    assert not persons.is_gone_to(community(confirmed=None), person, NOW)


@pytest.mark.parametrize("role", ["member", "advisor", "authority-administrator", "integration"])
def test_the_community_reads_only_of_whom_it_is_sent_to(role: Role) -> None:
    persons.check_reads(community(), HOLDER, READER, role, NOW)
    persons.check_reads(community(), READER, READER, role, NOW)
    with pytest.raises(Refused) as refused:
        persons.check_reads(community(), UUID(int=7), READER, role, NOW)
    assert refused.value.names(NotToBeReached)


def test_after_an_erasure_nothing_changes_any_more() -> None:
    state = fold(PERSON, (PersonRegistered(HOLDER), PersonErased(HOLDER, HOLDER)))
    assert persons.erase(state, READER, ErasePerson(), None) == ()
    with pytest.raises(Refused) as refused:
        persons.change_contact(state, HOLDER, ("name",), UUID(int=8), "sha-256:" + "0" * 64)
    assert refused.value.names(IsErased)
    late = PersonContactChanged(HOLDER, HOLDER, UUID(int=8), "sha-256:" + "0" * 64, ("name",))
    assert PERSON.evolve(state, late) == state


def test_nobody_is_erased_who_was_not_registered() -> None:
    with pytest.raises(Refused) as refused:
        persons.erase(PERSON.initial, HOLDER, ErasePerson(), None)
    assert refused.value.names(NoSuchPerson)


def test_a_change_sets_what_is_stated_clears_what_is_null_and_leaves_the_rest() -> None:
    known = Contact("A", "a@college.example", "112 00")
    new = persons.changed(known, persons.ChangeContact(email="b@college.example", phone=None))
    assert new == Contact("A", "b@college.example")
    assert persons.differing(known, new) == ("email", "phone")
