"""Matter: what needs an authorization, added by a community to the starting vocabulary."""

from typing import assert_never
from uuid import UUID

from shared.authority.matters import STARTING
from shared.contracts.partnerships import MatterAdded
from shared.contracts.values import Matter
from shared.kernel import Conflict, Decider, Intent, Reason, Refused, Text, Unacceptable, Value

LANGUAGES = ("en", "fr")


class AddMatter(Intent, frozen=True):
    """One more matter, by the key people type and its name in English and French."""

    matter: Matter
    name: Text


class NotAdded(Value, frozen=True, tag=True):
    """No such matter yet."""


class Added(Value, frozen=True, tag=True):
    """A matter of the community's own."""

    matter: Matter


MatterState = NotAdded | Added


class NameInBothLanguages(Unacceptable, frozen=True):
    """A matter is named in English and in French

    People of every partner read it; write its name as `{"en": "…", "fr": "…"}`.
    """

    says = "The name is missing in: {missing}."
    missing: str


class MatterKnown(Conflict, frozen=True):
    """The matter is there already

    It can be given to a position as it is; `GET /partnerships/v1/matters` lists them all.
    """

    says = "The matter {matter!r} is in the vocabulary already."
    matter: str


def add(state: MatterState, matter: UUID, intent: AddMatter, known: frozenset[Matter]) -> tuple[MatterAdded, ...]:
    """One more matter, of a key that neither the starting vocabulary nor the community (`known`) has."""
    match state:
        case Added():
            raise Refused(MatterKnown(state.matter))
        case NotAdded():
            missing = [language for language in LANGUAGES if language not in intent.name]
            reasons: list[Reason] = [NameInBothLanguages(", ".join(missing))] if missing else []
            if intent.matter in STARTING or intent.matter in known:
                reasons.append(MatterKnown(intent.matter))
            if reasons:
                raise Refused(*reasons)
            return (MatterAdded(matter, intent.matter, intent.name),)
        case _:
            assert_never(state)


def evolve(_: MatterState, fact: MatterAdded) -> MatterState:
    return Added(fact.matter)


MATTER: Decider[MatterState, MatterAdded] = Decider("matter", NotAdded(), evolve, MatterState)
"""A matter's stream; its key is claimed, so that two never share one."""
