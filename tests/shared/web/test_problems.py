"""What a refusal means over HTTP."""

import inspect
from collections.abc import Iterator
from importlib import import_module

import pytest

from shared.authority.refusals import NotTheirsToDecide, NotYourPosition
from shared.eventstore.refusals import Busy, KeyTaken, NotFound, SameKeyOtherBody
from shared.kernel import Reason, Refused
from shared.security.asker import InTheFuture, KeyNeeded, ScopeMissing
from shared.web.faults import BodyNotRight, BodyTooLarge, NotJson, NotThereYet, Overloaded, QueryNotRight, Unexpected
from shared.web.pages import every_reason
from shared.web.problems import problem_for, title_of

SERVICES = ("intake", "credentials", "partnerships", "oversight")
NOT_FOUND = NotFound("partner", "x")


@pytest.mark.parametrize(
    ("reason", "status"),
    [
        (KeyNeeded("none"), 401),
        (ScopeMissing("decide", "member", "read"), 403),
        (NotYourPosition("nscc/dean", "now"), 403),
        (NotTheirsToDecide("nscc/dean", "funding", "nscc", "x"), 403),
        (NOT_FOUND, 404),
        (KeyTaken("partner", "nscc"), 409),
        (SameKeyOtherBody(), 409),
        (Busy(3), 409),
        (InTheFuture("x"), 422),
        (NotJson("x"), 400),
        (BodyNotRight("x"), 400),
        (QueryNotRight("x"), 400),
        (BodyTooLarge(), 413),
        (Overloaded(), 503),
        (NotThereYet("x", 1), 503),
        (Unexpected(), 500),
    ],
)
def test_each_kind_of_reason_has_its_status(reason: Reason, status: int) -> None:
    problem = problem_for(Refused(reason), "/x", "r-1")
    assert (problem.status, problem.type) == (status, f"/problems/{reason.slug()}")
    assert (problem.detail, problem.instance, problem.request_id) == (reason.sentence, "/x", "r-1")


def test_of_several_reasons_the_gravest_leads_and_all_are_told() -> None:
    problem = problem_for(Refused(InTheFuture("then"), NOT_FOUND, Busy(3)), "/x", None)
    assert (problem.status, problem.type) == (404, "/problems/not-found")
    assert [reason["type"] for reason in problem.reasons] == [
        "/problems/in-the-future",
        "/problems/not-found",
        "/problems/busy",
    ]
    assert problem.reasons[1] | {"kind": "partner", "id": "x"} == problem.reasons[1]


def test_who_can_act_and_what_it_waits_on_is_told() -> None:
    problem = problem_for(Refused(NOT_FOUND, waiting_on=("a",), allowed_actions=("b",)), "/x", None)
    assert (problem.waiting_on, problem.allowed_actions) == (("a",), ("b",))


@pytest.mark.parametrize("slug", sorted(every_reason()))
def test_every_reason_has_a_title_a_way_out_and_a_sentence(slug: str) -> None:
    kind = every_reason()[slug]
    title, _, way_out = (inspect.getdoc(kind) or "").partition("\n")
    assert title_of(kind) == title
    assert way_out.strip(), f"{kind.__name__} does not say what to do next"
    assert kind.says != Reason.says, f"{kind.__name__} has no sentence of its own"
    kind.says.format(**dict.fromkeys(kind.__struct_fields__, "x"))


def test_one_address_means_one_thing() -> None:
    kinds: dict[str, set[tuple[str | None, str]]] = {}
    for service in SERVICES:
        import_module(f"services.{service}.app")
    for kind in everything_below(Reason):
        kinds.setdefault(kind.slug(), set()).add((inspect.getdoc(kind), kind.says))
    assert not {slug for slug, meanings in kinds.items() if len(meanings) > 1}


def everything_below(kind: type[Reason]) -> Iterator[type[Reason]]:
    for below in kind.__subclasses__():
        yield below
        yield from everything_below(below)
