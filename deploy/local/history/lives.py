"""The lives there are: what becomes of a proposal, and how many in a thousand go that way."""

from collections.abc import Callable

from deploy.local.history.cast import ADVISORS
from deploy.local.history.play import Play

INDUSTRY, ACADEMIC, REGISTRAR, FUNDING = "industry-validation", "academic-approval", "registrar", "funding"


def drafted(play: Play) -> None:
    """A draft nobody came back to."""
    play.draft()


def before_industry(play: Play) -> None:
    """Submitted; one partner has responded, a second is waited for."""
    _submitted(play)
    play.respond(ADVISORS[1])


def withdrawn(play: Play) -> None:
    _submitted(play)
    play.respond(ADVISORS[2], in_demand=False, comment=True)
    play.wait(9)
    play.withdraw()


def declined(play: Play) -> None:
    _submitted(play)
    play.respond(ADVISORS[0], in_demand=False, comment=True)
    play.wait(2)
    play.respond(ADVISORS[4], reflects=False)
    play.wait(12)
    play.decline()


def waiting_for_preparation(play: Play) -> None:
    """Accepted; the outline is being prepared."""
    _accepted(play)


def waiting_for_industry(play: Play) -> None:
    """Validation was requested, and no advisor has spoken."""
    _requested(play)


def waiting_for_a_quorum(play: Play) -> None:
    """Two of three voices."""
    _requested(play)
    _signed(play, INDUSTRY, 2)


def waiting_for_a_college(play: Play) -> None:
    """Industry has validated; one of two colleges has approved, and the funder."""
    _validated(play)
    _signed(play, FUNDING, 1)
    _signed(play, ACADEMIC, 1)


def approved_and_run(play: Play) -> None:
    """The straight way, run four times and renewed once."""
    _validated(play)
    _approved(play)
    _run(play, 3)
    _reviewed(play, "renew")
    _run(play, 1)


def approved_after_it_was_sent_back(play: Play) -> None:
    _submitted(play)
    play.respond(ADVISORS[3], reflects=False, comment=True)
    play.wait(6)
    play.send_back()
    play.wait(11)
    play.revise_proposal(assessment=play.subject.assessment, hours=(play.subject.outline.hours or 0) + 6)
    play.wait(1)
    play.submit()
    _heard(play)
    play.accept()
    play.wait(8)
    play.request_validation()
    play.wait(2)
    _signed(play, INDUSTRY, 3)
    _approved(play)
    _run(play, 2)


def approved_on_conditions(play: Play) -> None:
    """One condition is met before the grant, another is answered at the review."""
    _requested(play)
    condition = play.sign(INDUSTRY, ADVISORS[0], "endorse-with-conditions", "grant")
    play.wait(3)
    play.sign(INDUSTRY, ADVISORS[1], "endorse-with-conditions", "review")
    play.wait(1)
    play.sign(INDUSTRY, ADVISORS[3], "endorse")
    play.wait(10)
    play.meet(condition, ADVISORS[0])
    play.wait(2)
    _approved(play)
    _run(play, 2)
    _reviewed(play, "renew")


def approved_after_its_outline_changed(play: Play) -> None:
    """An advisor asks for changes; the revision lapses what was signed, and all sign again."""
    _requested(play)
    _signed(play, INDUSTRY, 2)
    play.sign(INDUSTRY, ADVISORS[4], "request-changes")
    play.wait(5)
    play.revise(assessment=play.subject.assessment)
    play.wait(3)
    _signed(play, INDUSTRY, 3)
    _signed(play, ACADEMIC, 1)
    play.revise(hours=(play.subject.outline.hours or 0) + 4)
    play.wait(4)
    _approved(play)
    _run(play, 2)


def approved_after_a_refusal(play: Play) -> None:
    """A council that could no longer agree refuses; revised, it goes before the council again."""
    _requested(play)
    play.sign(INDUSTRY, ADVISORS[0], "abstain")
    for advisor in ADVISORS[1:4]:
        play.wait(2)
        play.sign(INDUSTRY, advisor, "decline")
    play.wait(20)
    play.revise(assessment=play.subject.assessment)
    play.wait(4)
    play.request_validation()
    play.wait(3)
    _signed(play, INDUSTRY, 3)
    _approved(play)
    _run(play, 1)


def retired_after_a_second_version(play: Play) -> None:
    """A review sends it round the pathway again; the next one retires it. One advisor is recused."""
    _requested(play)
    play.sign(INDUSTRY, ADVISORS[2], "recuse")
    play.wait(1)
    _signed(play, INDUSTRY, 3)
    _approved(play)
    _run(play, 2)
    _reviewed(play, "revise")
    play.revise(hours=(play.subject.outline.hours or 0) + 8)
    play.wait(6)
    play.request_validation()
    play.wait(4)
    _signed(play, INDUSTRY, 3)
    _approved(play)
    _run(play, 2)
    _reviewed(play, "retire")


Life = Callable[[Play], None]
LIVES: tuple[tuple[int, Life], ...] = (
    (60, drafted),
    (50, before_industry),
    (40, withdrawn),
    (70, declined),
    (40, waiting_for_preparation),
    (70, waiting_for_industry),
    (60, waiting_for_a_quorum),
    (60, waiting_for_a_college),
    (190, approved_and_run),
    (80, approved_after_it_was_sent_back),
    (90, approved_on_conditions),
    (80, approved_after_its_outline_changed),
    (60, approved_after_a_refusal),
    (50, retired_after_a_second_version),
)
"""Each life with how many of a thousand go that way."""


def _submitted(play: Play) -> None:
    play.draft()
    play.wait(4)
    play.submit()
    play.wait(6)


def _heard(play: Play) -> None:
    play.wait(3)
    play.respond(ADVISORS[0])
    play.wait(2)
    play.respond(ADVISORS[3], reflects=False, comment=True)
    play.wait(9)


def _accepted(play: Play) -> None:
    _submitted(play)
    _heard(play)
    play.accept()
    play.wait(14)


def _requested(play: Play) -> None:
    _accepted(play)
    play.request_validation()
    play.wait(3)


def _validated(play: Play) -> None:
    _requested(play)
    _signed(play, INDUSTRY, 3)


def _signed(play: Play, step: str, voices: int) -> None:
    """So many of those it waits on speak for it, a day or two apart."""
    for position in play.asked(step)[:voices]:
        play.sign(step, position, "endorse" if step == INDUSTRY else "approve")
        play.wait(1.3)


def _approved(play: Play) -> None:
    """Every step that industry's comes before."""
    for step in (FUNDING, ACADEMIC, REGISTRAR):
        if play.is_open(step):
            _signed(play, step, 2)


def _run(play: Play, times: int) -> None:
    for time in range(times):
        play.wait(12)
        play.run(21, 18 + time, 15 + time)


def _reviewed(play: Play, decision: str) -> None:
    play.wait(30)
    review = play.submit_review()
    play.wait(12)
    play.decide_review(review, decision)
    play.wait(10)
