"""Who may read a proposal or a microcredential: asked of values, of one thing and of a whole list alike. Pure.

What may be read is a set of ids, and so is whoever reads: who has one of them in common with it may read it. Ids are
those of persons, positions, partners and councils; two more stand for groups that have no id of their own. So a list
asks its index the very question that one item is asked.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import assert_never
from uuid import UUID, uuid5

from msgspec import structs

from shared.authority.community import Community
from shared.authority.grounds import grounds
from shared.authority.quorums import has_voice
from shared.contracts import credentials as c
from shared.contracts import intake as i
from shared.contracts.values import EachOf, Matter, OwnerAt, Party, QuorumOf, RosterOf, Round, Rule
from shared.kernel import Fact, Value

_GROUPS = UUID("6b0f6c4e-8f0e-5a53-9d0a-6a3a1c3f2b11")
COORDINATORS = uuid5(_GROUPS, "coordinators")
"""Stands for the community's coordinators."""
EVERYTHING: None = None
"""What a reader has who reads under a mandate: no set of ids limits it."""
CONCEPT: Matter = "industry-validation"


def owners_of(matter: Matter) -> UUID:
    """Stands for whoever is accountable for the matter, at any partner."""
    return uuid5(_GROUPS, f"owner of {matter}")


def lent_at(partner: UUID) -> UUID:
    """Stands for whoever has matters of a position at that partner delegated to them, and holds none there."""
    return uuid5(_GROUPS, f"delegates at {partner}")


class Readership(Value, frozen=True):
    """Who may read one proposal or microcredential, as its facts tell.

    While it is `draft`, those of the partner it belongs to and those `invited`; from then on those `named` as well, and
    coordinators, for good; `asked` only as long as they are.
    """

    partner: UUID
    draft: bool
    named: frozenset[UUID] = frozenset()
    asked: frozenset[UUID] = frozenset()
    invited: dict[UUID, UUID] = {}  # noqa: RUF012 - msgspec copies an empty default

    @property
    def ids(self) -> frozenset[UUID]:
        """Whoever has one of these may read it."""
        own = {self.partner, *self.invited.values()}
        delegates = (lent_at(one) for one in (self.partner, *self.named))
        return frozenset(own if self.draft else {*own, COORDINATORS, *self.named, *self.asked, *delegates})

    @property
    def ids_of_drafting(self) -> frozenset[UUID]:
        """Whoever has one of these may read how it was before it was first submitted."""
        own = {self.partner, *self.invited.values()}
        return frozenset(own if self.draft else {*own, COORDINATORS})


class Reader(Value, frozen=True):
    """Whoever asks: `ids` is None under an auditor's mandate; `partners` are those they hold positions at."""

    person: UUID
    ids: frozenset[UUID] | None
    partners: frozenset[UUID] = frozenset()
    seats: frozenset[UUID] = frozenset()
    is_coordinator: bool = False

    def may_read(self, readership: Readership) -> bool:
        """Whether they may read what it is about."""
        return self.ids is None or not self.ids.isdisjoint(readership.ids)

    def may_read_drafting(self, readership: Readership) -> bool:
        """Whether they may read how it was before it was first submitted."""
        return self.ids is None or not self.ids.isdisjoint(readership.ids_of_drafting)

    def may_read_confidence(self, author: UUID | None, councils: Iterable[UUID]) -> bool:
        """Whether they may read what was supplied in confidence: its author, coordinators, auditors, those councils."""
        trusted = self.ids is None or self.is_coordinator or author == self.person
        return trusted or not self.seats.isdisjoint(councils)

    def delivers(self, partner: UUID) -> bool:
        """Whether that delivering partner is their own, so that its small counts are shown to them."""
        return partner in self.partners


