"""Why a sign-off on paper is not recorded, confirmed or disputed: each reason, and what to do next."""

from shared.kernel import Conflict, Forbidden, Missing, Unacceptable


class NotTheirsToRecord(Forbidden, frozen=True):
    """You may not record this on their behalf

    A coordinator records it, somebody who holds a position at the decider's own partner, or whoever chairs the council.
    """

    says = "A paper is recorded by a coordinator, at the decider's own partner, or by the chair of the council asked."


class OwnDecision(Unacceptable, frozen=True):
    """Your own decision needs no paper

    Sign off the step yourself.
    """

    says = "Whoever decided is here themselves, and signs off without a paper."


class WhoProposedMayNotRecord(Forbidden, frozen=True):
    """Who proposed may not record a decision on it

    Let somebody else at the decider's partner record it, or a coordinator.
    """

    says = "Whoever proposed a microcredential, or wrote its outline, may not record what others decided on it."


class DidNotHoldItThen(Forbidden, frozen=True):
    """They did not act in that position then

    A paper is judged as its day ends in UTC, or now while that day lasts. Name the position they held then; holders and
    delegates are recorded by the partner's authority administrator.
    """

    says = "The person named did not act in {position} at the end of {dated} in UTC, nor do they now if it is that day."
    position: str
    dated: str


class LetterGrantsNoValidation(Unacceptable, frozen=True):
    """A letter of support never grants a validation

    Have whoever writes it sign off the step here, or record the minutes or the e-mail in which both questions are
    answered on this very content.
    """

    says = "{step} validates for industry, which no letter does."
    step: str


class PaperCannotBeSigned(Unacceptable, frozen=True):
    """A paper carries no signature

    None that can be verified here. Whoever decides signs off with their signing key, where a step requires it.
    """

    says = "A signature on {step} is given by whoever decides; no paper carries one."
    step: str


class DatedInTheFuture(Unacceptable, frozen=True):
    """The paper's date has not come

    Its own date is meant, not the day from which it shall hold.
    """

    says = "A paper of {dated} cannot be recorded yet."
    dated: str


class DatedTooEarly(Conflict, frozen=True):
    """The paper is older than what it decides

    Nobody decided on what was not there. Ask for a decision on the content as it is.
    """

    says = "A paper of {dated} was written before {what}, on {since}."
    dated: str
    what: str
    since: str


class RevisionIsAnother(Conflict, frozen=True):
    """The paper speaks of another revision

    The digest is that of what the step covers, in the revision that the paper speaks of.
    """

    says = "Revision {revision} does not have that digest for {step}."
    revision: int
    step: str


class DecidedInSystem(Conflict, frozen=True):
    """They have decided themselves

    What somebody decided or confirmed here themselves is changed by them only.
    """

    says = "Whoever is said to have decided on {step} has decided or confirmed it here themselves."
    step: str


class DisputedBefore(Conflict, frozen=True):
    """They disputed a paper on this step

    From then on they decide on it themselves.
    """

    says = "A paper of theirs on {step} was disputed by them."
    step: str


class NoSuchPaper(Missing, frozen=True):
    """There is no such sign-off on paper

    The microcredential's page lists its sign-offs; one that lapsed, was replaced or disputed stands no more.
    """

    says = "No standing sign-off {sign_off} was recorded on behalf here."
    sign_off: str


class NotTheirsToConfirm(Forbidden, frozen=True):
    """Only whoever is said to have decided may say so

    The person named as the decider confirms or disputes it, with a key of their own.
    """

    says = "Only the person named as the decider confirms or disputes what was recorded on their behalf."


class ConfirmedAlready(Conflict, frozen=True):
    """It was confirmed

    Decide on the step anew, while it is open.
    """

    says = "This sign-off was confirmed, and is disputed no more."
