"""What is signed with a sign-off: a statement that names all of it, so that the signature fits nothing else."""

from datetime import timedelta
from typing import Annotated
from uuid import UUID

from msgspec import Meta

from shared.contracts.credentials import ConditionDue, Decision
from shared.contracts.values import Digest, Envelope, Moment, Signature
from shared.kernel import Conflict, Forbidden, Reason, Text, Unacceptable, Value

LASTS, LONGEST = timedelta(hours=1), timedelta(hours=24)
"""How long a statement handed out may be sent in, and how long one may state at most."""
AHEAD = timedelta(seconds=5)
"""How far the clock of whoever issued a statement may be ahead of ours."""


class Statement(Value, frozen=True):
    """A decision on a step as its decider signs it, whole; `comment` is the salted digest of its words.

    `acting_as` and `wording` say in words what the ids say: what the signer was shown.
    """

    community: str
    microcredential: UUID
    key: str
    pathway: UUID
    pathway_version: int
    step: str
    digest: Digest
    decision: Decision
    in_demand: bool | None
    assessment_reflects_job: bool | None
    condition_due: ConditionDue | None
    comment: Digest | None
    person: UUID
    position: UUID
    partner: UUID
    acting_as: str
    occurred_at: Moment | None
    wording: Text
    nonce: Annotated[str, Meta(pattern=r"^[0-9a-f]{32}(?!\n)$")]
    issued: Moment
    expires: Moment


ABOUT = {
    "content": ("digest",),
    "decision": ("decision", "in_demand", "assessment_reflects_job", "condition_due", "comment", "occurred_at"),
    "step": ("community", "microcredential", "key", "pathway", "pathway_version", "step"),
    "position": ("person", "position", "partner", "acting_as"),
    "wording": ("wording",),
}
"""What the fields of a statement are about, but for its nonce and its times."""


class Presented(Value, frozen=True):
    """A signature as it was presented and verified, or why it is none; nothing here is decided yet.

    `signing_key` is the key under which it holds, `expected` the statement of what is being decided, `now` the moment
    by which keys and times are judged.
    """

    expected: Statement
    now: Moment
    statement: Statement | None = None
    signing_key: Digest | None = None
    envelope: Envelope | None = None
    why_not: tuple[Reason, ...] = ()

    @property
    def signature(self) -> Signature | None:
        """As a fact keeps it."""
        if self.signing_key is None or self.envelope is None:
            return None
        return Signature(self.signing_key, self.envelope)


def unlike(presented: Presented, about: str) -> list[str]:
    """The fields about that in which what was signed says otherwise than what is decided."""
    signed, expected = presented.statement, presented.expected
    return [name for name in ABOUT[about] if getattr(signed, name, None) != getattr(expected, name)]


class SignatureNeeded(Unacceptable, frozen=True):
    """This step needs a signature

    Register an Ed25519 key (`POST /partnerships/v1/signing-keys/challenges`), get the statement of your decision
    (`GET /credentials/v1/microcredentials/<id>/steps/<step>/statement?decision=…`), sign its `pae`, and send the DSSE
    envelope as `envelope` with the sign-off. docs/signing.md shows it whole.
    """

    says = "{step} takes sign-offs with an electronic signature of their decider only; send one as `envelope`."
    step: str


class NotAStatement(Unacceptable, frozen=True):
    """What was signed is no statement

    Sign the bytes of the statement handed out as they are: its canonical JSON (RFC 8785), with its payload type.
    """

    says = "The payload is not the statement of a sign-off: {what}."
    what: str


class SignatureDoesNotHold(Unacceptable, frozen=True):
    """The signature does not hold

    The payload or the signature was altered, or another key has made it. Sign the DSSE pre-authentication encoding
    (`pae`) of the statement handed out, with a signing key of yours.
    """

    says = "No signature of the envelope holds under {key}."
    key: str


class UnknownSigningKey(Unacceptable, frozen=True):
    """That signing key is not known

    Keys are named by their ids (`GET /partnerships/v1/signing-keys`). One registered a moment ago may not have been
    heard of yet: repeat the request with `Wait-For` and the index of that answer.
    """

    says = "No signing key {key} is registered in this community."
    key: str


