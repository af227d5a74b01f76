"""Outline, validation, sign-offs and conditions of a microcredential."""

from collections.abc import Awaitable, Callable
from uuid import UUID

from services.credentials.commands import signatures
from services.credentials.commands.authorities import known, told_by_name
from services.credentials.domain import authorities, conditions, confirming, forms, outline, signing
from services.credentials.domain.authorities import Known
from services.credentials.domain.conditions import MeetCondition
from services.credentials.domain.confirming import Dispute
from services.credentials.domain.forms import OnPaper, Recorder, RecordOnBehalf
from services.credentials.domain.microcredential import MICROCREDENTIAL
from services.credentials.domain.outline import ReviseOutline
from services.credentials.domain.paper_refusals import DidNotHoldItThen
from services.credentials.domain.refusals import NoSuchStep
from services.credentials.domain.sign_off import SignOff
from services.credentials.domain.states import existing
from shared.authority import acting_in
from shared.authority.scopes import at_hand
from shared.contracts.credentials import SignOffConfirmed, SignOffRecorded
from shared.contracts.values import Acting, Matter
from shared.eventstore.commands import Commands, Result
from shared.eventstore.work import Work
from shared.kernel import Refused, new_id
from shared.security import unseen
from shared.security.asker import Asker
from shared.security.signed_as import signed


async def revise_outline(commands: Commands, asker: Asker, microcredential: UUID, intent: ReviseOutline) -> Result:
    """Change the outline; the answer lists what lapsed."""

    async def attempt(work: Work) -> None:
        state = await work.load(MICROCREDENTIAL, microcredential)
        reason = work.note(intent.reason)
        almanacs = authorities.almanacs(known(asker, work))
        facts = outline.revise(state, intent.change, asker.acting(work.at), work.at, reason, almanacs, intent.digest)
        work.record(MICROCREDENTIAL, microcredential, *facts)

    return await unseen.execute(commands, asker, MICROCREDENTIAL, microcredential, attempt)


async def request_validation(commands: Commands, asker: Asker, microcredential: UUID) -> Result:
    """Open the first steps."""

    async def attempt(work: Work) -> None:
        state = await work.load(MICROCREDENTIAL, microcredential)
        heard = known(asker, work)
        facts = outline.request_validation(
            state, asker.acting(work.at), work.at, authorities.rosters(heard), authorities.almanacs(heard)
        )
        work.record(MICROCREDENTIAL, microcredential, *facts)

    return await unseen.execute(commands, asker, MICROCREDENTIAL, microcredential, attempt)


async def sign_off(
    commands: Commands, asker: Asker, microcredential: UUID, step: str, intent: SignOff
) -> tuple[UUID, Result]:
    """Record a decision on a step. The same decision on the same content again answers the first one's receipt."""
    sign_off_id = new_id()

    async def attempt(work: Work) -> UUID | None:
        state = await work.current(MICROCREDENTIAL, microcredential)
        current, heard = existing(state), known(asker, work)
        open_step = current.steps.get(step)
        acting = asker.acting(work.at, open_step.policy.matter if open_step else None)
        authority = authorities.for_step(heard, acting, open_step, at_hand(microcredential, current.about))
        comment = work.note(intent.comment)
        presented = signatures.presented(
            asker, current, step, intent, acting, comment.digest if comment else None, commands.clock()
        )
        with told_by_name(asker.community):
            facts = signing.sign_off(
                state, step, intent, authority, sign_off_id, comment, work.at, authorities.rosters(heard),
                authorities.almanacs(heard), presented,
            )  # fmt: skip
        work.record(MICROCREDENTIAL, microcredential, *signed(work, asker.community, facts, intent.signed_as))
        if facts:
            if presented is not None and presented.statement is not None:
                work.claim(signatures.NONCE, presented.statement.nonce, sign_off_id)
            return None
        before = signing.repeat_of(current.steps[step], intent, authority.acting, presented)
        return before.sign_off if before else None

    with signatures.counting_once():
        return await _receipt(commands, asker, microcredential, attempt)


async def _receipt(
    commands: Commands, asker: Asker, microcredential: UUID, attempt: Callable[[Work], Awaitable[UUID | None]]
) -> tuple[UUID, Result]:
    """What the attempt recorded; or, where it names an earlier sign-off that said the same, that one's receipt."""
    result = await unseen.execute(commands, asker, MICROCREDENTIAL, microcredential, attempt)
    if not isinstance(result.answers, UUID):
        return _signed(result), result
    work = commands.work(asker.context(commands.clock()))
    earlier = tuple(
        recorded
        for recorded in await work.history(MICROCREDENTIAL, microcredential)
        if isinstance(recorded.fact, SignOffRecorded) and recorded.fact.sign_off == result.answers
    )
    return result.answers, Result(earlier, repeated=True)


