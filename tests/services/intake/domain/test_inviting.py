"""Readers of a draft: invited by the proposing partner, once, until the invitation ends."""

from uuid import UUID

import pytest

from services.intake.domain import inviting
from services.intake.domain.inviting import InviteReader
from shared.contracts.intake import InvitationEnded, ReaderInvited
from shared.kernel import Refused
from tests.services.intake.domain.given import (
    COLLEGE,
    DRAFTED,
    LEAD,
    MILLER,
    NURSE,
    PARTNERS,
    PLANT,
    PROPOSAL_ID,
    after,
)

INVITATION = UUID(int=77)
INVITED = ReaderInvited(PROPOSAL_ID, INVITATION, LEAD, partner=PLANT)
PERSONS = (MILLER.person, NURSE.person)


def test_a_partner_or_a_person_is_invited_once() -> None:
    assert inviting.invite(after(DRAFTED), INVITATION, InviteReader(partner=PLANT), LEAD, PERSONS, PARTNERS) == (
        INVITED,
    )
    again = after(DRAFTED, INVITED)
    assert inviting.invite(again, UUID(int=78), InviteReader(partner=PLANT), LEAD, PERSONS, PARTNERS) == ()
    [person] = inviting.invite(again, UUID(int=78), InviteReader(person=NURSE.person), LEAD, PERSONS, PARTNERS)
    assert isinstance(person, ReaderInvited)


@pytest.mark.parametrize(
    ("intent", "reason"),
    [
        (InviteReader(), "invite-somebody-else"),
        (InviteReader(PERSONS[0], PLANT), "invite-somebody-else"),
        (InviteReader(partner=COLLEGE), "invite-somebody-else"),
        (InviteReader(partner=UUID(int=99)), "nobody-invited"),
    ],
)
def test_an_invitation_names_one_other_reader_of_the_community(intent: InviteReader, reason: str) -> None:
    with pytest.raises(Refused) as refused:
        inviting.invite(after(DRAFTED), INVITATION, intent, LEAD, PERSONS, PARTNERS)
    assert [one.slug() for one in refused.value.reasons] == [reason]


def test_only_the_proposing_partner_invites_and_ends_invitations() -> None:
    with pytest.raises(Refused) as refused:
        inviting.invite(after(DRAFTED), INVITATION, InviteReader(partner=PLANT), MILLER, PERSONS, PARTNERS)
    assert [one.slug() for one in refused.value.reasons] == ["not-your-proposal"]
    with pytest.raises(Refused):
        inviting.end(after(DRAFTED, INVITED), INVITATION, MILLER)


def test_an_invitation_ends_once() -> None:
    ended = inviting.end(after(DRAFTED, INVITED), INVITATION, LEAD)
    assert ended == (InvitationEnded(PROPOSAL_ID, INVITATION, LEAD),)
    assert inviting.end(after(DRAFTED, INVITED, *ended), INVITATION, LEAD) == ()
    with pytest.raises(Refused) as refused:
        inviting.end(after(DRAFTED), INVITATION, LEAD)
    assert [one.slug() for one in refused.value.reasons] == ["no-such-invitation"]
