"""Auditors' mandates."""

from shared.authority.community import Community, Takes
from shared.authority.mandates import Mandate
from shared.contracts.partnerships import AuditorMandated, MandateEnded
from shared.kernel import Recorded


def _mandated(community: Community, recorded: Recorded[AuditorMandated]) -> None:
    fact = recorded.fact
    mandate = Mandate(fact.mandate, fact.person, fact.since, fact.until, fact.instrument)
    community.mandates.setdefault(fact.person, {})[fact.mandate] = mandate


def _ended(community: Community, recorded: Recorded[MandateEnded]) -> None:
    fact = recorded.fact
    if (mandate := community.mandates.get(fact.person, {}).get(fact.mandate)) is not None:
        mandate.until = min(mandate.until, fact.until)


TAKES: Takes = {AuditorMandated: _mandated, MandateEnded: _ended}
