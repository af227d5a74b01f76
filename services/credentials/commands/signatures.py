"""The signature of a sign-off, verified and handed to the decision as a value; and what there is to sign."""

import secrets
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import msgspec

from services.credentials.domain import statement as statements
from services.credentials.domain.sign_off import SignOff
from services.credentials.domain.statement import (
    LASTS,
    NotAStatement,
    Presented,
    SignatureDoesNotHold,
    SignatureReplayed,
    SigningKeyNotLive,
    SigningKeyOfAnother,
    Statement,
    UnknownSigningKey,
)
from services.credentials.domain.states import Opened
from shared.authority import Community
from shared.authority.signing_keys import SigningKey, of_person
from shared.contracts.values import Acting
from shared.contracts.values import Envelope as Kept
from shared.eventstore.refusals import KeyTaken
from shared.kernel import Reason, Refused
from shared.security import dsse
from shared.security.asker import Asker
from shared.security.digests import canonical
from shared.security.dsse import Opened as Envelope

PAYLOAD_TYPE = "application/vnd.consortia.sign-off+json"
NONCE = "sign-off-nonce"
"""The kind of claim by which a signed statement counts once."""
_STATEMENT = msgspec.json.Decoder(Statement)


def to_sign(
    asker: Asker, state: Opened, step: str, given: SignOff, acting: Acting, comment: str | None, now: datetime
) -> Statement:
    """The statement of that decision, with a nonce of its own, good for an hour."""
    acting_as = asker.community.position_key(acting.position)
    return Statement(
        community=asker.key.community, microcredential=state.microcredential, key=state.key, pathway=state.pathway,
        pathway_version=state.pathway_version, step=step, digest=given.digest, decision=given.decision,
        in_demand=given.in_demand, assessment_reflects_job=given.assessment_reflects_job,
        condition_due=given.condition_due, comment=comment, person=acting.person, position=acting.position,
        partner=acting.partner, acting_as=acting_as, occurred_at=asker.occurred_at,
        wording=statements.wording(given.decision, state.key, step, given.digest, acting_as, state.pathway_version),
        nonce=secrets.token_hex(16), issued=now, expires=now + LASTS,
    )  # fmt: skip


def presented(
    asker: Asker, state: Opened, step: str, given: SignOff, acting: Acting, comment: str | None, now: datetime
) -> Presented | None:
    """The signature of that sign-off, with every reason why it is none; None where none was sent."""
    if given.envelope is None:
        return None
    expected = to_sign(asker, state, step, given, acting, comment, now)
    try:
        envelope = dsse.opened(given.envelope)
    except Refused as refused:
        return Presented(expected, now, why_not=refused.reasons)
    own = of_person(asker.community.signing_keys.values(), acting.person)
    found = _verified(envelope, asker.community, own, now)
    if found is None:
        return Presented(expected, now, why_not=(_does_not_hold(envelope, asker.community),))
    key_id, kept = found
    key = asker.community.signing_keys[key_id]
    signed, reasons = _read(envelope), list(_not_theirs(key, acting, now))
    if signed is None:
        reasons.append(
            NotAStatement(f"it is not canonical, lacks a field or has one too many, or is no {PAYLOAD_TYPE}")
        )
    return Presented(expected, now, signed, key_id, kept, tuple(reasons))


@contextmanager
def counting_once() -> Iterator[None]:
    """A nonce that is taken says that its statement was used before."""
    try:
        yield
    except Refused as refused:
        if any(isinstance(reason, KeyTaken) and reason.kind == NONCE for reason in refused.reasons):
            raise Refused(SignatureReplayed()) from None
        raise


def _verified(
    envelope: Envelope, community: Community, own: tuple[SigningKey, ...], now: datetime
) -> tuple[str, Kept] | None:
    """By a live key of one's own where one of the signatures holds under it; else by whichever it names or one has."""
    live = {key.id: b64decode(key.public_key) for key in own if key.signs(now)}
    named = (community.signing_keys.get(one.keyid) for one in envelope.signatures)
    others = {key.id: b64decode(key.public_key) for key in (*own, *(key for key in named if key is not None))}
    return dsse.verified(envelope, live) or dsse.verified(envelope, others)


def _does_not_hold(envelope: Envelope, community: Community) -> Reason:
    names = [one.keyid for one in envelope.signatures if one.keyid]
    if len(names) == len(envelope.signatures) and not any(name in community.signing_keys for name in names):
        return UnknownSigningKey(", ".join(name[:80] for name in names))
    return SignatureDoesNotHold(", ".join(name[:80] for name in names) or "any signing key of yours")


def _not_theirs(key: SigningKey, acting: Acting, now: datetime) -> tuple[Reason, ...]:
    if key.person != acting.person:
        return (SigningKeyOfAnother(key.id),)
    if not key.signs(now):
        return (SigningKeyNotLive(key.id, key.revoked.isoformat() if key.revoked else "its registration"),)
    return ()


def _read(envelope: Envelope) -> Statement | None:
    """The statement in the payload, if it is one in its only spelling."""
    if envelope.payload_type != PAYLOAD_TYPE:
        return None
    try:
        found = _STATEMENT.decode(envelope.payload)
        return found if canonical(found) == envelope.payload else None
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return None
