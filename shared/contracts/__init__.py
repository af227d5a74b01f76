"""The published language: every fact, one module per service, and the plain values they carry. Data only.

A fact's stored name is its tag. Facts change additively; a breaking change is a new tag, and an upcaster from
the old one (`shared.contracts.upcasting`).
"""

from typing import Any, get_args

from shared.contracts import credentials, intake, partnerships
from shared.contracts.upcasting import UPCASTS
from shared.kernel import Fact

LOGS = ("partnerships", "intake", "credentials")
"""The services that decide, each with a log of its own."""


def is_known(tag: str) -> bool:
    """Whether this build knows that kind of fact, of today or former."""
    log = tag.partition(".")[0]
    return log in LOGS and (tag in facts_of(log) or tag in UPCASTS)


def facts_of(log: str) -> dict[str, type[Fact]]:
    """Every fact that service publishes, by tag, in the order its module states them."""
    union: Any = {
        "partnerships": partnerships.PartnershipsFact,
        "intake": intake.IntakeFact,
        "credentials": credentials.CredentialsFact,
    }[log]
    return {kind.fact_tag(): kind for kind in get_args(union)}
