"""Pathway: a published, versioned DAG of steps. What runs on a version is never changed by a later one."""

from collections.abc import Collection, Iterable
from graphlib import CycleError, TopologicalSorter
from typing import assert_never
from uuid import UUID

import msgspec
from msgspec import structs

from shared.contracts.credentials import PathwayPublished
from shared.contracts.values import EachOf, OwnerAt, PathwayStep, QuorumOf, Slug
from shared.kernel import Decider, Intent, Missing, Reason, Refused, Text, Unacceptable, Value

LONGEST_STEPS = 12 * 1024
"""Bytes a pathway's steps may have as JSON: what a fact holds, less the longest outline and the envelope."""


class PublishPathway(Intent, frozen=True):
    """The first version of a pathway."""

    key: Slug
    title: Text
    steps: tuple[PathwayStep, ...]


class PublishVersion(Intent, frozen=True):
    """A later version; microcredentials already opened keep theirs."""

    title: Text
    steps: tuple[PathwayStep, ...]


class Unpublished(Value, frozen=True, tag=True):
    """No such pathway yet."""


class Published(Value, frozen=True, tag=True):
    """A pathway with all its versions, the last one in force."""

    pathway: UUID
    key: str
    title: Text
    versions: tuple[tuple[PathwayStep, ...], ...]


PathwayState = Unpublished | Published


class NoSuchPathway(Missing, frozen=True):
    """There is no such pathway

    Pathways are published by whoever has the scope `pathways:publish`; `GET /credentials/v1/pathways` lists them.
    """

    says = "There is no such pathway, or no such version of it, in this community."


class NoSteps(Unacceptable, frozen=True):
    """A pathway needs a step

    Publish it with one step at least.
    """

    says = "A pathway has at least one step."


class PathwayTooLong(Unacceptable, frozen=True):
    """The pathway is too long

    Its steps travel in one fact with an outline. Publish fewer steps, or a council where many partners are named.
    """

    says = "The steps are {size} bytes long; {most} is the most."
    size: int
    most: int


class PartnerTwice(Unacceptable, frozen=True):
    """A step names a partner twice

    Each partner speaks once: name it once.
    """

    says = "{step!r} names a partner more than once."
    step: str


class StepTwice(Unacceptable, frozen=True):
    """Two steps have the same key

    Give every step a key of its own.
    """

    says = "More than one step is called {step!r}."
    step: str


class FollowsNothing(Unacceptable, frozen=True):
    """A step follows one that is not there

    `after` names steps of the same pathway.
    """

    says = "{step!r} follows {after!r}, which is no step of this pathway."
    step: str
    after: str


class GoesInCircles(Unacceptable, frozen=True):
    """The steps go in circles

    A step cannot follow itself, directly or through others.
    """

    says = "The steps follow each other in a circle: {circle}."
    circle: str


class UnknownParty(Unacceptable, frozen=True):
    """A step names a partner or council that is not known here

    Register the partner or convene the council first; if that was a moment ago, repeat with `Wait-For`.
    """

    says = "{step!r} names {kind} {id}, which is not known in this community."
    step: str
    kind: str
    id: str


def publish(
    pathway: UUID,
    intent: PublishPathway,
    partners: Collection[UUID],
    councils: Collection[UUID],
    unknown: tuple[Reason, ...] = (),
) -> tuple[PathwayPublished, ...]:
    """The first version, whose steps form a DAG of known parties; `unknown` says which matters are in no vocabulary."""
    _check(intent.steps, partners, councils, unknown)
    return (PathwayPublished(pathway, intent.key, 1, intent.title, intent.steps),)


def publish_version(
    state: PathwayState,
    intent: PublishVersion,
    partners: Collection[UUID],
    councils: Collection[UUID],
    unknown: tuple[Reason, ...] = (),
) -> tuple[PathwayPublished, ...]:
    """The next version; the same steps again are silence."""
    match state:
        case Unpublished():
            raise Refused(NoSuchPathway())
        case Published() if (state.title, state.versions[-1]) == (intent.title, intent.steps):
            return ()
        case Published():
            _check(intent.steps, partners, councils, unknown)
            version = len(state.versions) + 1
            return (PathwayPublished(state.pathway, state.key, version, intent.title, intent.steps),)
        case _:
            assert_never(state)


def steps_of(state: PathwayState, version: int) -> tuple[PathwayStep, ...]:
    """The steps of that version."""
    if isinstance(state, Unpublished) or not 1 <= version <= len(state.versions):
        raise Refused(NoSuchPathway())
    return state.versions[version - 1]


def _check(
    steps: tuple[PathwayStep, ...],
    partners: Collection[UUID],
    councils: Collection[UUID],
    unknown: tuple[Reason, ...],
) -> None:
    reasons = [*_shape(steps), *_parties(steps, partners, councils), *unknown]
    if reasons:
        raise Refused(*reasons)


def _shape(steps: tuple[PathwayStep, ...]) -> Iterable[Reason]:
    if not steps:
        yield NoSteps()
    if (size := len(msgspec.json.encode(steps))) > LONGEST_STEPS:
        yield PathwayTooLong(size, LONGEST_STEPS)
    keys = [step.key for step in steps]
    for key in sorted({key for key in keys if keys.count(key) > 1}):
        yield StepTwice(key)
    for step in steps:
        for before in step.after:
            if before not in keys:
                yield FollowsNothing(step.key, before)
    try:
        TopologicalSorter({step.key: step.after for step in steps}).prepare()
    except CycleError as error:
        yield GoesInCircles(" → ".join(error.args[1]))


def _parties(
    steps: tuple[PathwayStep, ...], partners: Collection[UUID], councils: Collection[UUID]
) -> Iterable[Reason]:
    for step in steps:
        match step.rule:
            case OwnerAt(partner=partner):
                named: tuple[UUID, ...] = (partner,)
            case EachOf(partners=several):
                named = several
            case QuorumOf(council=council):
                named = ()
                if council not in councils:
                    yield UnknownParty(step.key, "council", str(council))
            case _:
                assert_never(step.rule)
        if len(set(named)) < len(named):
            yield PartnerTwice(step.key)
        for partner in set(named):
            if partner not in partners:
                yield UnknownParty(step.key, "partner", str(partner))


def evolve(state: PathwayState, fact: PathwayPublished) -> PathwayState:
    match state:
        case Published():
            return structs.replace(state, title=fact.title, versions=(*state.versions, fact.steps))
        case Unpublished():
            return Published(fact.pathway, fact.key, fact.title, (fact.steps,))
        case _:
            assert_never(state)


PATHWAY: Decider[PathwayState, PathwayPublished] = Decider("pathway", Unpublished(), evolve, PathwayState)
