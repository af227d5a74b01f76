"""Every fact ever published is read today as it was meant, and a change of the contracts that breaks one is caught."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, Literal, get_args
from uuid import UUID

import msgspec
import pytest
from msgspec import NODEFAULT, structs

from shared.contracts import LOGS, facts_of
from shared.contracts.credentials import Decision
from shared.contracts.upcasting import Upcast
from shared.kernel import Fact
from tests.shared.contracts.golden.keeping import COMMAND, FOLDER, SUMS, Contracts, add, changed, faults, kept, missing

TODAY = {log: Contracts(log, facts_of(log)) for log in LOGS}
SIGNED = "credentials.sign-off-recorded.v1"
Fields = dict[str, tuple[Any, Any]]


@pytest.mark.parametrize("log", LOGS)
def test_every_fact_ever_published_is_read_as_it_was_meant(log: str) -> None:
    assert faults(FOLDER, TODAY[log]) == []


@pytest.mark.parametrize("log", LOGS)
def test_every_field_and_word_of_today_s_facts_has_samples(log: str) -> None:
    assert sorted(missing(FOLDER, TODAY[log])) == [], f"add samples of what is new with {COMMAND}"


def test_no_golden_file_was_changed_taken_away_or_written_by_hand() -> None:
    assert changed(FOLDER) == []


def test_most_facts_have_samples_that_were_really_recorded() -> None:
    recorded = {one.tag for log in LOGS for one in kept(FOLDER, log) if one.file.name.startswith("recorded-")}
    assert len(recorded) > len([tag for log in LOGS for tag in facts_of(log)]) / 2


def fields_of(kind: type[msgspec.Struct]) -> Fields:
    """Name → type and default, in order."""
    return {
        field.name: (
            field.type,
            field.default
            if field.default_factory is NODEFAULT
            else msgspec.field(default_factory=field.default_factory),
        )
        for field in structs.fields(kind)
    }


def built(kind: type[Fact], fields: Fields, tag: str | None = None) -> Any:
    """A fact like that one, with these fields."""
    listed = [(name, of) if default is NODEFAULT else (name, of, default) for name, (of, default) in fields.items()]
    return msgspec.defstruct(kind.__name__, listed, bases=(Fact,), frozen=True, tag=tag or kind.fact_tag())


def with_changed(tag: str, change: Callable[[Fields], Fields]) -> Contracts:
    """Today's contracts, but for one fact with its fields changed."""
    contracts = TODAY[tag.partition(".")[0]]
    kind = contracts.facts[tag]
    return contracts._replace(facts={**contracts.facts, tag: built(kind, change(fields_of(kind)))})


def renamed(was: str, now: str) -> Callable[[Fields], Fields]:
    return lambda fields: {now if name == was else name: field for name, field in fields.items()}


def retyped(name: str, of: Any) -> Callable[[Fields], Fields]:
    return lambda fields: {**fields, name: (of, fields[name][1])}


def defaulting(name: str, default: Any) -> Callable[[Fields], Fields]:
    return lambda fields: {**fields, name: (fields[name][0], default)}


def without(name: str) -> Callable[[Fields], Fields]:
    return lambda fields: {other: field for other, field in fields.items() if other != name}


def required(name: str) -> Callable[[Fields], Fields]:
    """Before the fields with defaults, as msgspec asks."""
    return lambda fields: {name: (fields[name][0], NODEFAULT), **without(name)(fields)}


def narrowed(*leave_out: str) -> Any:
    return Literal[tuple(word for word in get_args(Decision) if word not in leave_out)]


BREAKING = {
    "a field is renamed": (SIGNED, renamed("revision", "outline_revision")),
    "an optional field is renamed": (SIGNED, renamed("replaces", "instead_of")),
    "a field is removed": (SIGNED, without("revision")),
    "an optional field is removed": (SIGNED, without("comment")),
    "an id becomes text": (SIGNED, retyped("sign_off", str)),
    "a number becomes text": (SIGNED, retyped("revision", str)),
    "a whole number becomes any number": (SIGNED, retyped("revision", float)),
    "a default is removed": (SIGNED, required("conditions")),
    "a default of null is removed": (SIGNED, required("comment")),
    "a default is changed": (SIGNED, defaulting("in_demand", True)),
    "an empty default is filled": ("intake.proposal-accepted.v1", defaulting("proposers", (UUID(int=1),))),
    "null is no value any more": (SIGNED, retyped("in_demand", bool)),
    "a word leaves the vocabulary": (SIGNED, retyped("decision", narrowed("recuse"))),
    "a text is shorter at most": (
        "credentials.offering-opened.v1",
        retyped("platform", Annotated[str, msgspec.Meta(max_length=99)] | None),
    ),
    "a required field is added": (SIGNED, lambda fields: {"added": (str, NODEFAULT), **fields}),
}
HARMLESS = {
    "a field is added with a default": lambda fields: {**fields, "added": (str | None, None)},
    "a default list is added": lambda fields: {**fields, "added": (tuple[str, ...], ())},
    "a word joins the vocabulary": retyped("decision", Literal[(*get_args(Decision), "applaud")]),
    "fields are moved": lambda fields: dict(
        sorted(fields.items(), key=lambda one: (one[1][1] is not NODEFAULT, one[0]))
    ),
}


