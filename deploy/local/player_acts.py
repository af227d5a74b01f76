"""The acts of a case, one request each, and what came of them."""

from typing import Any, assert_never

import msgspec
from msgspec import UNSET

from deploy.local.case_file import (
    AcceptProposal,
    AnyAct,
    CloseOffering,
    ConceptResponse,
    DecideReview,
    OpenOffering,
    Proposal,
    RequestValidation,
    ReviseOutline,
    SignOff,
    SubmitProposal,
    SubmitReview,
)
from deploy.local.client import Answer, Client, Who
from deploy.local.kept import Outcome
from deploy.local.player_setup import CannotPlay, Cast, text

LAPSED = "credentials.sign-off-lapsed.v1"
TEXTS = ("title", "need", "assessment", "prerequisites", "cost", "funding")
LISTS_OF_TEXTS = ("outcomes", "job_functions")
NOT_THE_OUTLINE = ("key", "to", "by", "assumed")
NOBODY = "00000000-0000-0000-0000-000000000000"


class Performance:
    """Performs the acts of one case, in order. `opened` are the microcredentials by proposal."""

    def __init__(self, client: Client, cast: Cast) -> None:
        self._client, self._cast = client, cast
        self.opened: dict[str, str] = {}
        self._offerings: dict[str, str] = {}
        self._reviews: dict[str, str] = {}

    async def perform(self, number: int, act: AnyAct) -> Outcome:
        """One act; performed again, it finds what it did the first time."""
        proposal = self._cast.case.proposal_of(act)
        who = self._who(act)
        if isinstance(act, SubmitProposal):
            await self._draft(proposal, who)
        path, body = await self._request(act, proposal)
        answer = await self._client.write(path, who, f"{self._cast.case.key}/act/{number}", body)
        if answer.accepted and isinstance(act, OpenOffering):
            self._offerings[proposal.key] = answer.body["id"]
        if answer.accepted and isinstance(act, SubmitReview):
            self._reviews[proposal.key] = answer.body["id"]
        return outcome(self._cast, number, act, answer)

    async def _draft(self, proposal: Proposal, who: Who) -> None:
        """A proposal is drafted when it is submitted, by whoever proposes it; that is no act of its own."""
        body = {"key": proposal.key, "outline": outline(proposal)}
        name = f"{self._cast.case.key}/draft/{proposal.key}"
        answer = await self._client.write("/intake/v1/proposals", who, name, body)
        if not answer.accepted:
            raise CannotPlay(f"{name}: the draft was answered {answer.status}: {answer.body}")
        self.opened[proposal.key] = answer.body["id"]

    async def _request(self, act: AnyAct, about: Proposal) -> tuple[str, Any]:
        """The path and the body of the request that is this act."""
        found = self.opened[about.key]
        proposal, microcredential = f"/intake/v1/proposals/{found}", f"/credentials/v1/microcredentials/{found}"
        match act:
            case SubmitProposal():
                return f"{proposal}/submit", {"to": self._cast.partners[about.to]}
            case ConceptResponse():
                fields = ("in_demand", "intended_assessment_reflects_job", "contribution", "comment")
                return f"{proposal}/responses", stated(act, *fields)
            case AcceptProposal():
                return f"{proposal}/accept", {"pathway": self._cast.pathway, **stated(act, "comment")}
            case ReviseOutline():
                return f"{microcredential}/outline", {"change": wrapped(act.change), **stated(act, "reason")}
            case RequestValidation():
                return f"{microcredential}/request-validation", None
            case SignOff():
                return f"{microcredential}/steps/{act.step}/sign-offs", await self._sign_off(act, microcredential)
            case OpenOffering():
                body = stated(act, "starts", "ends", "platform", "learners", "pass_grade")
                return f"{microcredential}/offerings", body
            case CloseOffering():
                offering = self._offerings.get(about.key, NOBODY)
                return f"/credentials/v1/offerings/{offering}/close", stated(act, "learners", "completed", "reported")
            case SubmitReview():
                return f"{microcredential}/reviews", self._review(act)
            case DecideReview():
                review = self._reviews.get(about.key, NOBODY)
                return f"{microcredential}/reviews/{review}/decide", await self._decision(act, microcredential)
            case _:
                assert_never(act)

    async def _sign_off(self, act: SignOff, microcredential: str) -> dict[str, Any]:
        """On the content as it stood at that moment, named by the step's digest."""
        view = await self._read(microcredential, act)
        digest = next((step["digest"] for step in view.get("steps", ()) if step["key"] == act.step), None)
        fields = ("decision", "in_demand", "assessment_reflects_job", "comment", "condition_due")
        return {"digest": digest, **stated(act, *fields)}

    def _review(self, act: SubmitReview) -> dict[str, Any]:
        body = stated(act, "feedback", "comment")
        if act.reported is not UNSET:
            over = [self.opened[proposal] for proposal in act.reported.over]
            body["reported"] = [{"figure": act.reported.figure, "value": act.reported.value, "over": over}]
        return body

    async def _decision(self, act: DecideReview, microcredential: str) -> dict[str, Any]:
        """Each condition answered is found by the position whose sign-off set it."""
        answers = []
        if act.conditions:
            found = {each["from"]: each["condition"] for each in (await self._read(microcredential, act))["conditions"]}
            answers = [{"condition": found[one.from_], "answer": one.answer} for one in act.conditions]
        return {**stated(act, "decision", "comment"), "conditions": answers}

    async def _read(self, microcredential: str, act: AnyAct) -> dict[str, Any]:
        answer = await self._client.read(microcredential, self._who(act))
        if not answer.accepted:
            raise CannotPlay(f"GET {microcredential} was answered {answer.status}: {answer.body}")
        return dict(answer.body)

    def _who(self, act: AnyAct) -> Who:
        return Who(self._cast.keys.people[act.by], act.by, act.at)