async def record_on_behalf(
    commands: Commands, asker: Asker, microcredential: UUID, step: str, intent: RecordOnBehalf
) -> tuple[UUID, Result]:
    """Record what somebody decided on paper. The same decision on the same content again answers the first receipt."""
    sign_off_id = new_id()

    async def attempt(work: Work) -> UUID | None:
        history = await work.history(MICROCREDENTIAL, microcredential)
        current, heard = existing(state := work.state(MICROCREDENTIAL, history)), known(asker, work)
        if (asked := current.steps.get(step)) is None:
            raise Refused(NoSuchStep(step))
        dated = Known(heard.community, heard.log_index, forms.judged_at(intent.paper.dated, work.at))
        decider = _decider(dated, intent.paper, asked.policy.matter)
        authority = authorities.for_step(dated, decider, asked, at_hand(microcredential, current.about))
        recorder = _recorder(asker, work)
        told = forms.told(history, asked.policy)
        on_behalf = forms.on_behalf(current, step, intent, authority.acting, recorder, told, work.at)
        with told_by_name(asker.community):
            facts = signing.sign_off(
                state, step, intent, authority, sign_off_id, work.note(intent.comment), work.at,
                authorities.rosters(heard), authorities.almanacs(heard), on_behalf=on_behalf,
            )  # fmt: skip
        work.record(MICROCREDENTIAL, microcredential, *signed(work, asker.community, facts, intent.signed_as))
        if facts:
            return None
        before = signing.repeat_of(current.steps[step], intent, authority.acting, from_paper=True)
        return before.sign_off if before else None

    return await _receipt(commands, asker, microcredential, attempt)


def _decider(dated: Known, paper: OnPaper, matter: Matter) -> Acting:
    """Whoever decided, as they acted on the day; refused where they did not."""
    try:
        return acting_in(dated.community, paper.decided_by, paper.position, dated.at, matter)
    except Refused as refused:
        reason = DidNotHoldItThen(paper.position, paper.dated.isoformat())
        raise Refused(reason, allowed_actions=refused.allowed_actions) from None


def _recorder(asker: Asker, work: Work) -> Recorder:
    """Whoever records; a coordinator needs no position."""
    return Recorder(asker.key.person, asker.key.role, None if asker.coordinates else asker.acting(work.at))


async def confirm(commands: Commands, asker: Asker, microcredential: UUID, sign_off: UUID) -> Result:
    """Whoever is said to have decided confirms it, in whatever position they are by now."""

    async def attempt(work: Work) -> None:
        state = await work.load(MICROCREDENTIAL, microcredential)
        work.record(MICROCREDENTIAL, microcredential, *confirming.confirm(state, sign_off, asker.key.person))

    return await unseen.execute(commands, asker, MICROCREDENTIAL, microcredential, attempt, _said_to_decide(asker))


async def dispute(commands: Commands, asker: Asker, microcredential: UUID, sign_off: UUID, intent: Dispute) -> Result:
    """Whoever is said to have decided says that they did not."""

    async def attempt(work: Work) -> None:
        state, heard = await work.load(MICROCREDENTIAL, microcredential), known(asker, work)
        reason, person = work.note(intent.reason), asker.key.person
        facts = confirming.dispute(state, sign_off, person, reason, work.at, authorities.almanacs(heard))
        work.record(MICROCREDENTIAL, microcredential, *facts)

    return await unseen.execute(commands, asker, MICROCREDENTIAL, microcredential, attempt, _said_to_decide(asker))


def _said_to_decide(asker: Asker) -> Callable[[unseen.History], bool]:
    """Whether a paper says that the asker decided: they answer for it in whatever position they are by now."""

    def concerns(history: unseen.History) -> bool:
        papers = (one.fact for one in history if isinstance(one.fact, SignOffRecorded) and one.fact.paper is not None)
        return any(fact.by.person == asker.key.person for fact in papers)

    return concerns


async def meet_condition(
    commands: Commands, asker: Asker, microcredential: UUID, condition: UUID, intent: MeetCondition
) -> Result:
    """Whoever set the condition records that it is met."""

    async def attempt(work: Work) -> None:
        state = await work.load(MICROCREDENTIAL, microcredential)
        comment = work.note(intent.comment)
        acting, heard = asker.acting(work.at), known(asker, work)
        facts = conditions.meet(
            state, condition, acting, comment, work.at, authorities.rosters(heard), authorities.almanacs(heard)
        )
        work.record(MICROCREDENTIAL, microcredential, *facts)

    return await unseen.execute(commands, asker, MICROCREDENTIAL, microcredential, attempt)


def _signed(result: Result) -> UUID:
    """The sign-off recorded, or the paper confirmed by it."""
    kinds = SignOffRecorded | SignOffConfirmed
    return next(recorded.fact.sign_off for recorded in result.recorded if isinstance(recorded.fact, kinds))
