"""Whom a card waits on, in names: positions and holders resolved from the register at the moment somebody asks."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from services.oversight.projections.nudges import NONE, Nudges
from services.oversight.projections.waits import Act, Wait
from shared.authority import Answer, Community, PositionView, lenders, occupants, who_decides
from shared.authority.grounds import ground_in
from shared.authority.scopes import at_hand
from shared.contracts.values import Scope
from shared.kernel import Value

SHOWN = 20
"""How many of the owners any of whom may answer are named on one card."""


class Nudged(Value, frozen=True):
    """They were reminded of it: when last, by which position (None: a coordinator), and how many times since it waits.

    Nobody is reminded of it before `again`.
    """

    at: datetime
    by: str | None
    times: int
    again: datetime


class WaitsOn(Value, frozen=True):
    """One thing waited for: partner and position by key, and by person id its holders and who decides in their stead.

    `status` is `decided` where somebody holds the position, else why nobody can act: vacant, unconfirmed, ambiguous,
    unowned; or barred, where its every holder wrote the outline or recused themselves. `needed`: any so many of those
    with the same `what` suffice; None where each is needed. A nudge names `act`, `step`, `partner` and `refers` as they
    stand here; `holds_up` are the steps that wait behind it.
    """

    what: str
    step: str | None
    matter: str | None
    partner: str | None
    position: str | None
    holders: tuple[UUID, ...]
    status: str
    since: datetime
    due: datetime | None
    overdue: bool
    needed: int | None
    sentence: str
    act: Act
    refers: UUID | None = None
    nudged: Nudged | None = None
    holds_up: tuple[str, ...] = ()


class Whom:
    """Resolves waits for one answer, against the register as it is now; `nudges` are those about the same cards."""

    def __init__(self, community: Community, index: int, now: datetime, nudges: Nudges = NONE) -> None:
        self._nudges = nudges
        self._community = community
        self._index = index
        self._now = now
        self._owners: dict[tuple[str, tuple[Scope, ...]], list[tuple[UUID, Answer]]] = {}

    def waits_on(self, subject: UUID, waits: Iterable[Wait]) -> tuple[WaitsOn, ...]:
        """Every line of a card."""
        return tuple(line for wait in waits for line in self._lines(subject, wait))

    def position_of(self, subject: UUID, wait: Wait, partner: UUID) -> UUID | None:
        """The position at that partner the wait is on, where it is fixed or decided."""
        if wait.position is not None:
            return wait.position if wait.partner == partner else None
        if wait.matter is None or wait.partner not in (None, partner):
            return None
        answer = self._answer(subject, wait, partner)
        return answer.position.position if answer.position else None

    def one(self, subject: UUID, wait: Wait, partner: UUID) -> WaitsOn:
        """The line of a wait at that partner."""
        if wait.position is not None:
            return self._fixed(subject, wait, wait.position)
        return self._owned(subject, wait, partner, self._answer(subject, wait, partner))

    def _lines(self, subject: UUID, wait: Wait) -> list[WaitsOn]:
        if wait.partner is not None:
            return [self.one(subject, wait, wait.partner)]
        owners = [
            (partner, answer)
            for partner, answer in self._all_owners(wait.matter or "", wait.about)
            if partner not in wait.apart
        ]
        if not owners:
            sentence = f"No other partner has an owner of {wait.matter}."
            return [self._line(subject, wait, None, None, "unowned", sentence)]
        return [self._owned(subject, wait, partner, answer) for partner, answer in owners[:SHOWN]]

    def _fixed(self, subject: UUID, wait: Wait, position: UUID) -> WaitsOn:
        found = occupants(self._community, position, self._now)
        seen = found.position if found else None
        persons = found.able if found else ()
        if found is not None and wait.act == "sign-off":  # nothing else in a fixed position is decided by delegates
            lent = (one.person for one in found.delegates if wait.matter in one.matters)
            persons = tuple(dict.fromkeys((*persons, *lent)))
        name = seen.key if seen else str(position)
        sentence = f"It is for {name}" + ("." if persons else ", which is vacant.")
        status = "decided" if persons else "vacant"
        return self._line(subject, wait, wait.partner, seen, status, sentence, persons)

    def _owned(self, subject: UUID, wait: Wait, partner: UUID, answer: Answer) -> WaitsOn:
        return self._line(subject, wait, partner, answer.position, answer.status, answer.sentence, answer.able)

    def _line(
        self, subject: UUID, wait: Wait, partner: UUID | None, position: PositionView | None, status: str,
        sentence: str, holders: tuple[UUID, ...] = (),
    ) -> WaitsOn:  # fmt: skip
        able = tuple(person for person in holders if not self._is_barred(wait, position, person))
        if wait.only is not None:  # whatever they hold by now
            holders, able, status = (wait.only,), (wait.only,), "decided"
        if holders and not able:
            status, sentence = (
                "barred",
                f"{sentence} Its holder wrote the outline or is recused.",
            )
        known = self._community.partners.get(partner) if partner else None
        return WaitsOn(
            what=wait.what,
            step=wait.step,
            matter=wait.matter,
            partner=known.key if known else str(partner) if partner else None,
            position=position.key if position else None,
            holders=able,
            status=status,
            since=wait.since,
            due=wait.due,
            overdue=wait.due is not None and wait.due < self._now,
            needed=wait.needed,
            sentence=sentence,
            act=wait.act,
            refers=wait.refers,
            nudged=self._nudged(subject, wait, partner),
            holds_up=wait.holds_up,
        )

    def _nudged(self, subject: UUID, wait: Wait, partner: UUID | None) -> Nudged | None:
        last = self._nudges.of(subject, wait, partner, self._now)
        if last is None:
            return None
        by = self._community.position_key(last.by) if last.by else None
        return Nudged(last.at, by, last.times, last.again)

    def _is_barred(self, wait: Wait, position: PositionView | None, person: UUID) -> bool:
        """Whether they may not act on it, or only by a delegation from somebody who may not."""
        if person in wait.barred or not wait.barred or position is None:
            return person in wait.barred
        acted_in = self._community.positions[position.position]
        ground = ground_in(self._community, acted_in, person, self._now, wait.matter)
        if ground is None or ground.delegation is None:
            return False
        return not set(wait.barred).isdisjoint(lenders(self._community, ground))

    def _answer(self, subject: UUID, wait: Wait, partner: UUID) -> Answer:
        about = at_hand(subject, wait.about)
        return who_decides(self._community, self._index, wait.matter or "", partner, self._now, about)

    def _all_owners(self, matter: str, about: tuple[Scope, ...]) -> list[tuple[UUID, Answer]]:
        if (matter, about) not in self._owners:
            answers = [
                (partner, who_decides(self._community, self._index, matter, partner, self._now, about))
                for partner in self._community.partners
            ]
            self._owners[matter, about] = [pair for pair in answers if pair[1].position is not None]
        return self._owners[matter, about]