def outcome(cast: Cast, number: int, act: AnyAct, answer: Answer) -> Outcome:
    """What came of it, and whether that is what the case expects: the decision, and exactly these lapses."""
    actual = "accepted" if answer.accepted else "refused"
    lapsed = [
        f"{fact['step']} by {cast.position_of(fact['of']['position'])}"
        for fact in answer.facts
        if fact["fact"] == LAPSED
    ]
    return Outcome(
        case=cast.case.key,
        act=number,
        do=str(act.__struct_config__.tag),
        expected=act.expect,
        actual=actual,
        status=answer.status,
        lapsed=lapsed,
        agrees=actual == act.expect and sorted(lapsed) == sorted(act.lapses),
        reasons=[] if answer.accepted else reasons_in(answer.body),
    )


def reasons_in(problem: dict[str, Any]) -> list[str]:
    """Every reason a refusal gives, one sentence each."""
    several = problem.get("reasons") or problem.get("errors") or [problem]
    return [str(each.get("detail") or each.get("title") or each) for each in several if isinstance(each, dict)]


def outline(proposal: Proposal) -> dict[str, Any]:
    """The outline a proposal of a case states."""
    fields = [name for name in proposal.__struct_fields__ if name not in NOT_THE_OUTLINE]
    return wrapped(stated(proposal, *fields))


def wrapped(change: dict[str, Any]) -> dict[str, Any]:
    """Fields of an outline as the API takes them: what people read is English, codes and numbers are as they are."""

    def value(name: str, plain: Any) -> Any:
        if plain is None:
            return None
        if name in LISTS_OF_TEXTS:
            return [text(each) for each in plain]
        return text(plain) if name in TEXTS else plain

    return {name: value(name, plain) for name, plain in change.items()}


def stated(of: msgspec.Struct, *names: str) -> dict[str, Any]:
    """Those of the fields a case states; what is left out is unknown, and stays out."""
    return {name: getattr(of, name) for name in names if getattr(of, name) is not UNSET}