@pytest.mark.parametrize("change", BREAKING)
def test_a_change_that_breaks_old_facts_is_caught(change: str) -> None:
    tag, mutation = BREAKING[change]
    found = faults(FOLDER, with_changed(tag, mutation))
    assert found
    assert all(fault.startswith(tag) for fault in found)


@pytest.mark.parametrize("change", HARMLESS)
def test_a_change_that_breaks_no_fact_passes(change: str) -> None:
    assert faults(FOLDER, with_changed(SIGNED, HARMLESS[change])) == []


def test_what_was_added_asks_for_samples_of_its_own() -> None:
    contracts = with_changed(SIGNED, HARMLESS["a field is added with a default"])
    assert set(missing(FOLDER, contracts)) == {SIGNED}


def test_a_value_inside_that_changes_is_caught_in_every_fact_that_carries_it() -> None:
    """The same holds for structs inside, which are read by the same rules."""
    from shared.contracts.values import Acting

    other = msgspec.defstruct("Acting", [("person", UUID), ("place", UUID), ("partner", UUID)], frozen=True)
    found = faults(FOLDER, with_changed(SIGNED, retyped("by", other)))
    assert any("place" in fault for fault in found)
    assert faults(FOLDER, with_changed(SIGNED, retyped("by", Acting))) == []


def test_a_fact_removed_without_an_upcaster_is_caught() -> None:
    contracts = TODAY["credentials"]
    fewer = contracts._replace(facts={tag: kind for tag, kind in contracts.facts.items() if tag != SIGNED})
    found = faults(FOLDER, fewer)
    assert set(found) == {f"{SIGNED} was published, and is read by no fact and no upcaster"}


def test_a_new_fact_without_samples_is_caught() -> None:
    contracts = TODAY["credentials"]
    tag = "credentials.thing-done.v1"
    more = contracts._replace(
        facts={**contracts.facts, tag: built(contracts.facts[SIGNED], {"by": (str, NODEFAULT)}, tag)}
    )
    assert [fault for fault in faults(FOLDER, more) if tag in fault] == [
        f"{tag} has no samples: add them with {COMMAND}"
    ]


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """The golden files, for a test to work on."""
    shutil.copytree(FOLDER, tmp_path / "golden", ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    return tmp_path / "golden"


def test_a_retired_tag_is_read_by_its_upcaster_and_what_it_means_then_is_kept_too(copied: Path) -> None:
    """`revision` becomes `outline_revision` under a new tag; the old samples stay as they are."""
    contracts, v2 = TODAY["credentials"], "credentials.sign-off-recorded.v2"
    kind = contracts.facts[SIGNED]
    successor = built(kind, renamed("revision", "outline_revision")(fields_of(kind)), v2)
    facts = {tag: other for tag, other in contracts.facts.items() if tag != SIGNED} | {v2: successor}

    def rename(raw: dict[str, Any]) -> dict[str, Any]:
        return {"outline_revision" if name == "revision" else name: value for name, value in raw.items()}

    retired = contracts._replace(facts=facts, upcasts={SIGNED: Upcast(v2, rename)})
    assert any("nothing says what" in fault for fault in faults(copied, retired))
    written = add(copied, retired, missing(copied, retired))
    assert {file.name.partition(".")[2] for file in written} == {"stored.jsonl", "as.sign-off-recorded.v2.jsonl"}
    assert faults(copied, retired) == []
    assert changed(copied) == []
    forgetful = retired._replace(upcasts={SIGNED: Upcast(v2, lambda raw: {**rename(raw), "outline_revision": 0})})
    assert all("outline_revision" in fault for fault in faults(copied, forgetful))
    assert faults(copied, forgetful)


def test_a_golden_file_changed_removed_or_added_by_hand_is_caught(copied: Path) -> None:
    assert changed(copied) == []
    first, second, *_ = sorted(copied.rglob("*.stored.jsonl"))
    first.write_bytes(first.read_bytes().replace(b'"fact"', b'"fact" '))
    second.unlink()
    (second.parent / "generated-9.stored.jsonl").write_bytes(b"{}\n")
    said = changed(copied)
    assert [line.partition(" ")[2].partition(";")[0].partition(":")[0] for line in said] == [
        "was changed", "is gone", f"is not in {SUMS}",
    ]  # fmt: skip


def test_adding_samples_overwrites_nothing_and_adds_nothing_twice(copied: Path) -> None:
    before = {file: file.read_bytes() for file in copied.rglob("*.jsonl")}
    for contracts in TODAY.values():
        assert add(copied, contracts, missing(copied, contracts)) == []
    written = add(copied, TODAY["credentials"], {SIGNED: [b"{}"][:0]})
    assert {file: file.read_bytes() for file in before} == before
    assert not set(written) & set(before)
