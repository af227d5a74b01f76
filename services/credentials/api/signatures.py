"""Signatures: the statement of a decision, to be signed; and one that was given, to be verified again."""

from base64 import b64decode, b64encode
from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec
from litestar import get
from litestar.params import Parameter

from services.credentials.api.readers import history_for
from services.credentials.commands import signatures
from services.credentials.commands.signatures import PAYLOAD_TYPE
from services.credentials.domain.microcredential import MICROCREDENTIAL
from services.credentials.domain.refusals import NoSuchStep
from services.credentials.domain.sign_off import SignOff
from services.credentials.domain.statement import Statement
from services.credentials.domain.states import existing
from services.credentials.domain.steps import digest_of
from shared.authority import Community
from shared.contracts.credentials import ConditionDue, Decision, SignOffRecorded
from shared.contracts.values import Envelope, Signature
from shared.eventstore.commands import Commands
from shared.eventstore.refusals import NotFound
from shared.kernel import Clock, Fact, Missing, Recorded, Refused, Value
from shared.security import dsse
from shared.security.asker import Asker
from shared.security.digests import canonical


class StatementToSign(Value, frozen=True):
    """The statement, its bytes (`payload`) and what a signature is made over (`pae`), both in base64."""

    statement: Statement
    payload: str
    payload_type: str
    pae: str


class SignatureView(Value, frozen=True):
    """A signature and what becomes of it when it is verified now.

    `holds`: the bytes were signed with that key. `registered` and `live`: the key was its signer's when the sign-off
    was recorded, and not revoked as of then. It is a verifiable electronic signature, and claims to be no other kind.
    """

    sign_off: UUID
    holds: bool
    registered: bool
    live: bool
    sentence: str
    signing_key: str
    public_key: str | None
    registered_at: datetime | None
    revoked: datetime | None
    recorded_at: datetime
    person: UUID
    position: str
    statement: Statement
    envelope: Envelope


class NotSigned(Missing, frozen=True):
    """The sign-off carries no signature

    It was decided by its person with an API key; only steps that require it always have a signature as well.
    """

    says = "The sign-off {sign_off} carries no signature."
    sign_off: str


@get("/v1/microcredentials/{microcredential:uuid}/steps/{step:str}/statement", scope="read")
async def read_statement(
    microcredential: UUID,
    step: str,
    asker: Asker,
    commands: Commands,
    clock: Clock,
    decision: Decision,
    in_demand: bool | None = None,
    assessment_reflects_job: bool | None = None,
    condition_due: ConditionDue | None = None,
    comment: Annotated[str | None, Parameter(pattern=r"^sha-256:[0-9a-f]{64}$")] = None,
) -> StatementToSign:
    """What to sign to decide so on what the step covers now; `comment` is the salted digest of its words."""
    work = commands.work(asker.context(clock()))
    state = existing(work.state(MICROCREDENTIAL, await history_for(commands, work, asker, microcredential)))
    if (at_hand := state.steps.get(step)) is None:
        raise Refused(NoSuchStep(step))
    digest = digest_of(at_hand.policy, state.outline)
    given = SignOff(decision, digest, in_demand, assessment_reflects_job, condition_due=condition_due)
    acting = asker.acting(work.at, at_hand.policy.matter)
    statement = signatures.to_sign(asker, state, step, given, acting, comment, clock())
    payload = canonical(statement)
    pae = b64encode(dsse.pae(PAYLOAD_TYPE, payload)).decode()
    return StatementToSign(statement, b64encode(payload).decode(), PAYLOAD_TYPE, pae)


@get("/v1/microcredentials/{microcredential:uuid}/sign-offs/{sign_off:uuid}/signature", scope="read")
async def read_signature(
    microcredential: UUID, sign_off: UUID, asker: Asker, commands: Commands, clock: Clock
) -> SignatureView:
    """The signature of a sign-off, verified again: envelope, key and verdict."""
    work = commands.work(asker.context(clock()))
    history = await history_for(commands, work, asker, microcredential)
    for recorded in history:
        if isinstance(fact := recorded.fact, SignOffRecorded) and fact.sign_off == sign_off:
            if fact.signature is None:
                raise Refused(NotSigned(str(sign_off)))
            return _verified(recorded, fact, fact.signature, asker.community)
    raise Refused(NotFound("sign-off", str(sign_off)))


def _verified(
    recorded: Recorded[Fact], fact: SignOffRecorded, signature: Signature, community: Community
) -> SignatureView:
    payload, at = b64decode(signature.envelope.payload), recorded.recorded_at
    key = community.signing_keys.get(signature.signing_key)
    opened = dsse.opened(msgspec.to_builtins(signature.envelope))
    raw = {} if key is None else {key.id: b64decode(key.public_key)}
    holds = dsse.verified(opened, raw) is not None
    registered = key is not None and key.person == fact.by.person and key.registered_at <= at
    live = key is not None and key.signs(at)
    return SignatureView(
        sign_off=fact.sign_off, holds=holds, registered=registered, live=live,
        sentence=_sentence(holds, registered, live), signing_key=signature.signing_key,
        public_key=key.public_key if key else None, registered_at=key.registered_at if key else None,
        revoked=key.revoked if key else None, recorded_at=at, person=fact.by.person,
        position=community.position_key(fact.by.position),
        statement=msgspec.json.decode(payload, type=Statement), envelope=signature.envelope,
    )  # fmt: skip


def _sentence(holds: bool, registered: bool, live: bool) -> str:
    if not registered:
        return "The key it was verified with is not registered to its signer here."
    if not holds:
        return "The signature does not hold under its signer's key."
    if not live:
        return "The signature holds, but its key had been revoked as of then."
    return "The signature holds, by a key that was its signer's when it was given."
