"""What `partnerships` says: who takes part, who holds which position, who may decide what, and whose key is whose."""

from shared.contracts.partnerships.agreements import (
    AgreementFact,
    AgreementInForce,
    AgreementProposed,
    AgreementSigned,
    AgreementTerms,
)
from shared.contracts.partnerships.auditors import AuditorFact, AuditorMandated, MandateEnded
from shared.contracts.partnerships.councils import (
    CouncilChanged,
    CouncilConvened,
    CouncilFact,
)
from shared.contracts.partnerships.keys import (
    KeyFact,
    KeyIssued,
    KeyRevoked,
    Role,
    SigningKeyRegistered,
    SigningKeyRevoked,
)
from shared.contracts.partnerships.people import (
    CommunityOpened,
    MatterAdded,
    PeopleFact,
    PersonRegistered,
)
from shared.contracts.partnerships.register import (
    AbsenceEnded,
    AbsenceRecorded,
    DelegationConfirmed,
    DelegationEnded,
    DelegationGranted,
    HolderAppointed,
    HolderConfirmed,
    HolderEnded,
    PartnerKind,
    PartnerRegistered,
    PositionChanged,
    PositionConfirmed,
    PositionEnded,
    PositionEstablished,
    Raci,
    RegisterFact,
    RegisterReconfirmed,
    ResponsibilityAssigned,
    ResponsibilityConfirmed,
    ResponsibilityEnded,
)

PartnershipsFact = PeopleFact | KeyFact | RegisterFact | CouncilFact | AgreementFact | AuditorFact
"""Every fact of this service."""

__all__ = [
    "AbsenceEnded",
    "AbsenceRecorded",
    "AgreementFact",
    "AgreementInForce",
    "AgreementProposed",
    "AgreementSigned",
    "AgreementTerms",
    "AuditorFact",
    "AuditorMandated",
    "CommunityOpened",
    "CouncilChanged",
    "CouncilConvened",
    "CouncilFact",
    "DelegationConfirmed",
    "DelegationEnded",
    "DelegationGranted",
    "HolderAppointed",
    "HolderConfirmed",
    "HolderEnded",
    "KeyFact",
    "KeyIssued",
    "KeyRevoked",
    "MandateEnded",
    "MatterAdded",
    "PartnerKind",
    "PartnerRegistered",
    "PartnershipsFact",
    "PeopleFact",
    "PersonRegistered",
    "PositionChanged",
    "PositionConfirmed",
    "PositionEnded",
    "PositionEstablished",
    "Raci",
    "RegisterFact",
    "RegisterReconfirmed",
    "ResponsibilityAssigned",
    "ResponsibilityConfirmed",
    "ResponsibilityEnded",
    "Role",
    "SigningKeyRegistered",
    "SigningKeyRevoked",
]
