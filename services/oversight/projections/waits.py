"""What a card says: its stage, since when, and whom it waits on. Who holds a position is answered on asking."""

from datetime import datetime
from typing import Literal
from uuid import UUID, uuid5

from shared.contracts.values import Scope
from shared.kernel import Text, Value
from shared.pages import N_

Stage = Literal["draft", "concept", "preparation", "sign-off", "approved", "running", "review", "ended"]
STAGES: tuple[Stage, ...] = (
    "draft", "concept", "preparation", "sign-off", "approved", "running", "review", "ended",
)  # fmt: skip
"""The columns of the board, in order."""

_WHOM = UUID("0d8f3a0e-6f0e-5b1c-9a54-2b8e8f6a7c11")

Act = Literal[
    "submit-proposal", "revise-proposal", "respond", "decide-proposal", "request-validation", "revise-outline",
    "sign-off", "confirm-sign-off", "meet-condition", "close-offering", "submit-review", "decide-review",
]  # fmt: skip
"""What has to be done for the waiting to end."""

WORDS: dict[Act, str] = {
    "submit-proposal": N_("submission of the proposal"),
    "revise-proposal": N_("revision of the proposal"),
    "respond": N_("concept responses"),
    "decide-proposal": N_("decision on the proposal"),
    "request-validation": N_("request for validation"),
    "revise-outline": N_("revision of the outline"),
    "confirm-sign-off": N_("confirmation of a sign-off recorded on behalf"),
    "meet-condition": N_("a condition to be met"),
    "close-offering": N_("close of the offering"),
    "submit-review": N_("submission of the review"),
    "decide-review": N_("review decision"),
}
"""An act as the board shows it; a sign-off is shown by the key of its step."""


DotState = Literal["waiting", "open", "reopened", "granted", "refused", "waived"]


class Dot(Value, frozen=True):
    """A step of the pathway, and how it stands."""

    step: str
    state: DotState


class Wait(Value, frozen=True, omit_defaults=True):
    """One thing waited for. `about` is within what it lies, by which a narrower responsibility wins.

    On `position` where it is fixed, else on whoever owns `matter` at `partner`; without a partner, on the owners of the
    matter at any partner not in `apart`, those having spoken already. `needed` is how many of its kind suffice.
    `refers` is the offering, review or condition at hand; `conditions` those a review decision has to answer; `barred`
    are persons who may not act on it: who wrote the outline, or recused themselves. `holds_up` are the steps that
    cannot be granted before this one, near and far. `only` that person can act on it.
    """

    act: Act
    since: datetime
    matter: str | None = None
    partner: UUID | None = None
    position: UUID | None = None
    due: datetime | None = None
    step: str | None = None
    verb: str | None = None
    digest: str | None = None
    refers: UUID | None = None
    needed: int | None = None
    apart: tuple[UUID, ...] = ()
    conditions: tuple[UUID, ...] = ()
    barred: tuple[UUID, ...] = ()
    holds_up: tuple[str, ...] = ()
    only: UUID | None = None
    about: tuple[Scope, ...] = ()

    @property
    def what(self) -> str:
        """As people call it: the step, or the act in words."""
        return self.step if self.act == "sign-off" and self.step else WORDS[self.act]

    @property
    def whom(self) -> UUID:
        """What is to be done, the matter, partner and position as one value: who can act is asked once for each."""
        return uuid5(_WHOM, f"{self.act} {self.matter} {self.partner} {self.position}")

    @property
    def shut(self) -> tuple[UUID, ...]:
        """That with each person who may not act."""
        whom = self.whom
        return tuple(shut_to(whom, person) for person in self.barred)


def shut_to(whom: UUID, person: UUID) -> UUID:
    """One value for a person who may not act on something waited for."""
    return uuid5(whom, person.hex)


class Card(Value, frozen=True):
    """One row of the board. `stage` may be `accepted`: intake is done with it, and credentials tells the rest.

    `private` says that only its makers, coordinators and auditors see it; `drafting`, that it was never submitted.
    `dots` are the steps of its pathway, in order.
    """

    subject: UUID
    key: str
    title: Text | None
    partner: UUID
    stage: str
    since: datetime
    waits: tuple[Wait, ...]
    private: bool = False
    drafting: bool = False
    dots: tuple[Dot, ...] = ()

    @property
    def due(self) -> datetime | None:
        """When the first of what it waits on falls due."""
        return min((wait.due for wait in self.waits if wait.due is not None), default=None)
