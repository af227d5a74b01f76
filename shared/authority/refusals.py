"""Why somebody may not act in a position, or not decide a matter in it."""

from shared.kernel import Forbidden


class NotYourPosition(Forbidden, frozen=True):
    """You do not act in that position

    Its holders do, those they delegated a matter to, and whoever stands in while nobody is there; each from a date, and
    not until confirmed. `allowed_actions` says who that is. Name another position in `Acting-As`, or have your holding
    recorded and confirmed.
    """

    says = "This key's person does not act in {position} at {at}."
    position: str
    at: str


class OnlyDelegatedMatters(Forbidden, frozen=True):
    """You act there in delegated matters only

    A delegation lets you decide the matters it names, and do nothing else in the position. `allowed_actions` says whom
    to go to.
    """

    says = "In {position} this key's person only decides what was delegated: {matters}."
    position: str
    matters: str


class StateYourPosition(Forbidden, frozen=True):
    """State the position you act in

    You hold several positions, or none. Name one in the header `Acting-As`, by its id or as `partner/position`: one you
    hold, one in which a matter was delegated to you, or one you stand in for.
    """

    says = "This key's person holds {held}; state one in the header Acting-As."
    held: str


class NotTheirsToDecide(Forbidden, frozen=True):
    """This is not yours to decide

    The matter belongs to another position at that partner, or to others in this one; `allowed_actions` says whom to go
    to.
    """

    says = "{position} is not accountable for {matter} at {partner}: {answer}"
    position: str
    matter: str
    partner: str
    answer: str


class NotTheirsInIt(Forbidden, frozen=True):
    """You may not decide this in that position

    The position is accountable, but you neither hold it, nor was this matter delegated to you, nor do you stand in for
    it now. `allowed_actions` says whom to go to.
    """

    says = "{position} is accountable for {matter}, but this person does not decide it there: {answer}"
    position: str
    matter: str
    answer: str
