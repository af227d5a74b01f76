"""One agreement as people read it: its versions, who has signed each, whose signatures are missing, who left."""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal
from uuid import UUID

from msgspec import structs

from services.partnerships.domain.agreement import AgreementState, NotProposed, Terminated, missing
from shared.authority import Answer, Community, who_decides
from shared.contracts.partnerships import (
    AgreementInForce,
    AgreementProposed,
    AgreementRevised,
    AgreementSigned,
    AgreementTerminated,
    AgreementTerms,
    PartnerWithdrew,
)
from shared.contracts.values import Acting, Evidence, Instrument
from shared.kernel import Fact, Recorded, Value
from shared.security.signed_as import SignedName

Standing = Literal["waiting", "in-force", "superseded", "put-aside", "ended"]


class Signature(Value, frozen=True):
    """Who signed for which partner, in which position, and with what authority."""

    partner: UUID
    position: str
    by: Acting
    at: datetime
    index: str
    evidence: Evidence
    signed_as: SignedName | None = None


class VersionView(Value, frozen=True):
    """Terms with where they stand: waiting for signatures, in force, superseded, put aside by a later one, ended."""

    version: int
    standing: Standing
    terms: AgreementTerms
    digest: str
    proposed_at: datetime
    signatures: tuple[Signature, ...] = ()
    in_force_since: datetime | None = None
    until: datetime | None = None


class Left(Value, frozen=True):
    """A partner who withdrew, from when on, and the instrument that says so."""

    partner: UUID
    effective: datetime
    instrument: Instrument


class AgreementView(Value, frozen=True):
    """All of it as of the moment asked about. `in_force` is the version in force then; `waits_on`, for each partner

    whose signature the latest version lacks, who decides `agreement-signing` there. Where it lacks none any more since
    a party left, it waits on any of its partners: whoever signs again puts it in force.
    """

    agreement: UUID
    key: str
    as_of: str
    in_force: int | None
    parties: tuple[UUID, ...]
    versions: tuple[VersionView, ...]
    withdrew: tuple[Left, ...]
    ends: datetime | None
    ended_by: Instrument | None
    waits_on: tuple[Answer, ...]


def view_of(
    state: AgreementState,
    history: list[Recorded[Fact]],
    community: Community,
    index: int,
    at: datetime,
    names: Mapping[UUID, SignedName],
) -> AgreementView:
    """The view of that state, with the history it was folded from, and the names it was signed with."""
    first, last = history[0].fact, history[-1]
    assert isinstance(first, AgreementProposed)  # every stream begins with it
    versions = _versions(history, community, names)
    terminated = next((one.fact for one in reversed(history) if isinstance(one.fact, AgreementTerminated)), None)
    ends = state.effective if isinstance(state, Terminated) else None
    shown = tuple(_standing(one, versions, ends, at) for one in versions)
    current = next((one for one in shown if one.standing == "in-force"), None)
    withdrew = _withdrew(history)
    gone = {one.partner for one in withdrew if one.effective <= at}
    return AgreementView(
        first.agreement,
        first.key,
        f"{last.log}@{last.index}",
        current.version if current else None,
        tuple(one for one in current.terms.partners if one not in gone) if current else (),
        shown,
        withdrew,
        ends,
        terminated.instrument if terminated else None,
        _waits_on(state, community, index, at),
    )


def waiting(community: Community, index: int, partners: frozenset[UUID], at: datetime) -> tuple[Answer, ...]:
    """For each of these partners, who signs there."""
    return tuple(who_decides(community, index, "agreement-signing", partner, at) for partner in sorted(partners))


def _waits_on(state: AgreementState, community: Community, index: int, at: datetime) -> tuple[Answer, ...]:
    if isinstance(state, NotProposed | Terminated):
        return ()
    return waiting(community, index, missing(state, at), at)


def _versions(
    history: list[Recorded[Fact]], community: Community, names: Mapping[UUID, SignedName]
) -> list[VersionView]:
    found: dict[int, VersionView] = {}
    for one in history:
        match one.fact:
            case AgreementProposed() as fact:
                found[1] = VersionView(1, "waiting", fact.terms, fact.digest, one.occurred_at)
            case AgreementRevised() as fact:
                found[fact.version] = VersionView(fact.version, "waiting", fact.terms, fact.digest, one.occurred_at)
            case AgreementSigned() as fact:
                signature = Signature(
                    fact.by.partner, community.position_key(fact.by.position), fact.by, one.occurred_at,
                    f"{one.log}@{one.index}", fact.evidence,
                    names.get(fact.signed_as.id) if fact.signed_as else None,
                )  # fmt: skip
                was = found[fact.version]
                found[fact.version] = structs.replace(was, signatures=(*was.signatures, signature))
            case AgreementInForce() as fact:
                found[fact.version] = structs.replace(found[fact.version], in_force_since=one.occurred_at)
            case _:
                pass
    return list(found.values())


def _standing(one: VersionView, versions: list[VersionView], ends: datetime | None, at: datetime) -> VersionView:
    later = [other for other in versions if other.version > one.version]
    superseded = next((other.in_force_since for other in later if other.in_force_since is not None), None)
    standing: Standing
    if one.in_force_since is None:
        standing = "put-aside" if later or ends is not None else "waiting"
    elif superseded is not None:
        standing = "superseded"
    else:
        standing = "ended" if ends is not None and ends <= at else "in-force"
    until = superseded or (ends if one.in_force_since is not None else None)
    return structs.replace(one, standing=standing, until=until)


def _withdrew(history: list[Recorded[Fact]]) -> tuple[Left, ...]:
    """Who left the version in force: a later one is signed anew by whoever is a party to it."""
    left: dict[UUID, Left] = {}
    for one in history:
        if isinstance(one.fact, AgreementInForce):
            left = {}
        if isinstance(one.fact, PartnerWithdrew):
            left[one.fact.by.partner] = Left(one.fact.by.partner, one.fact.effective, one.fact.instrument)
    return tuple(left.values())
