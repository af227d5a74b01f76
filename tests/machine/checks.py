"""What must hold of everything that happens: promise 3 of the design, sign-off by sign-off, by the oracle's word."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, assert_never
from uuid import UUID

from shared.authority import Answer, Register, who_decides
from shared.contracts.credentials import (
    MicrocredentialOpened,
    OutlineRevised,
    SignOffLapsed,
    SignOffRecorded,
    SignOffVoided,
    StepGranted,
    StepOpened,
)
from shared.contracts.partnerships import KeyRevoked
from shared.contracts.values import EachOf, OwnerAt, RosterOf, Round, Scope, Seat
from shared.kernel import Recorded, Value
from tests.machine.oracle import ENDS, Oracle, Who
from tests.machine.twin import COMMUNITY, FRESH


class Question(Value, frozen=True):
    """Who decides that matter, at that partner, at that moment: asked at `known_at`, when so much was recorded."""

    matter: str
    partner: UUID
    at: datetime
    about: tuple[Scope, ...]
    known_at: datetime


class Broken(AssertionError):
    """A promise was broken."""


class Checks:
    """Keeps the facts as they come, and looks at each new sign-off and grant."""

    def __init__(self) -> None:
        self.register: list[Recorded[Any]] = []
        self.log: list[Recorded[Any]] = []
        self.asked: list[tuple[Question, Answer]] = []
        self._pictures: dict[int, Oracle] = {}
        self.steps = 0
        self.sign_offs = 0
        self.voided = 0
        self.answers = 0

    def told(self, register: Iterable[Recorded[Any]], log: Iterable[Recorded[Any]]) -> None:
        """More facts of partnerships, then more of credentials; `Broken` where one of them should not be."""
        self.steps += 1
        for recorded in register:
            self.register.append(recorded)
            if type(recorded.fact).__name__.startswith("Responsibility"):
                self._at_most_one_accountable()
        for recorded in log:
            before = tuple(self.log)
            self.log.append(recorded)
            match recorded.fact:
                case SignOffRecorded():
                    self.sign_offs += 1
                    self._sign_off(recorded, before)
                case StepGranted():
                    self._grant(recorded, before)
                case SignOffVoided():
                    self.voided += 1
                    self._void(recorded.fact)
                case _:
                    pass

    def picture(self, index: int) -> Oracle:
        """What partnerships' log says up to there."""
        if (known := self._pictures.get(index)) is None:
            known = self._pictures[index] = Oracle(self.register[:index])
        return known

    @property
    def now(self) -> Oracle:
        """What all of it says."""
        return self.picture(len(self.register))

    def _sign_off(self, recorded: Recorded[Any], before: tuple[Recorded[Any], ...]) -> None:
        fact: SignOffRecorded = recorded.fact
        round_, matter = _round(before, fact.microcredential, fact.step), fact.evidence.matter
        oracle = self.picture(fact.evidence.log_index)
        if oracle.partner_of(fact.by.position) != fact.by.partner:
            raise Broken(f"{fact.by} signed for a partner the position does not belong to")
        if not may_sign(oracle, fact, round_, recorded.occurred_at):
            raise Broken(f"{fact.by} signed off {fact.step} without authority as of {recorded.occurred_at}")
        if fact.by not in oracle.grounds(fact.by.person, fact.by.position, recorded.occurred_at, matter):
            raise Broken(f"{fact.by} signed off {fact.step} on a ground that was not there")
        if not oracle.key_opens(recorded.metadata.actor.key or "", recorded.recorded_at):
            raise Broken(f"{fact.step} was signed off with a key that was revoked")
        if fact.by.person in _authors(before, fact.microcredential):
            raise Broken(f"{fact.by.person} signed off what they proposed")
        self._through_a_delegate(oracle.lenders(fact.by), fact, before)
        missed = [one for one in self.register if one.recorded_at < recorded.recorded_at - FRESH]
        if missed and missed[-1].index > fact.evidence.log_index:
            raise Broken(f"{fact.step} was signed off on a picture older than two seconds")
        others = standing((*before, recorded), fact.microcredential, fact.step)
        if len({one.by.person for one in others}) < len(others):
            raise Broken(f"somebody signed off {fact.step} twice, and both stand")
        self._in_one_position_each(others)

    def _through_a_delegate(self, lenders: set[UUID], fact: SignOffRecorded, before: tuple[Recorded[Any], ...]) -> None:
        """Whoever may not decide, or has decided, does not decide through a delegate."""
        if concerned := lenders & _authors(before, fact.microcredential):
            raise Broken(f"{concerned} had a delegate sign off what they proposed")
        if concerned := lenders & {one.by.person for one in standing(before, fact.microcredential, fact.step)}:
            raise Broken(f"{concerned} decided on {fact.step}, and a delegate of theirs again")

    def _in_one_position_each(self, stand: list[SignOffRecorded]) -> None:
        """Nobody is heard in two positions, themselves or by whoever they delegated it to; a recusal is one's own."""
        heard: dict[UUID, UUID] = {}
        for one in stand:
            lenders = set() if one.decision == "recuse" else self.picture(one.evidence.log_index).lenders(one.by)
            for person in {one.by.person, *lenders}:
                if heard.setdefault(person, one.by.position) != one.by.position:
                    raise Broken(f"{person} is heard on {one.step} in two positions")

    def _grant(self, recorded: Recorded[Any], before: tuple[Recorded[Any], ...]) -> None:
        fact: StepGranted = recorded.fact
        round_ = _round(before, fact.microcredential, fact.step)
        stand = standing(before, fact.microcredential, fact.step)
        speaking = [one for one in stand if one.sign_off in fact.sign_offs and _affirms(one)]
        if not _met(round_, speaking):
            raise Broken(f"{fact.step} was granted by {len(speaking)} voices only, under {round_}")

    def _at_most_one_accountable(self) -> None:
        if twice := self.now.accountable_twice():
            raise Broken(f"two positions are accountable for the same: {twice[0]}")

    def _void(self, fact: SignOffVoided) -> None:
        """Only what a revocation had taken away already is void: the ground on which it was given, whatever others."""
        given = next(one for one in self.log if getattr(one.fact, "sign_off", None) == fact.sign_off)
        if self._held_then(given, as_stated=True):
            raise Broken(f"{fact.sign_off} on {fact.step} was voided, though the authority held when it was given")

    def everything_is_heard(self) -> None:
        """Once all was heard, and all was done that follows: what stands had authority, whatever was revoked since."""
        for recorded in self.log:
            fact = recorded.fact
            if isinstance(fact, SignOffRecorded) and not self._held_then(recorded):
                stand = standing(self.log, fact.microcredential, fact.step)
                if fact.sign_off in {one.sign_off for one in stand}:
                    raise Broken(f"{fact.by} signed off {fact.step} after a revocation had taken effect, and it stands")

    def _held_then(self, given: Recorded[Any], *, as_stated: bool = False) -> bool:
        """Whether the authority held, by what was heard then and every revocation that was ever recorded.

        `as_stated`: on the ground the sign-off names, as holder, delegate or stand-in; else on any.
        """
        fact: SignOffRecorded = given.fact
        index = fact.evidence.log_index
        known = [one for one in self.register if one.index <= index or isinstance(one.fact, (*ENDS, KeyRevoked))]
        oracle, log = Oracle(known), [one for one in self.log if one.index < given.index]
        round_ = _round(log, fact.microcredential, fact.step)
        opens = oracle.key_opens(given.metadata.actor.key or "", given.recorded_at)
        by, matter = fact.by, fact.evidence.matter
        if as_stated and by not in oracle.grounds(by.person, by.position, given.occurred_at, matter):
            return False
        return opens and may_sign(oracle, fact, round_, given.occurred_at)

    def asks(self, register: Register, question: Question) -> None:
        """Ask now, compare with the oracle, and remember the answer."""
        answer = _answered(register, question)
        self.asked.append((question, answer))
        self.answers += 1
        expected = self.picture(register.index).who_decides(
            question.matter, question.partner, question.at, question.about
        )
        if (seen := who(answer)) != expected:
            raise Broken(f"who-decides answered {seen}, not {expected}, to {question}")

    def asks_again(self) -> None:
        """Every question once more, on what was known then: the same answers, word for word."""
        register, facts = Register(), iter(self.register)
        coming = next(facts, None)
        for question, answer in self.asked:
            while coming is not None and coming.recorded_at <= question.known_at:
                register.apply(coming)
                coming = next(facts, None)
            if (again := _answered(register, question)) != answer:
                raise Broken(f"asked again as of then, {question} was answered {again}, and then {answer}")