def reader(community: Community, person: UUID, role: str, at: datetime) -> Reader:
    """That person as a reader at that moment: through the positions they hold or stand in for, and their partners.

    By a delegation they read what was submitted to that partner, to decide it; not its drafts nor its small counts, and
    in confidence only where the delegated matter is that of councils.
    """
    acts = [acting for acting in grounds(community, person, at) if acting.partner in community.partners]
    positions = frozenset(acting.position for acting in acts if acting.delegation is None)
    lent = [community.positions[one.position].delegations[one.delegation] for one in acts if one.delegation is not None]
    delegated = frozenset(matter for one in lent for matter in one.matters)
    voices = positions | {one.position for one in acts if CONCEPT in delegated}
    partners = frozenset(community.positions[position].partner for position in positions)
    rosters = {council.id: council.roster(at) for council in community.councils.values()}
    filled = {key: [seat for seat in one.seats if has_voice(seat, at)] for key, one in rosters.items() if one}
    own = {key for key, found in filled.items() if any(seat.partner in partners for seat in found)}
    seats = {key for key, found in filled.items() if any(seat.position in voices for seat in found)}
    matters = {
        owners_of(entry.matter)
        for partner in partners
        for entry in community.partners[partner].responsibilities.values()
        if entry.position in positions and entry.letter == "accountable" and entry.holds(at)
    }
    matters |= {owners_of(matter) for matter in delegated} | {lent_at(one.partner) for one in acts if one.delegation}
    coordinates = role == "coordinator"
    ids = frozenset({person, *positions, *partners, *own, *matters, *((COORDINATORS,) if coordinates else ())})
    return Reader(person, EVERYTHING if role == "auditor" else ids, partners, frozenset(seats), coordinates)


def evolve(state: Readership | None, fact: Fact) -> Readership | None:
    """Who may read it after one more fact about it; None before its first."""
    match state, fact:
        case None, i.ProposalDrafted(by=by):
            return Readership(by.partner, draft=True)
        case None, c.MicrocredentialOpened():
            named = {fact.accepted_by.partner}.union(*(_of_rule(step.rule) for step in fact.steps))
            return Readership(fact.proposed_by.partner, False, frozenset(named))
        case None, _:
            return None
        case Readership(), i.ProposalSubmitted(to=to):
            return structs.replace(state, draft=False, named=state.named | {to}, asked=frozenset({owners_of(CONCEPT)}))
        case Readership(), i.ConceptResponded(by=by) | c.SignOffRecorded(by=by):
            return structs.replace(state, named=state.named | {by.partner})
        case Readership(), (i.ProposalAccepted() | i.ProposalReturned() | i.ProposalDeclined() | i.ProposalWithdrawn()):
            return structs.replace(state, asked=frozenset())
        case Readership(), i.ReaderInvited(invitation=invitation, person=person, partner=partner):
            who = person or partner
            return structs.replace(state, invited={**state.invited, invitation: who}) if who else state
        case Readership(), i.InvitationEnded(invitation=ended):
            left = {invitation: who for invitation, who in state.invited.items() if invitation != ended}
            return structs.replace(state, invited=left)
        case Readership(), c.StepOpened(round=round_, waits_on=waits_on):
            return structs.replace(state, named=state.named | _of_rule(round_) | _of_parties(waits_on))
        case Readership(), c.OfferingOpened(by=by, delivered_by=delivered_by):
            return structs.replace(state, named=state.named | {delivered_by or by.partner})
        case Readership(), c.StepReopened(waits_on=waits_on):
            return structs.replace(state, named=state.named | _of_parties(waits_on))
        case _:
            return state


def of(facts: Iterable[Fact]) -> Readership | None:
    """Who may read what those facts are about."""
    state: Readership | None = None
    for fact in facts:
        state = evolve(state, fact)
    return state


def _of_rule(rule: Rule | Round) -> frozenset[UUID]:
    match rule:
        case OwnerAt(partner=partner):
            return frozenset({partner})
        case EachOf(partners=partners):
            return frozenset(partners)
        case QuorumOf(council=council):
            return frozenset({council})
        case RosterOf(council=council, seats=seats):
            return frozenset({council, *(seat.partner for seat in seats)})
        case _:
            assert_never(rule)


def _of_parties(parties: Iterable[Party]) -> frozenset[UUID]:
    return frozenset(party.partner for party in parties)
