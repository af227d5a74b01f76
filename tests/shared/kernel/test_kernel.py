"""Values, ids, moments, intents and refusals."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from msgspec import structs

from shared.eventstore.memory import MemoryStore
from shared.kernel import Conflict, Intent, Missing, Moment, Refused, Text, new_id, refuse_if, stream_id, stream_key
from shared.kernel.intents import Remark
from shared.kernel.refusals import slug
from tests.shared.eventstore.deciding import NOON, commands, register


class Gone(Missing, frozen=True):
    """It is gone

    Look elsewhere.
    """

    says = "The {thing} is gone."
    thing: str


class Ask(Intent, frozen=True):
    """Ask for something at a moment."""

    at: datetime


def test_ids_are_unique_and_sort_by_the_time_they_were_made() -> None:
    ids = [new_id() for _ in range(1000)]
    assert len(set(ids)) == 1000
    assert ids == sorted(ids)
    assert {one.version for one in ids} == {7}


def test_a_stream_s_name_holds_its_id() -> None:
    key = new_id()
    assert stream_key(stream_id("microcredential", key)) == key


@pytest.mark.parametrize(
    ("name", "expected"),
    [("NotTheirsToSign", "not-theirs-to-sign"), ("Busy", "busy"), ("HTTPFault", "http-fault"), ("A", "a")],
)
def test_a_reason_s_address_is_its_name_in_lower_case(name: str, expected: str) -> None:
    assert slug(name) == expected


def test_a_refusal_says_every_reason() -> None:
    refused = Refused(Gone("door"), Gone("key"), waiting_on=("a smith",))
    assert str(refused) == "The door is gone. The key is gone."
    assert refused.names(Missing)
    assert not refused.names(Conflict)
    assert refused.waiting_on == ("a smith",)


def test_a_refusal_without_a_reason_is_a_fault() -> None:
    with pytest.raises(ValueError, match="at least one"):
        Refused()


def test_refuse_if_raises_every_reason_there_is_and_passes_when_there_is_none() -> None:
    refuse_if(None, None)
    with pytest.raises(Refused) as refused:
        refuse_if(None, Gone("door"), Gone("key"))
    assert refused.value.reasons == (Gone("door"), Gone("key"))


def test_an_intent_refuses_unknown_fields_and_moments_outside_the_calendar() -> None:
    assert msgspec.convert({"at": "2026-01-01T00:00:00Z"}, Ask).at.tzinfo is not None
    for year, others in (("2026", {"colour": 1}), ("1700", {}), ("9999", {})):
        with pytest.raises(msgspec.ValidationError):
            msgspec.convert({"at": f"{year}-01-01T00:00:00Z", **others}, Ask)


@pytest.mark.parametrize("text", [{}, {"EN": "x"}, {"en": ""}, {"en\n": "x"}, {"en": "x" * 8001}])
def test_text_needs_a_language_and_words(text: dict[str, str]) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(text, Text)


@pytest.mark.parametrize("text", [{"en": "x"}, {"en": "x", "fr-CA": "y"}, {"mic": "x"}])
def test_text_may_be_in_any_language(text: dict[str, str]) -> None:
    assert msgspec.convert(text, Text) == text


def test_a_remark_is_plain_words_or_a_comment_but_never_empty() -> None:
    assert msgspec.convert("words", Remark) == "words"
    assert structs.asdict(msgspec.convert({"words": "mots", "language": "fr"}, Remark))["language"] == "fr"
    for wrong in ("", {"words": ""}, {"words": "x", "colour": 1}):
        with pytest.raises(msgspec.ValidationError):
            msgspec.convert(wrong, Remark)


async def test_a_moment_includes_what_had_happened_by_then() -> None:
    recorded = (await register(commands(MemoryStore()), [new_id()], occurred_at=NOON)).recorded[0]
    assert Moment().includes(recorded)
    assert Moment(at=NOON).includes(recorded)
    assert not Moment(at=NOON - timedelta(microseconds=1)).includes(recorded)
    assert Moment(log="partnerships", index=1).includes(recorded)
    assert not Moment(log="partnerships", index=0).includes(recorded)
    assert Moment().is_now
    assert not Moment(at=datetime.now(UTC)).is_now
