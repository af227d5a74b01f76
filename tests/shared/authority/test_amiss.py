"""What is amiss is kept until a fact or a moment makes it another; and what ends before long is found."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid5

from shared.authority import Register
from shared.authority.amiss import NEVER, Amiss, changes
from shared.authority.endings import SOON
from shared.authority.findings import Finding, findings
from shared.contracts import partnerships as said
from shared.contracts.values import Scope
from shared.kernel import Actor, Fact, Metadata, Recorded
from tests.shared.authority.test_findings import (
    CARA,
    DANA,
    DEAN,
    HANA,
    HEAD,
    LETTER,
    MATTERS,
    NOW,
    NSCC,
    amiss,
    owns,
    position,
    register,
)

OTHER = UUID(int=2)


def more(folded: Register, *facts: Fact) -> None:
    """Take these facts in as well, at `NOW`."""
    for fact in facts:
        one, place = UUID(int=5000 + folded.index), folded.index + 1
        recorded: Any = Recorded(
            one, fact.fact_tag(), "partnerships", "here", "x", 1, place, NOW, NOW, one, 1, one, None, Metadata(Actor()),
            fact,
        )  # fmt: skip
        folded.apply(recorded)


def kept(looker: Amiss, folded: Register, after: timedelta = timedelta(0)) -> tuple[Finding, ...]:
    """What it says, which is what `findings` says."""
    community, at = folded.community("here"), NOW + after
    told = looker.at(community, folded.index, NSCC, MATTERS, at)
    assert told == findings(community, folded.index, NSCC, MATTERS, at)
    return told


def test_what_was_found_is_kept_until_a_fact_speaks_of_that_partner() -> None:
    folded, looker = register(position(DEAN, "dean", DANA), owns(DEAN, "funding")), Amiss()
    first = kept(looker, folded)
    assert kept(looker, folded) is first
    name = {"en": "Other"}
    more(folded, said.PartnerRegistered(OTHER, "other", name, "employer", "CA-NS", HEAD, LETTER))
    assert kept(looker, folded) is first
    more(folded, *owns(DEAN, "fees"))
    assert kept(looker, folded) is not first
    second = kept(looker, folded)
    more(folded, said.PersonErased(DANA, DANA))
    assert "erased-person" in {one.kind for one in kept(looker, folded)} - {one.kind for one in second}


def test_what_was_found_is_looked_for_again_once_a_moment_has_changed_it() -> None:
    holding, until = uuid5(DEAN, str(DANA)), NOW + SOON + timedelta(days=5)
    folded = register(
        position(DEAN, "dean", DANA), owns(DEAN, "funding"), [said.HolderEnded(holding, DEAN, until, LETTER)]
    )
    looker = Amiss()
    assert "ends-soon" not in {one.kind for one in kept(looker, folded)}
    assert "ends-soon" in {one.kind for one in kept(looker, folded, timedelta(days=6))}
    assert "vacant-position" in {one.kind for one in kept(looker, folded, timedelta(days=36))}
    community = folded.community("here")
    assert changes(community, community.partners[NSCC], NOW) == until - SOON
    assert changes(community, community.partners[NSCC], until) == NEVER


def test_a_holder_who_leaves_soon_is_found_unless_somebody_follows() -> None:
    holding, until = uuid5(DEAN, str(DANA)), NOW + timedelta(days=10)
    leaves: list[Fact] = [said.HolderEnded(holding, DEAN, until, LETTER)]
    known = (position(DEAN, "dean", DANA), owns(DEAN, "funding"), leaves)
    assert amiss(register(*known), "ends-soon") == [(None, "nscc/dean")]
    follows = UUID(int=71)
    next_: list[Fact] = [
        said.HolderAppointed(follows, DEAN, HANA, until, LETTER),
        said.HolderConfirmed(follows, DEAN, CARA),
    ]
    assert amiss(register(*known, next_), "ends-soon") == []


def test_a_responsibility_that_ends_soon_is_found_unless_another_position_takes_it_over() -> None:
    until, one, two = NOW + timedelta(days=10), UUID(int=81), UUID(int=82)
    ends: list[Fact] = [
        said.ResponsibilityAssigned(one, NSCC, DEAN, "funding", "accountable", NOW, LETTER, Scope(), until),
        said.ResponsibilityConfirmed(one, NSCC, CARA),
    ]
    known = (position(DEAN, "dean", DANA), position(HEAD, "head", HANA), ends)
    assert amiss(register(*known), "ends-soon") == [("funding", "nscc/dean")]
    follows: list[Fact] = [
        said.ResponsibilityAssigned(two, NSCC, HEAD, "funding", "accountable", until, LETTER, Scope()),
        said.ResponsibilityConfirmed(two, NSCC, CARA),
    ]
    assert amiss(register(*known, follows), "ends-soon") == []
