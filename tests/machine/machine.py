"""The machine as hypothesis runs it: each rule is a step chosen by numbers, and after each the checks are made."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

from hypothesis import strategies as some
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from services.partnerships.domain.council import SeatAsked
from shared.contracts import partnerships as said
from shared.contracts.credentials import SignOffRecorded, StepOpened
from shared.contracts.values import Quorum, RosterOf, Scope
from tests.machine.checks import Checks, Question
from tests.machine.steps import ACCEPTANCE, AROUND, LAPSES, MATTERS, VALIDATION, Step, Steps
from tests.machine.twin import BEGINNING

NUMBER = some.integers(0, 59)
"""Which of a list: 60 is divided evenly by the lengths of most."""
AROUND_NOW, LAPSE = some.sampled_from(AROUND), some.sampled_from(LAPSES)
SCOPES = (Scope(), Scope("sector", "health"), Scope("unit", "trades"), Scope("amount", "5000"), None)
"""None for a microcredential at hand."""
ABOUT: tuple[tuple[Scope, ...], ...] = (
    (), (Scope("sector", "health"),), (Scope("unit", "trades"), Scope("amount", "300")), (Scope("amount", "9000"),),
)  # fmt: skip
AROUND_THEN = tuple(timedelta(seconds=one) for one in (0, -1, -3, -3600, 3, 90_000))


def of(things: Any, number: int) -> Any:
    return things[number % len(things)]


class Machine(RuleBasedStateMachine):
    """Partners, positions, holders, councils, proposals, sign-offs; time; and what is heard of it, when."""

    ended: Callable[[Steps, Checks], None] | None = None
    """Told at the end of each run, where a long form collects what happened."""

    def __init__(self) -> None:
        super().__init__()
        self.steps, self.checks = Steps(), Checks()
        self._told = {"partnerships": 0, "credentials": 0}

    def teardown(self) -> None:
        try:
            self.steps.twin.run(self.steps.twin.hear("credentials"))
            self.steps.twin.run(self.steps.twin.react())
            self.every_promise_is_kept()
            self.checks.everything_is_heard()
            self.checks.asks_again()
            if self.ended is not None:
                self.ended(self.steps, self.checks)
        finally:
            self.steps.close()

    @invariant()
    def every_promise_is_kept(self) -> None:
        twin = self.steps.twin
        new = {name: twin.run(twin.facts(name, after)) for name, after in self._told.items()}
        for name, facts in new.items():
            self._told[name] += len(facts)
        self.checks.told(new["partnerships"], new["credentials"])
        asked = self.checks.steps
        self._ask(asked, asked // 3, asked // 2, asked)

    @rule(lapse=LAPSE)
    def time_passes(self, lapse: Any) -> None:
        self.steps.twin.now += lapse

    @rule(service=some.sampled_from(["intake", "credentials"]), fewer=some.integers(0, 3))
    def a_service_hears(self, service: str, fewer: int) -> None:
        twin = self.steps.twin
        twin.run(twin.hear(service, twin.run(twin.sides["partnerships"].log.last_index()) - fewer))

    @rule()
    def credentials_reacts(self) -> None:
        """To what it has heard, and to what was signed."""
        self.steps.twin.run(self.steps.twin.react())

    @rule(partner=NUMBER, beside=NUMBER, above=NUMBER, own=some.booleans())
    def a_position_is_established(self, partner: int, beside: int, above: int, own: bool) -> None:
        steps, chosen = self.steps, of(self.steps.partners, partner)
        theirs = [None, *(one for one in steps.positions if self._partner(one) == chosen)]
        named = (of(theirs, one) for one in (beside, above))
        if len(steps.positions) < 12:
            self._go(steps.establish(chosen, self._recorder(chosen, own=own), *named), "established")

    @rule(position=NUMBER, person=NUMBER, since=AROUND_NOW, until=AROUND_NOW, own=some.booleans())
    def somebody_is_appointed(self, position: int, person: int, since: Any, until: Any, own: bool) -> None:
        chosen, steps = of(self.steps.positions, position), self.steps
        moments = steps.moment(since), steps.moment(until)
        by = self._recorder(self._partner(chosen), own=own)
        self._go(steps.appoint(chosen, of(steps.persons, person), *moments, by), "appointed")

    @rule(position=NUMBER, beside=NUMBER, above=NUMBER)
    def a_position_changes(self, position: int, beside: int, above: int) -> None:
        steps, chosen = self.steps, of(self.steps.positions, position)
        partner = self._partner(chosen)
        own = [None, *(one for one in steps.positions if self._partner(one) == partner)]
        named = of(own, beside), of(own, above)
        self._go(steps.change_position(chosen, steps.administrators[partner], *named), "position changed")

    @rule(
        position=NUMBER,
        who=NUMBER,
        to=NUMBER,
        matter=NUMBER,
        until=some.sampled_from(LAPSES),
        confirmed=some.booleans(),
    )
    def a_matter_is_delegated(
        self, position: int, who: int, to: int, matter: int, until: timedelta, confirmed: bool
    ) -> None:
        """By whoever holds the position, or whoever it was delegated to there, who passes it on."""
        steps, chosen = self.steps, of(self.steps.positions, position)
        granted = [one for one, _ in self._entries() if isinstance(one, said.DelegationGranted)]
        passed_on = of([None, None, *granted], who)
        person, where = (passed_on.to, passed_on.position) if passed_on else self._somebody(chosen, who)
        matters = (of(MATTERS, matter),) if matter % 4 else MATTERS
        until_then, before = steps.twin.now + until, passed_on.delegation if passed_on else None
        delegating = steps.delegate(where, person, of(steps.persons, to), matters, until_then, before)
        self._go(delegating, "delegated")
        self.every_promise_is_kept()
        if confirmed and (waiting := [one for one in self._unconfirmed() if isinstance(one, said.DelegationGranted)]):
            self._go(steps.confirm(waiting[-1], self._administrator(waiting[-1])), "confirmed")

    @rule(position=NUMBER, who=NUMBER, since=AROUND_NOW, until=AROUND_NOW)
    def somebody_is_away(self, position: int, who: int, since: Any, until: Any) -> None:
        steps = self.steps
        person, where = self._somebody(of(steps.positions, position), who)
        self._go(steps.be_away(where, person, steps.moment(since), steps.moment(until)), "away")

    @rule(which=NUMBER)
    def somebody_is_back(self, which: int) -> None:
        if away := [one.fact for one in self.checks.register if isinstance(one.fact, said.AbsenceRecorded)]:
            chosen = of(away, which)
            self._go(self.steps.come_back(chosen, chosen.by), "back")

    @rule(position=NUMBER, matter=NUMBER, scope=NUMBER, since=AROUND_NOW, until=AROUND_NOW, own=some.booleans())
    def a_matter_is_given(self, position: int, matter: int, scope: int, since: Any, until: Any, own: bool) -> None:
        self._go(self._assignment(position, matter, scope, since, until, own=own), "assigned")

    @rule(first=NUMBER, second=NUMBER, matter=NUMBER, scope=NUMBER)
    def a_matter_is_given_to_two_at_once(self, first: int, second: int, matter: int, scope: int) -> None:
        """Both administrators decide on the same version of the register."""
        one, other = (self._assignment(each, matter, scope, None, None, own=True) for each in (first, second))
        self._go(self.steps.meanwhile("partnerships", one, other), "assigned at once")

    @rule(what=NUMBER)
    def something_is_confirmed(self, what: int) -> None:
        if waiting := self._unconfirmed():
            chosen = of(waiting, what)
            self._go(self.steps.confirm(chosen, self._administrator(chosen)), "confirmed")

    @rule(what=NUMBER, until=AROUND_NOW, own=some.booleans())
    def something_is_ended(self, what: int, until: Any, own: bool) -> None:
        self._go(self._ending(what, until, own=own), "ended")

    @rule(which=NUMBER, earlier=some.sampled_from([0, 1, 3600]), holding=some.booleans())
    def what_a_sign_off_rests_on_is_ended(self, which: int, earlier: int, holding: bool) -> None:
        """From before it was given."""
        given = [one for one in self.checks.log if isinstance(one.fact, SignOffRecorded)]
        if not given:
            return
        recorded = of(given, which)
        fact: Any = recorded.fact
        for entry, id_ in self._entries():
            held = isinstance(entry, said.HolderAppointed) and entry.person == fact.by.person
            if (held and entry.position == fact.by.position) if holding else id_ == fact.evidence.responsibility:
                until = recorded.occurred_at - timedelta(seconds=earlier)
                self._go(self.steps.end(entry, until, self._administrator(entry)), "ended earlier")

    @rule(person=NUMBER, effective=AROUND_NOW)
    def a_key_is_revoked(self, person: int, effective: Any) -> None:
        self._go(self.steps.revoke_key(of(self.steps.persons, person), self.steps.moment(effective)), "key revoked")

    @rule(
        first=NUMBER, second=NUMBER, third=NUMBER, until=AROUND_NOW, size=some.integers(1, 3), distinct=some.booleans()
    )
    def a_council_changes(self, first: int, second: int, third: int, until: Any, size: int, distinct: bool) -> None:
        """Three seats: one with a term, one perhaps of a person; a quorum that perhaps asks for a sector or a seat."""
        one, two, three = (of(self.steps.positions, each) for each in (first, second, third))
        capacity = of(("for-partner", "personal"), second)
        seats = (
            SeatAsked(one, "for-partner", None, self.steps.moment(until)),
            SeatAsked(two, capacity),
            SeatAsked(three),
        )
        asked = of(((), (three,)), third), of(((), (), ("trades",), ("health",)), first)
        quorum = Quorum(size, distinct, *asked)
        self._go(self.steps.change_council(self.steps.councils[0], seats, quorum), "council changed")

    @rule(author=NUMBER, to=NUMBER, pathway=NUMBER)
    def a_proposal_goes_its_way(self, author: int, to: int, pathway: int) -> None:
        """Drafted, answered by two partners, accepted, and laid before its first steps: by whoever may."""
        steps = self.steps
        if len(steps.proposals) >= 5:
            return
        steps.twin.run(steps.twin.hear("intake"))
        steps.twin.run(steps.twin.hear("credentials"))
        person, position = self._author(author)
        self._go(steps.propose(person, position, of(steps.partners, to)), "proposed")
        if not steps.proposals:
            return
        proposal = steps.proposals[-1]
        for partner in steps.partners[:2]:
            self._go(steps.respond(proposal, *self._owner(partner, VALIDATION, author)), "responded")
        accepting = self._owner(of(steps.partners, to), ACCEPTANCE, author)
        self._go(steps.accept(proposal, *accepting, of(steps.pathways, pathway)), "accepted")
        self._go(steps.request_validation(proposal, person, position), "validation requested")

    @rule(which=NUMBER, person=NUMBER, hours=some.integers(1, 50))
    def an_outline_is_revised(self, which: int, person: int, hours: int) -> None:
        if self.steps.proposals:
            somebody = self._somebody(of(self.steps.positions, person), person)
            self._go(self.steps.revise(of(self.steps.proposals, which), *somebody, hours), "revised")

    @rule(which=NUMBER, position=NUMBER, person=NUMBER, decision=NUMBER)
    def anybody_signs(self, which: int, position: int, person: int, decision: int) -> None:
        if waiting := self.steps.waiting():
            signer = of(self.steps.persons, person), of(self.steps.positions, position)
            self._go(self.steps.sign_off(of(waiting, which), signer, decision), "signed")

    @rule(which=NUMBER, who=NUMBER, decision=NUMBER, heard=some.sampled_from([True, True, False]))
    def somebody_who_may_well_signs(self, which: int, who: int, decision: int, heard: bool) -> None:
        if waiting := self.steps.waiting():
            chosen = of(waiting, which)
            self._go(self.steps.sign_off(chosen, self._signer(chosen, who), decision, heard=heard), "signed")

    @rule(which=NUMBER, who=NUMBER, other=NUMBER, decision=NUMBER)
    def two_sign_at_once(self, which: int, who: int, other: int, decision: int) -> None:
        """Both decide on the same version: one of them finds out, and decides again."""
        if waiting := self.steps.waiting():
            chosen = of(waiting, which)
            one, two = (self.steps.sign_off(chosen, self._signer(chosen, each), decision) for each in (who, other))
            self._go(self.steps.meanwhile("credentials", one, two), "signed at once")

    @rule(which=NUMBER, who=NUMBER, what=NUMBER, until=AROUND_NOW)
    def somebody_signs_while_something_is_ended(self, which: int, who: int, what: int, until: Any) -> None:
        if waiting := self.steps.waiting():
            chosen = of(waiting, which)
            sign_off = self.steps.sign_off(chosen, self._signer(chosen, who), 0)
            self._go(self.steps.meanwhile("credentials", self._ending(what, until, own=True), sign_off), "signed")

    @rule(which=NUMBER, who=NUMBER, lapse=some.sampled_from(LAPSES[:4]))
    def a_signature_takes_its_time(self, which: int, who: int, lapse: Any) -> None:
        """Between the decision and its append: what it was judged on grows old."""

        async def time_passes() -> None:
            self.steps.twin.now += lapse

        if waiting := self.steps.waiting():
            chosen = of(waiting, which)
            sign_off = self.steps.sign_off(chosen, self._signer(chosen, who), 0)
            self._go(self.steps.meanwhile("credentials", time_passes(), sign_off), "signed slowly")

    # who does it

    def _ask(self, matter: int, partner: int, about: int, at: int) -> None:
        """Who decides: about now, or at any moment since the beginning; sometimes about one at hand."""
        steps = self.steps
        register = steps.twin.run(steps.twin.sides["partnerships"].register.current())
        now, scopes = steps.twin.tick(), of(ABOUT, about)
        if steps.proposals and about % 7 == 0:
            scopes = (Scope("microcredential", str(of(steps.proposals, about))),)
        moment = now + of(AROUND_THEN, at) if at % 2 else BEGINNING + (now - BEGINNING) * (at % 11) / 10
        question = Question(of(MATTERS, matter), of(steps.partners, partner), moment, scopes, now)
        self.checks.asks(register, question)

    def _go(self, step: Step, name: str) -> None:
        self.steps.go(step, name)

    def _recorder(self, partner: UUID, *, own: bool) -> UUID:
        """The partner's administrator, or a coordinator, whose entries are unconfirmed."""
        return self.steps.administrators[partner] if own else self.steps.coordinator

    def _partner(self, position: UUID) -> UUID:
        found = self.checks.now.partner_of(position)
        assert found is not None
        return found

    def _administrator(self, fact: Any) -> UUID:
        partner = getattr(fact, "partner", None) or self._partner(fact.position)
        return self.steps.administrators[partner]

    def _assignment(self, position: int, matter: int, scope: int, since: Any, until: Any, *, own: bool) -> Step:
        steps, chosen = self.steps, of(self.steps.positions, position)
        within = of(SCOPES, scope)
        if within is None:
            within = Scope("microcredential", str(of(steps.proposals, scope))) if steps.proposals else Scope()
        partner = self._partner(chosen)
        moments = steps.moment(since), steps.moment(until)
        return steps.assign(partner, chosen, of(MATTERS, matter), within, *moments, self._recorder(partner, own=own))

    def _unconfirmed(self) -> list[Any]:
        confirmed = {
            getattr(one.fact, name, None)
            for one in self.checks.register
            if type(one.fact).__name__.endswith("Confirmed")
            for name in ("delegation", "holding", "responsibility", "position")
        }
        return [fact for fact, entry in self._entries() if entry not in confirmed]

    def _entries(self) -> list[tuple[Any, UUID]]:
        """What was ever recorded to be confirmed or ended, the administrators' own and the first positions left out."""
        administrators = set(self.steps.administrators.values())
        found: list[tuple[Any, UUID]] = []
        for recorded in self.checks.register:
            match recorded.fact:
                case said.HolderAppointed() as fact if fact.person not in administrators:
                    found.append((fact, fact.holding))
                case said.ResponsibilityAssigned() as fact:
                    found.append((fact, fact.responsibility))
                case said.DelegationGranted() as fact:
                    found.append((fact, fact.delegation))
                case said.PositionEstablished() as fact if fact.position in self.steps.positions[6:]:
                    found.append((fact, fact.position))
                case _:
                    pass
        return found

    def _ending(self, what: int, until: Any, *, own: bool) -> Step:
        fact, _ = of(self._entries(), what)
        by = self._administrator(fact) if own else self.steps.coordinator
        return self.steps.end(fact, self.steps.moment(until), by)

    def _somebody(self, position: UUID, number: int) -> tuple[UUID, UUID]:
        """A person who acts in that position now, or just anybody."""
        now, able = self.steps.twin.now, self.checks.now
        acting = [one for one in self.steps.persons if any(able.grounds(one, position, now, each) for each in MATTERS)]
        return of(acting or self.steps.persons, number), position

    def _author(self, number: int) -> tuple[UUID, UUID]:
        """A person in any position but the owners of the beginning, preferably."""
        steps, now = self.steps, self.checks.now
        held = [one for one in steps.positions if now.holders(one, steps.twin.now)]
        others = [one for one in held if one not in steps.positions[:6:2]]
        return self._somebody(of(others or held or steps.positions, number), number)

    def _owner(self, partner: UUID, matter: str, number: int) -> tuple[UUID, UUID]:
        """A person in the position that owns the matter there now, or just anybody anywhere."""
        found = self.checks.now.who_decides(matter, partner, self.steps.twin.now)
        return self._somebody(found.owner or of(self.steps.positions, number), number)

    def _signer(self, waiting: tuple[UUID, str], number: int) -> tuple[UUID, UUID]:
        """Somebody in a seat of the round, or in a position that owns its matter."""
        microcredential, step = waiting
        opened = [
            one.fact
            for one in self.checks.log
            if isinstance(one.fact, StepOpened) and (one.fact.microcredential, one.fact.step) == (microcredential, step)
        ]
        round_ = opened[-1].round if opened else None
        if isinstance(round_, RosterOf):
            return self._somebody(of(round_.seats, number).position, number)
        matter = "academic-approval"
        return self._owner(of(self.steps.partners[:2], number), matter, number)
