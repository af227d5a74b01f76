"""What holders delegate, and when they are away."""

from uuid import UUID

from services.partnerships.commands.persons import person_known
from services.partnerships.commands.standing import (
    administration,
    matter_known,
    position_known,
    require_administrator,
    told_who_acts,
)
from services.partnerships.domain import absence as absences
from services.partnerships.domain import delegation as delegations
from services.partnerships.domain.absence import EndAbsence, RecordAbsence
from services.partnerships.domain.administration import CONFIRM
from services.partnerships.domain.delegation import Delegate, EndDelegation
from services.partnerships.domain.position import POSITION
from shared.authority.matters import accountable_for
from shared.eventstore.commands import Commands, Result
from shared.eventstore.work import Work
from shared.kernel import new_id
from shared.security.asker import Asker


async def grant(commands: Commands, asker: Asker, position: UUID, intent: Delegate) -> Result:
    """A delegation of the asker's own, confirmed at once where they administer the partner's authority themselves."""
    delegation = new_id()

    async def attempt(work: Work) -> None:
        state = await work.load(POSITION, position)
        partner = position_known(asker, position).partner
        own = (await administration(work, asker, partner)).is_by(asker.key.person) and CONFIRM in asker.key.scopes
        await person_known(work, intent.to)
        matter_known(asker, *intent.matters)
        since = intent.since or work.at
        accountable = accountable_for(asker.community, position, since, intent.until)
        with told_who_acts(asker, position, work.at):
            facts = delegations.grant(
                state, delegation, intent, asker.key.person, accountable, work.at, work.note(intent.reason)
            )
        if own:
            facts += delegations.confirm(POSITION.evolve(state, facts[0]), delegation, asker.key.person)
        work.record(POSITION, position, *facts)

    return await commands.execute(asker.context(commands.clock()), attempt)


async def confirm(commands: Commands, asker: Asker, position: UUID, delegation: UUID) -> Result:
    """The partner's own administrator confirms a delegation."""

    async def attempt(work: Work) -> None:
        state = await work.load(POSITION, position)
        by = await require_administrator(work, asker, position_known(asker, position).partner)
        work.record(POSITION, position, *delegations.confirm(state, delegation, by, work.at))

    return await commands.execute(asker.context(commands.clock()), attempt)


async def end(commands: Commands, asker: Asker, position: UUID, delegation: UUID, intent: EndDelegation) -> Result:
    """Revoked by whoever made it or administers the partner's authority, or given back."""

    async def attempt(work: Work) -> None:
        state = await work.load(POSITION, position)
        administers = await _administers(work, asker, position)
        with told_who_acts(asker, position, work.at):
            facts = delegations.end(state, delegation, intent, asker.key.person, administers, work.at)
        work.record(POSITION, position, *facts)

    return await commands.execute(asker.context(commands.clock()), attempt)


async def record_absence(commands: Commands, asker: Asker, position: UUID, intent: RecordAbsence) -> Result:
    """A holder is away."""
    absence = new_id()

    async def attempt(work: Work) -> None:
        state = await work.load(POSITION, position)
        administers = await _administers(work, asker, position)
        with told_who_acts(asker, position, work.at):
            facts = absences.record(state, absence, intent, asker.key.person, administers, work.at)
        work.record(POSITION, position, *facts)

    return await commands.execute(asker.context(commands.clock()), attempt)


async def end_absence(commands: Commands, asker: Asker, position: UUID, absence: UUID, intent: EndAbsence) -> Result:
    """A holder is back."""

    async def attempt(work: Work) -> None:
        state = await work.load(POSITION, position)
        administers = await _administers(work, asker, position)
        with told_who_acts(asker, position, work.at):
            facts = absences.end(state, absence, intent, asker.key.person, administers, work.at)
        work.record(POSITION, position, *facts)

    return await commands.execute(asker.context(commands.clock()), attempt)


async def _administers(work: Work, asker: Asker, position: UUID) -> bool:
    known = position_known(asker, position)
    return (await administration(work, asker, known.partner)).is_by(asker.key.person)
