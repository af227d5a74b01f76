"""The next act, ready to send to the service that decides: method, path, header, body. Fill in what is null."""

from typing import Any
from uuid import UUID

from msgspec import structs

from services.oversight.projections.waits import Wait
from shared.authority.entries import Delegation, Entry, Holding, Partner, Position, Responsibility
from shared.authority.sheets import Sheet
from shared.kernel import Value


class Do(Value, frozen=True, omit_defaults=True):
    """A request to send. `choices` lists what a null field of the body takes; `instead`, the other ways to act."""

    method: str
    path: str
    acting_as: str | None = None
    body: dict[str, Any] | None = None
    choices: dict[str, tuple[str, ...]] | None = None
    instead: tuple["Do", ...] = ()


def next_act(subject: UUID, wait: Wait, acting_as: str | None) -> Do:
    """What ends this waiting."""
    proposal, microcredential = f"/intake/v1/proposals/{subject}", f"/credentials/v1/microcredentials/{subject}"
    match wait.act:
        case "submit-proposal" | "revise-proposal" as act:
            submit = _post(f"{proposal}/submit", acting_as, {"to": None})
            return _either(submit, _revise(f"{proposal}/revise", acting_as), revise_first=act == "revise-proposal")
        case "respond":
            asked = {"in_demand": None, "intended_assessment_reflects_job": None}
            return _post(f"{proposal}/responses", acting_as, asked)
        case "decide-proposal":
            others = tuple(_post(f"{proposal}/{other}", acting_as, {"reason": None}) for other in ("return", "decline"))
            return _post(f"{proposal}/accept", acting_as, {"pathway": None}, instead=others)
        case "request-validation":
            request = _post(f"{microcredential}/request-validation", acting_as)
            return _either(request, _revise(f"{microcredential}/outline", acting_as), revise_first=False)
        case "revise-outline" if wait.step is None:
            request = _post(f"{microcredential}/request-validation", acting_as)
            return _either(request, _revise(f"{microcredential}/outline", acting_as), revise_first=True)
        case "revise-outline":
            return _revise(f"{microcredential}/outline", acting_as)
        case "sign-off" | "confirm-sign-off":
            return _sign_off(microcredential, wait, acting_as)
        case "meet-condition":
            return _post(f"{microcredential}/conditions/{wait.refers}/met", acting_as, {})
        case "close-offering":
            return _post(
                f"/credentials/v1/offerings/{wait.refers}/close", acting_as, {"learners": None, "completed": None}
            )
        case "submit-review":
            return _post(f"{microcredential}/reviews", acting_as, {"feedback": {}})
        case "decide-review":
            return _decide_review(microcredential, wait, acting_as)


def confirm(entry: Entry, holder: UUID, acting_as: str) -> Do:
    """Confirming an entry of the register; `holder` is the partner or position the entry belongs to."""
    match entry:
        case Position(id=position):
            path = f"/partnerships/v1/positions/{position}/confirm"
        case Holding(id=holding):
            path = f"/partnerships/v1/positions/{holder}/holders/{holding}/confirm"
        case Delegation(id=delegation):
            path = f"/partnerships/v1/positions/{holder}/delegations/{delegation}/confirm"
        case Responsibility(id=responsibility):
            path = f"/partnerships/v1/partners/{holder}/responsibilities/{responsibility}/confirm"
        case _:
            raise TypeError(f"{type(entry).__name__} is no entry that is confirmed")
    return _post(path, acting_as)


def confirm_sheet(sheet: Sheet, acting_as: str) -> Do:
    """Confirming all that a staff sheet recorded."""
    return _post(f"/partnerships/v1/partners/{sheet.partner}/staff-sheets/{sheet.id}/confirm", acting_as)


def reconfirm(partner: Partner, acting_as: str) -> Do:
    """Confirming a partner's whole register anew."""
    return _post(f"/partnerships/v1/partners/{partner.id}/reconfirm", acting_as, {"instrument": None})


def sign_agreement(agreement: UUID, digest: str, acting_as: str) -> Do:
    """Signing the version of an agreement that has this digest."""
    return _post(f"/partnerships/v1/agreements/{agreement}/sign", acting_as, {"digest": digest})


def _revise(path: str, acting_as: str | None) -> Do:
    return _post(path, acting_as, {"change": {}})


def _either(go_on: Do, revise: Do, *, revise_first: bool) -> Do:
    """The one, and instead of it the other."""
    first, second = (revise, go_on) if revise_first else (go_on, revise)
    return structs.replace(first, instead=(second,))


def _sign_off(microcredential: str, wait: Wait, acting_as: str | None) -> Do:
    if wait.act == "confirm-sign-off":
        own = f"{microcredential}/sign-offs/{wait.refers}"
        return _post(f"{own}/confirm", acting_as, instead=(_post(f"{own}/dispute", acting_as, {}),))
    verb = wait.verb or "approve"
    body: dict[str, Any] = {"decision": None, "digest": wait.digest}
    if verb == "endorse":
        body |= {"in_demand": None, "assessment_reflects_job": None}
    decisions = (verb, f"{verb}-with-conditions", "request-changes", "decline", "abstain", "recuse")
    path = f"{microcredential}/steps/{wait.step}/sign-offs"
    return _post(path, acting_as, body, choices={"decision": decisions})


def _decide_review(microcredential: str, wait: Wait, acting_as: str | None) -> Do:
    conditions = [{"condition": str(condition), "answer": None} for condition in wait.conditions]
    choices: dict[str, tuple[str, ...]] = {"decision": ("renew", "revise", "retire")}
    if conditions:
        choices["answer"] = ("met", "carried", "unmet")
    path = f"{microcredential}/reviews/{wait.refers}/decide"
    return _post(path, acting_as, {"decision": None, "conditions": conditions}, choices=choices)


def _post(
    path: str,
    acting_as: str | None,
    body: dict[str, Any] | None = None,
    choices: dict[str, tuple[str, ...]] | None = None,
    instead: tuple[Do, ...] = (),
) -> Do:
    return Do("POST", path, acting_as, body, choices, instead)
