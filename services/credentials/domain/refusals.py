"""Why a sign-off is refused: each reason with its sentence, and what to do next."""

from shared.kernel import Conflict, Missing, Unacceptable


class NoSuchStep(Missing, frozen=True):
    """There is no such step

    The microcredential's page lists its steps.
    """

    says = "This pathway has no step {step!r}."
    step: str


class NotOpenYet(Conflict, frozen=True):
    """The step is not open yet

    It opens by itself once what it follows is granted; `detail` says what is missing.
    """

    says = "{step} is not open yet: {waiting_for}."
    step: str
    waiting_for: str


class StepIsSettled(Conflict, frozen=True):
    """The step is settled

    A granted step changes only when what it covers changes; a refused one opens when validation is requested again.
    """

    says = "{step} is {state} already."
    step: str
    state: str


class ContentChanged(Conflict, frozen=True):
    """The content has changed

    You signed another content than stands now. Read the outline again and sign its digest.
    """

    says = "What {step} covers has changed: it is now {digest}."
    step: str
    digest: str


class NotTheStepsVerb(Unacceptable, frozen=True):
    """The step takes another verb

    Industry endorses, a committee recommends, an authority approves.
    """

    says = "{step} takes {verb!r}, not {decision!r}."
    step: str
    verb: str
    decision: str


class AnswerBothQuestions(Unacceptable, frozen=True):
    """An endorsement answers two questions

    `in_demand`: is it in demand; `assessment_reflects_job`: does the assessment, as built, reflect the job.
    """

    says = "An endorsement states in_demand and assessment_reflects_job."


class EndorsementSaysNo(Unacceptable, frozen=True):
    """An endorsement answers yes to both questions

    With a no it is `request-changes` or `decline`, with a comment that says why.
    """

    says = "An endorsement answers yes to both questions; with a no it is request-changes or decline."


class SayWhy(Unacceptable, frozen=True):
    """Say why

    Whoever prepares the outline needs to know what to change, and history what was meant: add a `comment`.
    """

    says = "{decision!r} needs a comment."
    decision: str


class ConditionIncomplete(Unacceptable, frozen=True):
    """A condition needs its words and its time

    The comment is the condition; `condition_due` says whether it is due before the `grant` or by the `review`.
    """

    says = "A decision with conditions, and only that, states condition_due and a comment."


class RecusalStands(Conflict, frozen=True):
    """You recused yourself

    A recusal stands for this step, also for delegates of whoever recused; somebody else of the round decides.
    """

    says = "A recusal from {step} stands."
    step: str


class AlreadySpoke(Conflict, frozen=True):
    """You have decided on this step in another position

    Each person decides once per step, themselves or by whoever they delegated it to.
    """

    says = "The same person, or who decides by their delegation, has decided on {step} in another position."
    step: str


class TheirOwnWordStands(Conflict, frozen=True):
    """Whoever delegated it has decided

    A delegate does not replace the word of whoever they act for: only they themselves do, while the step is open.
    """

    says = "Whoever delegated this has decided on {step}, and only they replace their own word."
    step: str
