"""What is found at a stream is judged without asking anybody."""

from dataclasses import dataclass
from uuid import UUID

import pytest
from msgspec import structs

from shared.messaging.standing import NOTHING, Broken, Fault, Found, NotOurs, Own, Told, Whole, judge, refusal

LOG, OTHER = UUID(int=1), UUID(int=2)
NINTH = Told(9, UUID(int=9))
WHOLE = Found(str(LOG), 9, 1, 9, NINTH)
OWN = Own(LOG, 12, NINTH.id)
AT_NINE = Whole(NINTH)


@dataclass(frozen=True)
class Case:
    found: Found
    own: Own = OWN
    judged: Whole | Broken | NotOurs = AT_NINE


def found(**others: object) -> Found:
    return structs.replace(WHOLE, **others)


CASES = {
    "whole": Case(WHOLE),
    "whole and without a name": Case(found(owner=None)),
    "new": Case(Found(str(LOG), 0, 0, 0, None), judged=Whole(NOTHING)),
    "new and without a name": Case(Found(None, 0, 0, 0, None), judged=Whole(NOTHING)),
    "emptied": Case(Found(str(LOG), 0, 10, 9, None), judged=Broken("it was emptied")),
    "emptied and without a name": Case(Found(None, 0, 10, 9, None), judged=Broken("it was emptied")),
    "its beginning lost": Case(found(messages=5, first_sequence=5), judged=Broken("its beginning is lost")),
    "a hole": Case(found(messages=8), judged=Broken("it has a hole")),
    "its last message lost": Case(
        found(messages=8, last=None, first=Told(1, UUID(int=1))), Own(LOG, 12, UUID(int=1)),
        Broken("its facts are not in their places"),
    ),
    "a stranger last": Case(found(last=None), judged=Broken("its last message is no fact of this log")),
    "a fact twice": Case(found(messages=10, last_sequence=10), judged=Broken("its facts are not in their places")),
    "another's": Case(found(owner=str(OTHER)), judged=NotOurs("another log's")),
    "another's and emptied": Case(Found(str(OTHER), 0, 10, 9, None), judged=NotOurs("another log's")),
    "ahead": Case(WHOLE, Own(LOG, 8, None), NotOurs("ahead")),
    "ahead and broken": Case(found(messages=5, first_sequence=5), Own(LOG, 8, None), NotOurs("ahead")),
    "gone another way": Case(WHOLE, Own(LOG, 12, UUID(int=77)), NotOurs("diverged")),
    "without a name, of nobody we know": Case(found(owner=None, last=None), judged=NotOurs("unknown")),
    "without a name, gone another way": Case(found(owner=None), Own(LOG, 12, UUID(int=77)), NotOurs("diverged")),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES.values(), ids=list(CASES))
def test_it_is_judged(case: Case) -> None:
    assert judge(case.found, case.own) == case.judged


@pytest.mark.parametrize("fault", ["another log's", "unknown", "ahead", "diverged"])
def test_every_refusal_names_the_stream_and_says_what_to_do(fault: Fault) -> None:
    said = refusal(fault, "intake", "facts", WHOLE, OWN)
    assert said.startswith("facts-intake")
    assert "CONSORTIA_NATS_PREFIX" in said
    assert said.endswith("nats stream rm facts-intake")
    assert ("After facts were lost" in said) == (fault in ("ahead", "diverged"))
