"""A person's signing keys: registered by whoever proves to have them, revoked from a moment on."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from shared.authority.revoking import effect_of
from shared.contracts.partnerships import SigningKeyRegistered, SigningKeyRevoked
from shared.contracts.values import Digest, Envelope, Moment, PublicKey
from shared.kernel import Conflict, Decider, Forbidden, Intent, Missing, Reason, Refused, Text, Unacceptable, Value

MOST_LIVE = 3
"""Live signing keys of one person: say, one at work, one on a token, and the next."""
CHALLENGE_LASTS = timedelta(minutes=15)

SigningKeyFact = SigningKeyRegistered | SigningKeyRevoked


class AskChallenge(Intent, frozen=True):
    """What is to be signed to register that public key: its 32 bytes (Ed25519) in base64."""

    public_key: PublicKey


class RegisterSigningKey(Intent, frozen=True):
    """The challenge, signed with the key it names, as a DSSE envelope."""

    envelope: dict[str, Any]


class RevokeSigningKey(Intent, frozen=True):
    """What the key signs from `effective` on is nobody's; at once where it is left out. The past is a coordinator's."""

    effective: Moment | None = None


class Challenge(Value, frozen=True):
    """What whoever registers a key signs with it. `seal` is ours: nobody else can make one."""

    community: str
    person: UUID
    signing_key: Digest
    public_key: PublicKey
    nonce: str
    issued: Moment
    expires: Moment
    wording: Text
    seal: str


class Proof(Value, frozen=True):
    """A challenge as it came back: whether it is `ours`, and whether the key it names has `signed` it."""

    challenge: Challenge
    envelope: Envelope | None
    ours: bool

    @property
    def signed(self) -> bool:
        return self.envelope is not None


class OneKey(Value, frozen=True):
    """One of the keys, live until `revoked`."""

    revoked: datetime | None = None


class NoSigningKeys(Value, frozen=True, tag=True):
    """The person never registered one."""


class SigningKeys(Value, frozen=True, tag=True):
    """All of one person's, by their ids."""

    keys: dict[str, OneKey]

    def live(self, now: datetime) -> tuple[str, ...]:
        """Those that sign now."""
        return tuple(key for key, state in self.keys.items() if state.revoked is None or now < state.revoked)


SigningKeysState = NoSigningKeys | SigningKeys


class WeakPublicKey(Unacceptable, frozen=True):
    """Nobody should sign with that key

    Its bytes are no point of the curve's prime-order group in its only spelling: signatures would prove nothing. Make
    another, for instance with `openssl genpkey -algorithm ed25519`.
    """

    says = "That public key is malformed or weak."


class NotAChallenge(Unacceptable, frozen=True):
    """That is no challenge of ours

    `POST /partnerships/v1/signing-keys/challenges` hands one out. Sign its bytes as they are: do not format them anew.
    """

    says = "What was signed is no challenge handed out here, or was altered."


class ChallengeOfAnother(Forbidden, frozen=True):
    """The challenge was handed out to somebody else

    A key is registered by the person who asked for the challenge, in the same community.
    """

    says = "That challenge was handed out to another person, or in another community."


class ChallengeExpired(Conflict, frozen=True):
    """The challenge has expired

    Ask for another, and send it back signed within a quarter of an hour.
    """

    says = "That challenge expired at {expired}."
    expired: str


class NotProven(Unacceptable, frozen=True):
    """The signature is not by that key

    Sign the DSSE pre-authentication encoding of the challenge (`pae` in the answer) with the private key that belongs
    to the public key you named.
    """

    says = "The challenge is not signed by {signing_key}."
    signing_key: str


class TooManySigningKeys(Conflict, frozen=True):
    """You have as many signing keys as one may have

    Revoke one you do not use any more: `POST /partnerships/v1/signing-keys/<id>/revoke`.
    """

    says = "There are {most} live signing keys of yours already: {keys}. Revoke one of them first."
    most: int
    keys: str


class SigningKeyTaken(Conflict, frozen=True):
    """That key is somebody's already

    A key signs for one person, once. One that was registered before, and was revoked, is not registered again.
    """

    says = "That key is registered already; make another."


class NoSuchSigningKey(Missing, frozen=True):
    """There is no such signing key

    `GET /partnerships/v1/signing-keys` lists yours, each by its id.
    """

    says = "There is no such signing key here, or it is not yours."


class SigningKeyEnded(Conflict, frozen=True):
    """The signing key was revoked already

    A revocation can only be brought forward.
    """

    says = "What the key signs from {effective} on is nobody's already."
    effective: str


class NotBeforeNow(Forbidden, frozen=True):
    """Only a coordinator revokes a signing key as of the past

    It voids what was signed with it since then, so that whoever signed does not decide it alone. From now on, you may.
    """

    says = "You revoke your own key from now on; as of {stated} a coordinator does."
    stated: str


def register(
    state: SigningKeysState, proof: Proof, person: UUID, community: str, now: Moment
) -> tuple[SigningKeyFact, ...]:
    """The key is the person's once they have shown that they have it. What is registered so already is silence."""
    challenge = proof.challenge
    if reasons := _why_not(proof, person, community, now):
        raise Refused(*reasons)
    assert proof.envelope is not None  # else it is not signed
    found = _found(state)
    if (known := found.keys.get(challenge.signing_key)) is not None:
        if known.revoked is not None:
            raise Refused(SigningKeyTaken())
        return ()
    if len(live := found.live(now)) >= MOST_LIVE:
        raise Refused(TooManySigningKeys(MOST_LIVE, ", ".join(live)))
    return (SigningKeyRegistered(challenge.signing_key, person, challenge.public_key, proof.envelope),)


def _why_not(proof: Proof, person: UUID, community: str, now: datetime) -> list[Reason]:
    challenge = proof.challenge
    reasons: list[Reason] = []
    if not proof.ours:
        reasons.append(NotAChallenge())
    if (challenge.person, challenge.community) != (person, community):
        reasons.append(ChallengeOfAnother())
    if challenge.expires <= now:
        reasons.append(ChallengeExpired(challenge.expires.isoformat()))
    if not proof.signed:
        reasons.append(NotProven(challenge.signing_key))
    return reasons


def revoke(
    state: SigningKeysState, key: str, person: UUID, intent: RevokeSigningKey, by: UUID, now: Moment
) -> tuple[SigningKeyFact, ...]:
    """From then on it signs nothing. Its own person ends it from now on; a coordinator, as of any moment."""
    effective = effect_of(intent.effective, now)
    if (known := _found(state).keys.get(key)) is None:
        raise Refused(NoSuchSigningKey())
    if known.revoked is not None and known.revoked <= effective:
        raise Refused(SigningKeyEnded(known.revoked.isoformat()))
    if by == person and effective < now:
        raise Refused(NotBeforeNow(effective.isoformat()))
    return (SigningKeyRevoked(key, person, by, effective),)


def evolve(state: SigningKeysState, fact: SigningKeyFact) -> SigningKeysState:
    known = _found(state).keys
    match fact:
        case SigningKeyRegistered():
            return SigningKeys({**known, fact.signing_key: OneKey()})
        case SigningKeyRevoked() if fact.signing_key in known:
            return SigningKeys({**known, fact.signing_key: OneKey(fact.effective)})
        case _:
            return state


def _found(state: SigningKeysState) -> SigningKeys:
    return SigningKeys({}) if isinstance(state, NoSigningKeys) else state


SIGNING_KEYS: Decider[SigningKeysState, SigningKeyFact] = Decider(
    "signing-keys", NoSigningKeys(), evolve, SigningKeysState
)
