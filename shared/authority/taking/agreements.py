"""Agreements: what was proposed, which version is in force, who left."""

from shared.authority.agreements import Agreement, Version
from shared.authority.community import Community, Takes
from shared.contracts.partnerships import (
    AgreementInForce,
    AgreementProposed,
    AgreementRevised,
    AgreementSigned,
    AgreementTerminated,
    PartnerWithdrew,
)
from shared.kernel import Recorded


def _proposed(community: Community, recorded: Recorded[AgreementProposed]) -> None:
    fact = recorded.fact
    first = Version(1, fact.terms, fact.digest, recorded.occurred_at)
    community.agreements[fact.agreement] = Agreement(fact.agreement, fact.key, [first])


def _revised(community: Community, recorded: Recorded[AgreementRevised]) -> None:
    fact = recorded.fact
    if (known := community.agreements.get(fact.agreement)) is not None:
        known.versions.append(Version(fact.version, fact.terms, fact.digest, recorded.occurred_at))


def _signed(community: Community, recorded: Recorded[AgreementSigned]) -> None:
    fact = recorded.fact
    if (known := community.agreements.get(fact.agreement)) is None:
        return
    for version in known.versions:
        if version.number == fact.version:
            version.signed.add(fact.by.partner)


def _in_force(community: Community, recorded: Recorded[AgreementInForce]) -> None:
    fact = recorded.fact
    if (known := community.agreements.get(fact.agreement)) is None:
        return
    for version in known.versions:
        if version.number == fact.version:
            version.in_force_since = recorded.occurred_at


def _withdrew(community: Community, recorded: Recorded[PartnerWithdrew]) -> None:
    fact = recorded.fact
    if (known := community.agreements.get(fact.agreement)) is None:
        return
    if (standing := known.in_force(recorded.occurred_at)) is not None:
        left = standing.left.get(fact.by.partner, fact.effective)
        standing.left[fact.by.partner] = min(left, fact.effective)


def _terminated(community: Community, recorded: Recorded[AgreementTerminated]) -> None:
    fact = recorded.fact
    if (known := community.agreements.get(fact.agreement)) is not None:
        known.ends = fact.effective if known.ends is None else min(known.ends, fact.effective)


TAKES: Takes = {
    AgreementProposed: _proposed,
    AgreementRevised: _revised,
    AgreementSigned: _signed,
    AgreementInForce: _in_force,
    PartnerWithdrew: _withdrew,
    AgreementTerminated: _terminated,
}
