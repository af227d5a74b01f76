"""A step of the pathway: waiting, open, granted or refused; the only ways between them are facts."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from services.credentials.domain import rounds
from services.credentials.domain.rounds import Signed
from shared.authority.due import Almanacs, due
from shared.contracts.credentials import StepOpened
from shared.contracts.values import Outline, Party, PathwayStep, RosterOf, Round
from shared.kernel import Value
from shared.security.digests import outline_digest


class Waiting(Value, frozen=True, tag=True):
    """Not opened yet: what it follows is not granted, or validation was not requested."""

    policy: PathwayStep


class Open(Value, frozen=True, tag=True):
    """May be signed off. `reopened`: it was before the content changed, or a sign-off turned out void."""

    policy: PathwayStep
    round: Round
    digest: str
    due: datetime
    signed: tuple[Signed, ...] = ()
    reopened: bool = False


class Granted(Value, frozen=True, tag=True):
    """Its rule holds."""

    policy: PathwayStep
    round: Round
    digest: str
    due: datetime
    signed: tuple[Signed, ...]


class RefusedStep(Value, frozen=True, tag=True):
    """Its rule can no longer hold; it opens again when validation is requested again."""

    policy: PathwayStep
    round: Round
    digest: str
    due: datetime
    signed: tuple[Signed, ...]


StepState = Waiting | Open | Granted | RefusedStep
Steps = dict[str, StepState]


def digest_of(policy: PathwayStep, outline: Outline) -> str:
    """The digest of what the step covers."""
    return outline_digest(outline, policy.covers)


def unmet_before(steps: Steps, key: str, unmet: frozenset[UUID] = frozenset()) -> tuple[str, ...]:
    """The steps it follows that are not granted, each with where it stands; `unmet` conditions hold it up."""
    missing = []
    for before in steps[key].policy.after:
        match steps[before]:
            case Granted():
                continue
            case Open() as step:
                missing.append(f"{before} {rounds.explain(step.round, step.signed, unmet)}")
            case RefusedStep():
                missing.append(f"{before} was refused")
            case Waiting():
                missing.append(f"{before} is not open yet")
    return tuple(missing)


def open_ready(
    microcredential: UUID,
    steps: Steps,
    outline: Outline,
    at: datetime,
    rosters: dict[UUID, RosterOf],
    almanacs: Almanacs | None = None,
) -> tuple[StepOpened, ...]:
    """A fact for every step that may open now: waiting or refused, with everything it follows granted."""
    facts = []
    for key, step in steps.items():
        if not isinstance(step, Waiting | RefusedStep) or unmet_before(steps, key):
            continue
        round_ = rounds.opened(step.policy.rule, rosters)
        waits = rounds.waits_on(round_, step.policy.matter, standing_recusals(step), at)
        due = due_from(step.policy, at, waits, almanacs)
        facts.append(StepOpened(microcredential, key, round_, digest_of(step.policy, outline), due, waits))
    return tuple(facts)


def standing_recusals(step: StepState) -> tuple[Signed, ...]:
    """The recusals of a refused round: they are about the person, so they stand when the step opens again."""
    return tuple(one for one in step.signed if one.decision == "recuse") if isinstance(step, RefusedStep) else ()


def due_from(
    policy: PathwayStep, at: datetime, waits: Iterable[Party] = (), almanacs: Almanacs | None = None
) -> datetime:
    """When the step is due, opened at that moment and waiting on those; plain days where no calendar is at hand."""
    if almanacs is None:
        return due(at, policy.due_days, ())
    return due(at, policy.due_days, [almanacs.of(partner) for partner in {party.partner for party in waits}])