def _answered(register: Register, question: Question) -> Answer:
    community = register.community(COMMUNITY)
    return who_decides(community, register.index, question.matter, question.partner, question.at, question.about)


def who(answer: Answer) -> Who:
    """The answer in the oracle's words."""
    held = [holder.person for holder in answer.position.holders] if answer.position else []
    able = getattr(answer, "able", held)
    owner = answer.position.position if answer.position else None
    return Who(answer.status, owner, frozenset(able))


def may_sign(oracle: Oracle, fact: SignOffRecorded, round_: Round, at: datetime) -> bool:
    """Whether the position signed in is asked in that round, and the person may decide in it then."""
    matter, by = fact.evidence.matter, fact.by
    if isinstance(round_, RosterOf):
        asked = any(seat.position == by.position and _in_term(seat, at) for seat in round_.seats)
        return asked and bool(oracle.grounds(by.person, by.position, at, matter))
    partners = (round_.partner,) if isinstance(round_, OwnerAt) else round_.partners
    if by.partner not in partners:
        return False
    about = (Scope("microcredential", str(fact.microcredential)),)
    found = oracle.who_decides(matter, by.partner, at, about)
    return found.owner == by.position and by.person in found.able


def standing(log: Iterable[Recorded[Any]], microcredential: UUID, step: str) -> list[SignOffRecorded]:
    """The sign-offs that stand: not replaced, lapsed or void; of a round before, recusals alone."""
    stand: dict[UUID, SignOffRecorded] = {}
    for recorded in log:
        match recorded.fact:
            case SignOffRecorded() as fact if (fact.microcredential, fact.step) == (microcredential, step):
                if fact.replaces is not None:
                    stand.pop(fact.replaces, None)
                stand[fact.sign_off] = fact
            case SignOffLapsed() | SignOffVoided() as fact if fact.microcredential == microcredential:
                stand.pop(fact.sign_off, None)
            case StepOpened() as fact if (fact.microcredential, fact.step) == (microcredential, step):
                stand = {key: one for key, one in stand.items() if one.decision == "recuse"}
            case _:
                pass
    return list(stand.values())


