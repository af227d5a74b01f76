"""An agreement's terms: what must be right about them before they are laid before their partners."""

from collections.abc import Iterable
from decimal import Decimal
from uuid import UUID

from shared.contracts.partnerships import AgreementTerms, CostShare, Part
from shared.kernel import Reason, Unacceptable

NEEDED: tuple[Part, ...] = ("lead", "awards", "delivers", "owns")
"""Parts that somebody plays wherever parts are stated."""
_CC = ("BY", "BY-SA", "BY-NC", "BY-ND", "BY-NC-SA", "BY-NC-ND")
SPDX = frozenset(
    {f"CC-{kind}-{version}" for kind in _CC for version in ("1.0", "2.0", "2.5", "3.0", "4.0")}
    | {
        "CC0-1.0", "CC-PDDC", "PDDL-1.0", "ODbL-1.0", "ODC-By-1.0", "GFDL-1.3-only", "GFDL-1.3-or-later", "FDL-1.3",
        "MIT", "MIT-0", "ISC", "0BSD", "BSD-2-Clause", "BSD-3-Clause", "Apache-2.0", "MPL-2.0", "EPL-2.0", "EUPL-1.2",
        "GPL-2.0-only", "GPL-2.0-or-later", "GPL-3.0-only", "GPL-3.0-or-later", "LGPL-2.1-only", "LGPL-2.1-or-later",
        "LGPL-3.0-only", "LGPL-3.0-or-later", "AGPL-3.0-only", "AGPL-3.0-or-later", "Unlicense", "OGL-Canada-2.0",
        "OGL-UK-3.0",
    }
)  # fmt: skip
"""SPDX identifiers of licences that content, data and software are given under; others are named in words."""


class TooFewParties(Unacceptable, frozen=True):
    """An agreement needs two partners

    Name every partner once, and two at least.
    """

    says = "An agreement names at least two different partners, each once."


class NoPartyToIt(Unacceptable, frozen=True):
    """The terms name a partner who is no party

    Whoever plays a part or bears a cost is one of `partners`, and signs.
    """

    says = "These play a part or bear a cost without being a partner of the agreement: {partners}."
    partners: str


class StatedTwice(Unacceptable, frozen=True):
    """A partner is stated twice

    State the parts and the share of each partner once, each part once.
    """

    says = "In {field}, these are stated more than once: {partners}."
    field: str
    partners: str


class NobodyPlays(Unacceptable, frozen=True):
    """A part nobody plays

    Where parts are stated, one partner leads, and somebody awards, delivers and owns the content.
    """

    says = "Nobody plays the part: {parts}."
    parts: str


class SeveralLead(Unacceptable, frozen=True):
    """More than one partner leads

    One partner leads; others convene, fund, award or deliver.
    """

    says = "{count} partners lead; one does."
    count: int


class SharesDoNotAddUp(Unacceptable, frozen=True):
    """The shares do not add up to 100 %

    State exact decimals that do (33.3333, 33.3333 and 33.3334), or amounts.
    """

    says = "The cost shares add up to {total} %, not 100 %."
    total: str


class ShareUnclear(Unacceptable, frozen=True):
    """A cost share is stated in one way

    Each as `percent`, or each as an `amount`, all in one currency.
    """

    says = "State every cost share as a percent, or every one as an amount in one currency."


class LicenceUnknown(Unacceptable, frozen=True):
    """That licence is not known here

    An identifier is one of SPDX, such as `CC-BY-4.0`; name another licence in words: `{"en": "…"}`.
    """

    says = "{licence!r} is no SPDX identifier known here; name the licence in words instead."
    licence: str


def faults(terms: AgreementTerms) -> tuple[Reason, ...]:
    """Everything that is wrong with them."""
    return (*_parties(terms), *_parts(terms), *_costs(terms.cost_shares), *_licence(terms))


def _parties(terms: AgreementTerms) -> Iterable[Reason]:
    if len(set(terms.partners)) < max(2, len(terms.partners)):
        yield TooFewParties()
    named = [*(one.partner for one in terms.parts), *(one.partner for one in terms.cost_shares)]
    if strangers := _once(one for one in named if one not in terms.partners):
        yield NoPartyToIt(strangers)


def _parts(terms: AgreementTerms) -> Iterable[Reason]:
    if not terms.parts:
        return
    stated = [one.partner for one in terms.parts]
    repeated = (
        one.partner for one in terms.parts if stated.count(one.partner) > 1 or len(set(one.plays)) < len(one.plays)
    )
    if twice := _once(repeated):
        yield StatedTwice("parts", twice)
    played = [part for one in terms.parts for part in one.plays]
    if missing := ", ".join(part for part in NEEDED if part not in played):
        yield NobodyPlays(missing)
    if (leading := len({one.partner for one in terms.parts if "lead" in one.plays})) > 1:
        yield SeveralLead(leading)


def _costs(shares: tuple[CostShare, ...]) -> Iterable[Reason]:
    if not shares:
        return
    stated = [one.partner for one in shares]
    if twice := _once(one for one in stated if stated.count(one) > 1):
        yield StatedTwice("cost_shares", twice)
    percents = [Decimal(one.percent) for one in shares if one.percent is not None]
    amounts = [one.amount for one in shares if one.amount is not None]
    each_once = all((one.percent is None) != (one.amount is None) for one in shares)
    if not each_once or (percents and amounts) or len({one.currency for one in amounts}) > 1:
        yield ShareUnclear()
    elif percents and (total := sum(percents)) != 100:
        yield SharesDoNotAddUp(str(total))


def _licence(terms: AgreementTerms) -> Iterable[Reason]:
    if isinstance(terms.licence, str) and terms.licence not in SPDX:
        yield LicenceUnknown(terms.licence)


def _once(partners: Iterable[UUID]) -> str:
    return ", ".join(dict.fromkeys(str(partner) for partner in partners))
