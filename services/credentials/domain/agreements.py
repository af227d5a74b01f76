"""The agreement a microcredential runs under: named by its proposing partner, and asked when an offering opens."""

from uuid import UUID

from services.credentials.domain.authorities import Known
from services.credentials.domain.outline import NotTheProposingPartner
from services.credentials.domain.states import MicrocredentialState, Retired, existing
from shared.authority.agreements import Agreement, Version
from shared.authority.scopes import lies_within
from shared.contracts.credentials import AgreementNamed, UnderAgreement
from shared.contracts.values import Acting
from shared.kernel import Conflict, Forbidden, Intent, Missing, Reason, Refused, Unacceptable


class NameAgreement(Intent, frozen=True):
    """The agreement it runs under from now on; it takes the place of one named before."""

    agreement: UUID


class AgreementNotHeard(Missing, frozen=True):
    """The agreement is not known here

    It may have been proposed a moment ago: repeat the request with `Wait-For` and the index of that answer.
    """

    says = "The agreement {agreement} is not known in this community."
    agreement: str


class AgreementNotInForce(Conflict, frozen=True):
    """The agreement is not in force

    It is in force once the owner of `agreement-signing` of each of its partners has signed the same version, and until
    it is terminated. `GET /partnerships/v1/agreements` says whose signatures are missing.
    """

    says = "The agreement {agreement} is not in force: {standing}."
    agreement: str
    standing: str


class ProposerIsNoParty(Forbidden, frozen=True):
    """The proposing partner is no party to the agreement

    A microcredential runs under an agreement that its proposing partner has signed and not left.
    """

    says = "{partner} is no party to version {version} of the agreement {agreement}."
    partner: str
    agreement: str
    version: int


class NothingRunsAnyMore(Conflict, frozen=True):
    """The microcredential is retired

    Nothing is offered under it any more, so it needs no agreement.
    """

    says = "The microcredential is retired; nothing runs under it any more."


class NotTheirPart(Forbidden, frozen=True):
    """That partner does not deliver under the agreement

    Only partners who play the part `delivers` run offerings. Name one of them, or lay a version before the partners
    that gives this one the part.
    """

    says = "Under version {version} of the agreement {agreement}, {allowed}; {partner} does not deliver."
    agreement: str
    version: int
    allowed: str
    partner: str


class ReuseNotAgreed(Unacceptable, frozen=True):
    """The agreement does not allow reuse there

    A partner delivers in its own jurisdiction, and in those the agreement names for reuse. Lay a version before the
    partners that names this one too.
    """

    says = "Version {version} of the agreement {agreement} allows {allowed}; {jurisdiction} is outside of it."
    agreement: str
    version: int
    allowed: str
    jurisdiction: str


class NoAgreementLetsThemDeliver(Conflict, frozen=True):
    """Another partner delivers only under an agreement

    First name the agreement under which that partner delivers.
    """

    says = "{partner} did not propose this microcredential, and it names no agreement under which {partner} delivers."
    partner: str


class DelivererNotHeard(Missing, frozen=True):
    """The delivering partner is not known here

    It may have been registered a moment ago: repeat the request with `Wait-For` and the index of that answer.
    """

    says = "The partner {partner} is not known in this community."
    partner: str


def name(state: MicrocredentialState, given: NameAgreement, acting: Acting, known: Known) -> tuple[AgreementNamed, ...]:
    """Name the agreement: in force, and the proposing partner a party to it. A repeat is silence."""
    current = existing(state)
    reasons: list[Reason] = []
    proposing = current.proposed_by.partner
    if acting.partner != proposing:
        reasons.append(NotTheProposingPartner())
    if isinstance(current, Retired):
        reasons.append(NothingRunsAnyMore())
    if (agreement := known.community.agreements.get(given.agreement)) is None:
        raise Refused(*reasons, AgreementNotHeard(str(given.agreement)))
    if current.agreement == given.agreement and not reasons:
        return ()
    if (version := agreement.in_force(known.at)) is None:
        raise Refused(*reasons, _not_in_force(agreement, known))
    if proposing not in agreement.parties(known.at):
        reasons.append(ProposerIsNoParty(_called(proposing, known), agreement.key, version.number))
    if reasons:
        raise Refused(*reasons)
    return (AgreementNamed(current.microcredential, agreement.id, version.number, acting),)


def under(
    named: UUID | None, proposing: UUID, delivered_by: UUID, jurisdiction: str | None, known: Known
) -> tuple[UnderAgreement | None, tuple[Reason, ...]]:
    """What an offering is judged on, and why it may not be run so; nothing where no agreement was named.

    Where no `jurisdiction` is stated, it is run in that of the partner who delivers.
    """
    if named is None and delivered_by == proposing:
        return None, ()
    if delivered_by not in known.community.partners:
        return None, (DelivererNotHeard(str(delivered_by)),)
    if named is None:
        return None, (NoAgreementLetsThemDeliver(_called(delivered_by, known)),)
    if (agreement := known.community.agreements.get(named)) is None:
        return None, (AgreementNotHeard(str(named)),)
    if (version := agreement.in_force(known.at)) is None:
        return None, (_not_in_force(agreement, known),)
    reasons: list[Reason] = []
    if proposing not in agreement.parties(known.at):
        reasons.append(ProposerIsNoParty(_called(proposing, known), agreement.key, version.number))
    if delivered_by not in (delivering := agreement.playing("delivers", known.at)):
        allowed = ", ".join(_called(one, known) for one in delivering) or "nobody"
        allowed += " delivers" if len(delivering) < 2 else " deliver"
        reasons.append(NotTheirPart(agreement.key, version.number, allowed, _called(delivered_by, known)))
    home = known.community.partners[delivered_by].jurisdiction
    if jurisdiction is not None and not any(lies_within(jurisdiction, one) for one in (home, *version.terms.reuse)):
        reasons.append(ReuseNotAgreed(agreement.key, version.number, _places(version, home), jurisdiction))
    return UnderAgreement(agreement.id, version.number), tuple(reasons)


def _not_in_force(agreement: Agreement, known: Known) -> AgreementNotInForce:
    last = agreement.versions[-1].number
    if agreement.ends is not None and agreement.ends <= known.at:
        return AgreementNotInForce(agreement.key, f"it ended on {agreement.ends.isoformat()}")
    return AgreementNotInForce(agreement.key, f"version {last} waits for signatures")


def _places(version: Version, home: str) -> str:
    reuse = f"reuse in {', '.join(version.terms.reuse)}" if version.terms.reuse else "no reuse elsewhere"
    return f"delivery in {home} and {reuse}"


def _called(partner: UUID, known: Known) -> str:
    found = known.community.partners.get(partner)
    return found.key if found else str(partner)
