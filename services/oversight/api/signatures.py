"""Agreements that wait for signatures: on whom, and what is to be signed."""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from services.oversight.api.acts import Do, sign_agreement
from shared.authority import Answer, Community, who_decides
from shared.kernel import Value


class Unsigned(Value, frozen=True):
    """A version of an agreement that waits; `waits_on` says for each partner missing who signs there."""

    agreement: UUID
    key: str
    version: int
    since: datetime
    waits_on: tuple[Answer, ...]


class ToSign(Value, frozen=True):
    """An agreement that waits for a signature of theirs, and the digest of its terms."""

    agreement: UUID
    key: str
    version: int
    partner: str
    position: str
    since: datetime
    digest: str
    do: Do


def unsigned(community: Community, index: int, on: UUID | None, now: datetime) -> tuple[Unsigned, ...]:
    """What has waited longest first; only what waits on the partner `on`, where one is named."""
    waiting = []
    for agreement in community.agreements.values():
        missing = agreement.missing(now)
        if not missing or (on is not None and on not in missing):
            continue
        version = agreement.versions[-1]
        signers = tuple(who_decides(community, index, "agreement-signing", one, now) for one in sorted(missing))
        waiting.append(Unsigned(agreement.id, agreement.key, version.number, version.proposed_at, signers))
    return tuple(sorted(waiting, key=lambda one: one.since))


def to_sign(community: Community, index: int, person: UUID, now: datetime) -> Iterator[ToSign]:
    """What that person may sign: as a holder, by a delegation, or standing in."""
    for waiting in unsigned(community, index, None, now):
        version = community.agreements[waiting.agreement].versions[-1]
        for answer in waiting.waits_on:
            if answer.position is None or person not in answer.able:
                continue
            key = answer.position.key
            do = sign_agreement(waiting.agreement, version.digest, key)
            yield ToSign(
                waiting.agreement, waiting.key, waiting.version, community.partners[answer.partner].key, key,
                waiting.since, version.digest, do,
            )  # fmt: skip
