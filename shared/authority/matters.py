"""What needs an authorization: the starting vocabulary in English and French, and what a community added to it."""

from datetime import datetime
from uuid import UUID

from shared.authority.community import Community
from shared.contracts.values import Matter
from shared.kernel import Text, Unacceptable

STARTING: dict[Matter, Text] = {
    "proposal-acceptance": {"en": "Acceptance of a proposal", "fr": "Acceptation d'une proposition"},
    "industry-validation": {"en": "Validation by industry", "fr": "Validation par l'industrie"},
    "academic-approval": {"en": "Academic approval", "fr": "Approbation des études"},
    "quality-assurance": {"en": "Quality assurance", "fr": "Assurance de la qualité"},
    "registrar": {"en": "Registrar's approval", "fr": "Approbation du registraire"},
    "funding": {"en": "Funding", "fr": "Financement"},
    "fees": {"en": "Fees", "fr": "Droits et frais"},
    "content-ownership": {"en": "Ownership of content", "fr": "Propriété du contenu"},
    "delivery": {"en": "Delivery", "fr": "Prestation"},
    "branding": {"en": "Branding", "fr": "Image de marque"},
    "data-sharing": {"en": "Sharing of data", "fr": "Partage de données"},
    "agreement-signing": {"en": "Signing of agreements", "fr": "Signature d'ententes"},
    "review": {"en": "Periodic review", "fr": "Examen périodique"},
    "credit-transfer": {"en": "Credit transfer", "fr": "Transfert de crédits"},
    "prior-learning": {"en": "Recognition of prior learning", "fr": "Reconnaissance des acquis"},
    "professional-recognition": {"en": "Professional recognition", "fr": "Reconnaissance professionnelle"},
    "provincial-approval": {"en": "Provincial approval", "fr": "Approbation provinciale"},
    "indigenous-engagement": {"en": "Indigenous engagement", "fr": "Participation autochtone"},
    "accessibility": {"en": "Accessibility", "fr": "Accessibilité"},
    "privacy": {"en": "Privacy", "fr": "Protection de la vie privée"},
    "translation": {"en": "Translation", "fr": "Traduction"},
}
"""The matters every community begins with, in the order in which they are shown."""


class UnknownMatter(Unacceptable, frozen=True):
    """There is no such matter

    A matter is one of the vocabulary, `GET /partnerships/v1/matters`. A coordinator adds another to the community's
    with `POST /partnerships/v1/matters`, named in English and in French.
    """

    says = "There is no matter {matter!r} here; known: {known}."
    matter: str
    known: str


def matters_of(community: Community, at: datetime | None = None) -> dict[Matter, Text]:
    """The matters of a community with their names, as of a moment where one is stated: the starting ones first."""
    added = {
        matter: name
        for matter, name in community.matters.items()
        if at is None or community.matters_since[matter] <= at
    }
    return {**STARTING, **added}


def accountable_for(community: Community, position: UUID, since: datetime, until: datetime) -> frozenset[Matter]:
    """The matters that position answers for at some moment from `since` until `until`, confirmed, in whatever scope."""
    known = community.positions.get(position)
    partner = community.partners.get(known.partner) if known else None
    return frozenset(
        entry.matter
        for entry in (partner.by_position.get(position, ()) if partner else ())
        if entry.letter == "accountable"
        and entry.confirmed_at is not None
        and entry.since < until
        and (entry.until is None or since < entry.until)
    )


def unknown_matters(community: Community, *matters: Matter) -> tuple[UnknownMatter, ...]:
    """A reason for each that is none of the community's, those known named in it."""
    known = matters_of(community)
    names = ", ".join(known)
    return tuple(UnknownMatter(matter, names) for matter in dict.fromkeys(matters) if matter not in known)