class SigningKeyOfAnother(Forbidden, frozen=True):
    """That signing key is another's

    A sign-off is signed by whoever decides, with a key of their own.
    """

    says = "The signing key {key} is another person's."
    key: str


class SigningKeyNotLive(Forbidden, frozen=True):
    """That signing key was revoked

    Sign with another key of yours, or register one.
    """

    says = "The signing key {key} signs nothing from {ended} on."
    key: str
    ended: str


class SignedForOther(Conflict, frozen=True):
    """The signature is for something else

    `fields` says what the signed statement says otherwise than the sign-off sent with it. Get the statement of this
    very decision, and sign that.
    """

    says = "What was signed is about another {about}: {fields}."
    about: str
    fields: str


class SignedForOtherContent(SignedForOther, frozen=True):
    """The signature is for other content

    It names the digest of another outline than is signed off. Read the outline again, and sign its statement.
    """


class SignedForOtherDecision(SignedForOther, frozen=True):
    """The signature is for another decision

    The decision, its answers, condition and comment are signed as they are sent. A comment is signed by its salted
    digest: choose the salt, and send it with the words.
    """


class SignedForOtherStep(SignedForOther, frozen=True):
    """The signature is for another step

    It names another community, microcredential, pathway version or step than the one signed off.
    """


class SignedForOtherPosition(SignedForOther, frozen=True):
    """The signature is for another position

    It names another person, partner or position than the one acted in. State the position in `Acting-As`.
    """


class SignedOtherWording(SignedForOther, frozen=True):
    """The signature is for other words

    The wording of a statement is ours. Get the statement anew, and sign it as it is.
    """


class SignatureExpired(Conflict, frozen=True):
    """The statement has expired

    Get the statement anew, sign it, and send it in before it expires.
    """

    says = "What was signed expired at {expired}."
    expired: str


class SignatureNotYetValid(Conflict, frozen=True):
    """The statement is of a moment to come

    Get the statement anew, and sign it as it is.
    """

    says = "What was signed is valid from {issued} on."
    issued: str


class SignatureValidTooLong(Unacceptable, frozen=True):
    """The statement would be valid too long

    A statement lasts a day at most, so that nobody keeps one for later.
    """

    says = "What was signed is valid for over {hours} hours."
    hours: int


class SignatureReplayed(Conflict, frozen=True):
    """That signature was used before

    Each statement has a nonce of its own, and counts once. Get the statement anew, and sign that.
    """

    says = "That signed statement was used before."


_OTHER: dict[str, type[SignedForOther]] = {
    "content": SignedForOtherContent,
    "decision": SignedForOtherDecision,
    "step": SignedForOtherStep,
    "position": SignedForOtherPosition,
    "wording": SignedOtherWording,
}


def why_not(presented: Presented | None, step: str, required: bool) -> list[Reason]:
    """Every reason against the signature, or against there being none."""
    if presented is None:
        return [SignatureNeeded(step)] if required else []
    now = presented.now
    reasons = list(presented.why_not)
    if (signed := presented.statement) is None:
        return reasons
    reasons.extend(_OTHER[about](about, ", ".join(other)) for about in ABOUT if (other := unlike(presented, about)))
    if signed.expires <= now:
        reasons.append(SignatureExpired(signed.expires.isoformat()))
    if signed.issued > now + AHEAD:
        reasons.append(SignatureNotYetValid(signed.issued.isoformat()))
    if signed.expires - signed.issued > LONGEST:
        reasons.append(SignatureValidTooLong(int(LONGEST.total_seconds()) // 3600))
    return reasons


def wording(decision: Decision, key: str, step: str, digest: Digest, acting_as: str, version: int) -> Text:
    """What the signer is shown, in English and French."""
    english = (
        f"Acting as {acting_as}, I decide {decision!r} on the step {step!r} of the microcredential {key!r},"
        f" on the content {digest}, under version {version} of its pathway. I sign this electronically."
    )
    french = (
        f"Agissant comme {acting_as}, je décide {decision!r} à l'étape {step!r} de la microcertification {key!r},"
        f" sur le contenu {digest}, selon la version {version} de son parcours. Je signe ceci par voie électronique."
    )
    return {"en": english, "fr": french}
