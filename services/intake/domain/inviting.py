"""Who else reads a draft: the proposing partner invites a person, or a partner, and ends the invitation."""

from collections.abc import Collection
from uuid import UUID

from services.intake.domain.proposal import ProposalState
from services.intake.domain.proposing import drafted, not_theirs, over
from services.intake.domain.refusals import InviteSomebodyElse, NobodyInvited, NoSuchInvitation
from shared.contracts.intake import IntakeFact, InvitationEnded, ReaderInvited
from shared.contracts.values import Acting
from shared.kernel import Intent, Refused, refuse_if


class InviteReader(Intent, frozen=True):
    """Let a person, or everybody who holds a position at a partner, read the draft."""

    person: UUID | None = None
    partner: UUID | None = None


def invite(
    state: ProposalState,
    invitation: UUID,
    intent: InviteReader,
    by: Acting,
    persons: Collection[UUID],
    partners: Collection[UUID],
) -> tuple[IntakeFact, ...]:
    """They may read it from now on. Who is invited already is silence."""
    known = drafted(state)
    who = intent.person or intent.partner
    one = (intent.person is None) != (intent.partner is None)
    there = intent.person in persons or intent.partner in partners
    refuse_if(
        not_theirs(known, by, "invite readers to"),
        over(known),
        InviteSomebodyElse() if not one or who == known.partner else None,
        NobodyInvited(str(who)) if one and not there else None,
    )
    if who in known.invited.values():
        return ()
    return (ReaderInvited(known.proposal, invitation, by, intent.person, intent.partner),)


def end(state: ProposalState, invitation: UUID, by: Acting) -> tuple[IntakeFact, ...]:
    """They read it no longer on that invitation. A repeat is silence."""
    known = drafted(state)
    refuse_if(not_theirs(known, by, "end invitations to"))
    if invitation in known.uninvited:
        return ()
    if invitation not in known.invited:
        raise Refused(NoSuchInvitation())
    return (InvitationEnded(known.proposal, invitation, by),)
