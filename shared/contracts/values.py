"""Plain values the facts carry. Questions asked of them live with their owner."""

from datetime import date, datetime
from typing import Annotated, Literal, get_args
from uuid import UUID

from msgspec import UNSET, Meta, UnsetType

from shared.kernel import Text, Value
from shared.kernel.values import LanguageTag

Slug = Annotated[str, Meta(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*(?!\n)$", max_length=80)]
"""A key people type: lower-case words and digits joined by hyphens."""
Matter = Slug
"""Something that needs an authorization; see `MATTERS`."""
Digest = Annotated[str, Meta(pattern=r"^sha-256:[0-9a-f]{64}(?!\n)$")]
"""`sha-256:` and 64 hexadecimal digits."""
Moment = Annotated[datetime, Meta(tz=True)]
Count = Annotated[int, Meta(ge=0, le=10_000_000)]
Percent = Annotated[str, Meta(pattern=r"^(100(\.0+)?|[0-9]{1,2}(\.[0-9]{1,4})?)%(?!\n)$", max_length=10)]
"""A share as reported, such as `88%`."""
Jurisdiction = Annotated[str, Meta(pattern=r"^[A-Z]{2}(-[A-Z0-9]{1,3})?(?!\n)$")]
"""A country or a subdivision of it, ISO 3166: `CA`, `CA-NS`."""

MATTERS = (
    "proposal-acceptance", "industry-validation", "academic-approval", "quality-assurance", "registrar", "funding",
    "fees", "content-ownership", "delivery", "branding", "data-sharing", "agreement-signing", "review",
    "credit-transfer", "prior-learning", "professional-recognition", "provincial-approval", "indigenous-engagement",
    "accessibility", "privacy", "translation",
)  # fmt: skip
"""The starting vocabulary of matters; a community may add more."""


class Instrument(Value, frozen=True, omit_defaults=True):
    """What an authority rests on: a policy, resolution or letter, with its number and date."""

    kind: Literal["policy", "resolution", "letter", "agreement", "by-law", "minutes"]
    reference: Annotated[str, Meta(min_length=1, max_length=300)]
    dated: date


SCOPE_ORDER = (
    "microcredential", "amount", "unit", "job-function", "credit", "jurisdiction", "sector", "anything",
)  # fmt: skip
"""Kinds of scope, the narrowest first."""


class Scope(Value, frozen=True):
    """Within what a responsibility holds: `{"kind": "sector", "value": "health"}`; `amount` is up to that value."""

    kind: Literal[
        "microcredential", "amount", "unit", "job-function", "credit", "jurisdiction", "sector", "anything"
    ] = "anything"
    value: Annotated[str, Meta(max_length=200)] | None = None


class Acting(Value, frozen=True, omit_defaults=True):
    """A person, acting in a position, at a partner: as its holder, unless `delegation` or `alternate` says otherwise.

    `delegation` is the one by which its holder let the person act; `alternate` is the person's own position, which
    stands in for a position that is vacant or whose holder is absent.
    """

    person: UUID
    position: UUID
    partner: UUID
    delegation: UUID | None = None
    alternate: UUID | None = None


class Evidence(Value, frozen=True, omit_defaults=True):
    """With what authority: the answer to who-decides as it was judged.

    `responsibility` is the entry that won, `facts` the ids of the facts that say so, `log_index` how much of
    partnerships' log had been heard. `seat` is the council, where the authority is a seat on one. `scope` is that of
    the entry that won; `on_behalf_of` is the person whose authority a delegate or an alternate exercised, and
    `passed_on_by` are those who passed a delegation on between the two.
    """

    matter: Matter
    partner: UUID
    position: UUID
    log_index: int
    responsibility: UUID | None = None
    instrument: Instrument | None = None
    facts: tuple[UUID, ...] = ()
    seat: UUID | None = None
    scope: Scope | None = None
    on_behalf_of: UUID | None = None
    passed_on_by: tuple[UUID, ...] = ()


Base64 = Annotated[str, Meta(pattern=r"^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?(?!\n)$")]
"""Bytes in base64 (RFC 4648, section 4), padded."""
PublicKey = Annotated[str, Meta(pattern=r"^[A-Za-z0-9+/]{43}=(?!\n)$")]
"""The 32 bytes of an Ed25519 public key, in base64."""


class EnvelopeSignature(Value, frozen=True):
    """One signature of an `Envelope`; `keyid` is the key it was verified with."""

    keyid: Digest
    sig: Base64


class Envelope(Value, frozen=True, rename={"payload_type": "payloadType"}):
    """A signed statement, as DSSE has it (secure-systems-lab/dsse): `payload` are the bytes that were signed."""

    payload: Base64
    payload_type: Annotated[str, Meta(max_length=100)]
    signatures: tuple[EnvelopeSignature, ...]


class Signature(Value, frozen=True):
    """A decision's electronic signature: the statement as signed, and the key of the decider it was verified with."""

    signing_key: Digest
    envelope: Envelope


RevokedWhat = Literal["position", "holding", "responsibility", "delegation", "key", "signing-key"]
"""What a revocation takes away."""


class NoteRef(Value, frozen=True):
    """Free text kept beside the log, encrypted; here only its salted digest, language and confidentiality."""

    id: UUID
    digest: Digest
    language: str
    confidentiality: Literal["community", "in-confidence"] = "community"


Retention = Literal["remark", "decision", "contact"]
"""How long what is sealed beside the log is kept: a comment or reason; a decider's name and title, as long as the
decision; a person's contact data, until it changes or the person is erased."""

Mode = Literal["in-person", "virtual", "blended", "workplace", "self-paced"]

OutlineField = Literal[
    "title", "need", "outcomes", "job_functions", "assessment", "hours", "prerequisites", "mode", "language", "cost",
    "funding",
]  # fmt: skip
OUTLINE_FIELDS: tuple[OutlineField, ...] = get_args(OutlineField)
"""What is signed off, in order."""


LONGEST_OUTLINE = 32 * 1024
"""Bytes an outline may have as JSON, so that it fits into one fact with a pathway's steps beside it."""


class Outline(Value, frozen=True, omit_defaults=True):
    """The content that is signed off; null where unstated, and absent equals null. `hours` of learning."""

    title: Text | None = None
    need: Text | None = None
    outcomes: Annotated[tuple[Text, ...], Meta(max_length=100)] | None = None
    job_functions: Annotated[tuple[Text, ...], Meta(max_length=100)] | None = None
    assessment: Text | None = None
    hours: Annotated[int, Meta(ge=1, le=10_000)] | None = None
    prerequisites: Text | None = None
    mode: Mode | None = None
    language: LanguageTag | None = None
    cost: Text | None = None
    funding: Text | None = None


class OutlineChange(Value, frozen=True, omit_defaults=True):
    """Fields of an outline to set; a field left out stays, null clears it."""

    title: Text | UnsetType | None = UNSET
    need: Text | UnsetType | None = UNSET
    outcomes: Annotated[tuple[Text, ...], Meta(max_length=100)] | UnsetType | None = UNSET
    job_functions: Annotated[tuple[Text, ...], Meta(max_length=100)] | UnsetType | None = UNSET
    assessment: Text | UnsetType | None = UNSET
    hours: Annotated[int, Meta(ge=1, le=10_000)] | UnsetType | None = UNSET
    prerequisites: Text | UnsetType | None = UNSET
    mode: Mode | UnsetType | None = UNSET
    language: LanguageTag | UnsetType | None = UNSET
    cost: Text | UnsetType | None = UNSET
    funding: Text | UnsetType | None = UNSET


class Quorum(Value, frozen=True, omit_defaults=True):
    """`size` voices, of different partners when `distinct_partners`; among them these seats, by their positions, and

    one of a partner of each of these sectors.
    """

    size: Annotated[int, Meta(ge=1, le=500)]
    distinct_partners: bool = True
    seats: Annotated[tuple[UUID, ...], Meta(max_length=60)] = ()
    sectors: Annotated[tuple[Slug, ...], Meta(max_length=20)] = ()


Capacity = Literal["for-partner", "personal"]
"""In what capacity a member speaks: for the partner, or as a person, whose voice counts for no partner."""


class Seat(Value, frozen=True, omit_defaults=True):
    """A seat on a council: the position that fills it, and that position's partner.

    It has a voice from `since` until `until` (excluded); where they are left out, always.
    """

    position: UUID
    partner: UUID
    capacity: Capacity = "for-partner"
    since: Moment | None = None
    until: Moment | None = None


class OwnerAt(Value, frozen=True, tag="owner"):
    """The accountable position for the step's matter at this partner."""

    partner: UUID


class EachOf(Value, frozen=True, tag="each"):
    """The accountable position for the step's matter at each of these partners."""

    partners: Annotated[tuple[UUID, ...], Meta(min_length=1, max_length=100)]


class QuorumOf(Value, frozen=True, tag="quorum"):
    """The quorum of this council."""

    council: UUID


Rule = OwnerAt | EachOf | QuorumOf
Verb = Literal["endorse", "recommend", "approve"]


class PathwayStep(Value, frozen=True, omit_defaults=True):
    """One step of a pathway: what it authorizes, by which rule, what it covers and follows, days until due.

    Where it `requires_signature`, each sign-off carries one by a signing key of its decider.
    """

    key: Slug
    verb: Verb
    matter: Matter
    rule: Rule
    covers: Annotated[tuple[OutlineField, ...], Meta(min_length=1)]
    after: tuple[Slug, ...] = ()
    due_days: Annotated[int, Meta(ge=1, le=3650)] = 30
    requires_signature: bool = False


class RosterOf(Value, frozen=True, tag="roster", omit_defaults=True):
    """A council as it stood when the round opened: its seats and quorum travel with the step.

    `sectors` are those of the seats' partners then, as far as the quorum asks for them; `chair` is a seat's position.
    """

    council: UUID
    seats: tuple[Seat, ...]
    quorum: Quorum
    sectors: dict[UUID, tuple[Slug, ...]] = {}  # noqa: RUF012 - msgspec copies an empty default
    chair: UUID | None = None


Round = OwnerAt | EachOf | RosterOf
"""A step's rule as it was opened."""


class Party(Value, frozen=True, omit_defaults=True):
    """Whom something waits on: a position where it is fixed (a seat), else whoever owns the matter at the partner."""

    partner: UUID
    matter: Matter
    position: UUID | None = None


Figures = Annotated[
    dict[Slug | Annotated[str, Meta(pattern=r"^[a-z0-9_]{1,60}(?!\n)$")], Count | Percent], Meta(max_length=50)
]
"""Named figures as reported: counts, or shares such as `75%`."""


class ReportedFigure(Value, frozen=True, omit_defaults=True):
    """A figure as a report states it, over one or several microcredentials."""

    figure: Annotated[str, Meta(pattern=r"^[a-z0-9_]{1,60}(?!\n)$")]
    value: Count | Percent
    over: Annotated[tuple[UUID, ...], Meta(max_length=100)] = ()
