"""Why something about an agreement is refused: each reason with its sentence, and what to do next."""

from shared.kernel import Conflict, Forbidden, Missing, Unacceptable


class NoSuchAgreement(Missing, frozen=True):
    """There is no such agreement

    Agreements are laid before their partners by a coordinator of the community.
    """

    says = "There is no such agreement in this community."


class NotAParty(Forbidden, frozen=True):
    """Your partner is no party to it

    Only the partners an agreement names, and who have not left it, sign, withdraw from or terminate it.
    """

    says = "Your partner is no party to this agreement."


class OtherTerms(Conflict, frozen=True):
    """These are not the terms

    What you signed is not what stands. Read the agreement again and sign its digest.
    """

    says = "The digest signed is not that of the terms, {digest}."
    digest: str


class TermsStandAlready(Conflict, frozen=True):
    """These terms are in force already

    A version that waits for signatures is not put aside by the one in force. Nothing changes until all have signed it.
    """

    says = "These are the terms of version {version}, which is in force."
    version: int


class NothingInForce(Conflict, frozen=True):
    """Nothing is in force

    A partner who does not agree does not sign: nothing is in force until all have.
    """

    says = "No version of this agreement is in force, so there is nothing to leave."


class AgreementEnds(Conflict, frozen=True):
    """The agreement was terminated

    Lay a new agreement before the partners.
    """

    says = "This agreement was terminated; nothing is in force from {effective} on."
    effective: str


class InThePast(Unacceptable, frozen=True):
    """It cannot take effect in the past

    What was done under the agreement stands. State a moment from now on, or none for now.
    """

    says = "It cannot take effect at {effective}, which has passed."
    effective: str
