"""Outline, validation, sign-offs and conditions of a microcredential."""

from uuid import UUID

from services.credentials.commands import signatures
from services.credentials.commands.authorities import known, told_by_name
from services.credentials.domain import authorities, conditions, outline, signing
from services.credentials.domain.conditions import MeetCondition
from services.credentials.domain.microcredential import MICROCREDENTIAL, existing
from services.credentials.domain.outline import ReviseOutline
from services.credentials.domain.signing import SignOff
from shared.contracts.credentials import SignOffRecorded
from shared.eventstore.work import Commands, Result, Work
from shared.kernel import new_id
from shared.security.asker import Asker
from shared.security.signed_as import signed


async def revise_outline(commands: Commands, asker: Asker, microcredential: UUID, intent: ReviseOutline) -> Result:
    """Change the outline; the answer lists what lapsed."""

    async def attempt(work: Work) -> None:
        state = await work.load(MICROCREDENTIAL, microcredential)
        reason = work.note(intent.reason)
        almanacs = authorities.almanacs(known(asker, work))
        facts = outline.revise(state, intent.change, asker.acting(work.at), work.at, reason, almanacs)
        work.record(MICROCREDENTIAL, microcredential, *facts)

    return await commands.execute(asker.context(commands.clock()), attempt)


async def request_validation(commands: Commands, asker: Asker, microcredential: UUID) -> Result:
    """Open the first steps."""

    async def attempt(work: Work) -> None:
        state = await work.load(MICROCREDENTIAL, microcredential)
        heard = known(asker, work)
        facts = outline.request_validation(
            state, asker.acting(work.at), work.at, authorities.rosters(heard), authorities.almanacs(heard)
        )
        work.record(MICROCREDENTIAL, microcredential, *facts)

    return await commands.execute(asker.context(commands.clock()), attempt)


async def sign_off(
    commands: Commands, asker: Asker, microcredential: UUID, step: str, intent: SignOff
) -> tuple[UUID, Result]:
    """Record a decision on a step. The same decision on the same content again answers the first one's receipt."""
    sign_off_id = new_id()

    async def attempt(work: Work) -> UUID | None:
        state = await work.current(MICROCREDENTIAL, microcredential)
        current, heard = existing(state), known(asker, work)
        at_hand = current.steps.get(step)
        acting = asker.acting(work.at, at_hand.policy.matter if at_hand else None)
        authority = authorities.for_step(heard, acting, at_hand, microcredential)
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
        result = await commands.execute(asker.context(commands.clock()), attempt)
    if not isinstance(result.answers, UUID):
        return _signed(result), result
    work = commands.work(asker.context(commands.clock()))
    earlier = tuple(
        recorded
        for recorded in await work.history(MICROCREDENTIAL, microcredential)
        if isinstance(recorded.fact, SignOffRecorded) and recorded.fact.sign_off == result.answers
    )
    return result.answers, Result(earlier, repeated=True)


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

    return await commands.execute(asker.context(commands.clock()), attempt)


def _signed(result: Result) -> UUID:
    return next(recorded.fact.sign_off for recorded in result.recorded if isinstance(recorded.fact, SignOffRecorded))
