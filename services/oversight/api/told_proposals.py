"""What intake says, as sentences. Pure."""

from services.oversight.api.speaking import Speaker
from shared.contracts import intake as i
from shared.kernel import Fact
from shared.pages import N_

RESPONDED = {
    (True, True): N_("{who} responded to the concept (in demand: yes; the intended assessment reflects the job: yes)."),
    (True, False): N_("{who} responded to the concept (in demand: yes; the intended assessment reflects the job: no)."),
    (False, True): N_("{who} responded to the concept (in demand: no; the intended assessment reflects the job: yes)."),
    (False, False): N_("{who} responded to the concept (in demand: no; the intended assessment reflects the job: no)."),
}


def said(fact: Fact, speak: Speaker) -> str | None:
    """The sentence of a fact of intake; None of others."""
    match fact:
        case i.ProposalDrafted(key=key, by=by):
            return speak._("{who} drafted the proposal '{key}'.", who=speak.who(by), key=key)
        case i.ProposalRevised(by=by):
            return speak._("{who} revised the proposal.", who=speak.who(by))
        case i.ProposalSubmitted(by=by, to=to):
            return speak._("{who} submitted the proposal to {partner}.", who=speak.who(by), partner=speak.partner(to))
        case i.ConceptResponded(by=by, in_demand=demand, intended_assessment_reflects_job=job):
            return speak._(RESPONDED[demand, job], who=speak.who(by))
        case i.ProposalAccepted():
            return _accepted(fact, speak)
        case i.ProposalReturned(by=by):
            return speak._("{who} returned the proposal to be revised.", who=speak.who(by))
        case i.ProposalDeclined(by=by):
            return speak._("{who} declined the proposal.", who=speak.who(by))
        case i.ProposalWithdrawn(by=by):
            return speak._("{who} withdrew the proposal.", who=speak.who(by))
        case _:
            return _around(fact, speak)


def _around(fact: Fact, speak: Speaker) -> str | None:
    """What changes nothing of the proposal itself: who may read it, and reminders."""
    match fact:
        case i.ReaderInvited(by=by, partner=partner):
            if partner is None:
                return speak._("{who} let another person read the draft.", who=speak.who(by))
            return speak._("{who} let {partner} read the draft.", who=speak.who(by), partner=speak.partner(partner))
        case i.InvitationEnded(by=by):
            return speak._("{who} ended an invitation to read the draft.", who=speak.who(by))
        case i.ProposalNudged(acting_as=acting_as, position=position, partner=partner):
            on = speak.position(position) if position else speak.partner(partner)
            if acting_as is None:
                return speak._("A coordinator reminded {on} of what the proposal waits for.", on=on)
            return speak._("{who} reminded {on} of what the proposal waits for.", who=speak.position(acting_as), on=on)
        case _:
            return None


def _accepted(fact: i.ProposalAccepted, speak: Speaker) -> str:
    responses, dissent = len(fact.responses), len(fact.dissent)
    if dissent:
        return speak._(
            "{who} accepted the proposal on {responses} responses, {dissent} of them dissenting.",
            who=speak.who(fact.by), responses=responses, dissent=dissent,
        )  # fmt: skip
    return speak._("{who} accepted the proposal on {responses} responses.", who=speak.who(fact.by), responses=responses)