def _in_term(seat: Seat, at: datetime) -> bool:
    return (seat.since is None or seat.since <= at) and (seat.until is None or at < seat.until)


def _met(round_: Round, speaking: list[SignOffRecorded]) -> bool:
    """Whether those voices are enough. A personal one counts for no partner, and none counts twice."""
    partners = {one.by.partner for one in speaking}
    match round_:
        case OwnerAt(partner=partner):
            return partner in partners
        case EachOf(partners=asked):
            return set(asked) <= partners
        case RosterOf(quorum=quorum, seats=seats, sectors=sectors):
            spoken = [seat for seat in seats if seat.position in {one.by.position for one in speaking}]
            counted = {seat.partner for seat in spoken if seat.capacity == "for-partner"}
            from_there = {sector for partner in counted for sector in sectors.get(partner, ())}
            voices = len(counted) if quorum.distinct_partners else len({one.by.person for one in speaking})
            required = {seat.position for seat in spoken} >= set(quorum.seats)
            return voices >= quorum.size and required and from_there >= set(quorum.sectors)
        case _:
            assert_never(round_)


def _affirms(fact: SignOffRecorded) -> bool:
    return fact.decision.removesuffix("-with-conditions") in ("approve", "endorse", "recommend")


def _round(log: Iterable[Recorded[Any]], microcredential: UUID, step: str) -> Round:
    """The round as it was last opened."""
    opened: list[StepOpened] = [one.fact for one in log if isinstance(one.fact, StepOpened)]
    return [one for one in opened if (one.microcredential, one.step) == (microcredential, step)][-1].round


def _authors(log: Iterable[Recorded[Any]], microcredential: UUID) -> set[UUID]:
    """Who proposed it, or changed its outline."""
    authors: set[UUID] = set()
    for recorded in log:
        match recorded.fact:
            case MicrocredentialOpened() as fact if fact.microcredential == microcredential:
                authors |= {fact.proposed_by.person, *fact.proposers}
            case OutlineRevised() as fact if fact.microcredential == microcredential:
                authors.add(fact.by.person)
            case _:
                pass
    return authors
