"""Why something asked of a proposal is refused, and whom or what it waits for."""

from uuid import UUID

from shared.contracts.values import Matter
from shared.kernel import Conflict, Forbidden, Missing, Unacceptable, Value


class WaitsOn(Value, frozen=True, omit_defaults=True):
    """What is missing, in a sentence, and from whom: a partner, or whoever owns a matter at any partner."""

    sentence: str
    partner: UUID | None = None
    matter: Matter | None = None


class NoSuchProposal(Missing, frozen=True):
    """There is no such proposal

    The id may be mistyped, or belong to another community.
    """

    says = "There is no such proposal in this community."


class UnknownAddressee(Missing, frozen=True):
    """There is no such partner

    A proposal is addressed to one partner of this community, by its id; `GET /partnerships/v1/partners` lists them.
    """

    says = "There is no partner {partner} in this community to address it to."
    partner: str


class PathwayNotInForce(Missing, frozen=True):
    """No such pathway is in force

    Name a published pathway by its id or its key; `GET /credentials/v1/pathways` lists them.
    """

    says = "No pathway {pathway!r} is published in this community, as far as was heard by {at}."
    pathway: str
    at: str


class NotWithin(Unacceptable, frozen=True):
    """That is nothing a proposal is about

    Say within what it lies as kinds with their values, such as `{"kind": "sector", "value": "health"}`.
    """

    says = "What it is about is not right: {fault}."
    fault: str


class NotYourProposal(Forbidden, frozen=True):
    """This is for the proposing partner

    Any position of the partner that drafted a proposal may revise, submit and withdraw it; nobody else may.
    """

    says = "Only positions of the proposing partner may {act} it."
    act: str
    partner: UUID


class ProposersDoNotJudge(Forbidden, frozen=True):
    """Who proposed may not judge

    Whoever drafted, revised or submitted a proposal neither validates nor accepts it, nor do their delegates. Let
    somebody else.
    """

    says = "The person who acts, or who delegated it to them, had a hand in proposing this, and so may not {act} it."
    act: str


class OnePersonOnePartner(Conflict, frozen=True):
    """The same person has responded for another partner

    Each partner is heard by persons of its own. Somebody else who decides industry-validation there responds; who holds
    the position, and not by a delegation from whoever has responded.
    """

    says = "The person who acts, or who delegated it to them, has responded for another partner."


class NotBeforeAPartner(Conflict, frozen=True):
    """It has not been submitted

    It can be answered and decided once the proposing partner has submitted it.
    """

    says = "It is {state}, and waits for the proposing partner to submit it."
    state: str


class LaidBeforeAPartner(Conflict, frozen=True):
    """It is before a partner

    What others are reading stays as it is. The partner addressed can return it; the proposing partner can withdraw it.
    """

    says = "It is before a partner ({state}), and can be revised or submitted again once it is returned."
    state: str


class ItIsOver(Conflict, frozen=True):
    """It has been decided

    Accepted, declined and withdrawn proposals stay as they are. Draft another one.
    """

    says = "It was {state}, and stays so."
    state: str


class InviteSomebodyElse(Unacceptable, frozen=True):
    """Name one reader

    Invite a `person` or a `partner`, not both; your own partner reads it anyway.
    """

    says = "An invitation names one person, or one partner other than the proposing one."


class NobodyInvited(Missing, frozen=True):
    """There is nobody like that to invite

    Persons who hold, or held, a position and partners of this community can be invited, by their ids.
    """

    says = "{who} is neither a partner nor anybody with a position in this community."
    who: str


class NoSuchInvitation(Missing, frozen=True):
    """There is no such invitation

    The proposal's page lists its invitations.
    """

    says = "There is no such invitation to this proposal."


class NotStated(Unacceptable, frozen=True):
    """A field must be stated first

    Title, need, outcomes, job functions and assessment are stated before a proposal is submitted. Revise it first.
    """

    says = "The outline does not state its {field}."
    field: str


class OutlineTooLong(Unacceptable, frozen=True):
    """The outline is too long

    An outline travels in one fact. Shorten it, and keep what it cites elsewhere.
    """

    says = "The outline is {size} bytes long; {most} is the most."
    size: int
    most: int


class TooFewResponses(Conflict, frozen=True):
    """Too few partners have responded

    Positions accountable for industry-validation respond; `allowed_actions` names those who have not.
    """

    says = "{heard} of {needed} partners {have} responded to the concept."
    heard: int
    needed: int
    have: str
