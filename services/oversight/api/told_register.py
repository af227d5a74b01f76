"""What partnerships says of positions and responsibilities, as sentences. Pure."""

from services.oversight.api.speaking import Speaker, day
from shared.contracts import partnerships as p
from shared.kernel import Fact
from shared.pages import N_

LETTERS = (N_("responsible"), N_("accountable"), N_("consulted"), N_("informed"))
"""What a position is for a matter: English shows the codes of the API."""


def said(fact: Fact, speak: Speaker) -> str | None:
    """The sentence of a fact of partnerships that a decision rests on; None of others."""
    match fact:
        case p.PositionEstablished(position=position, instrument=instrument):
            return speak._(
                "The position {position} was recorded ({instrument}).",
                position=speak.position(position), instrument=instrument.reference,
            )  # fmt: skip
        case p.PositionConfirmed(position=position):
            return speak._("The position {position} was confirmed.", position=speak.position(position))
        case p.HolderAppointed(position=position, since=since, instrument=instrument):
            return speak._(
                "A holder of {position} was recorded from {date} ({instrument}).",
                position=speak.position(position), date=day(since), instrument=instrument.reference,
            )  # fmt: skip
        case p.HolderConfirmed(position=position):
            return speak._("The holder of {position} was confirmed.", position=speak.position(position))
        case p.HolderEnded(position=position, until=until):
            return speak._(
                "A holding of {position} ended on {date}.", position=speak.position(position), date=day(until)
            )
        case _:
            return _granted(fact, speak) or _lent(fact, speak)


def _granted(fact: Fact, speak: Speaker) -> str | None:
    match fact:
        case p.PartnerRegistered(key=key):
            return speak._("The partner {partner} was registered.", partner=key)
        case p.ResponsibilityAssigned(position=position, letter=letter, matter=matter, instrument=instrument):
            return speak._(
                "{position} was recorded as {letter} for {matter} ({instrument}).",
                position=speak.position(position), letter=speak._(letter), matter=matter,
                instrument=instrument.reference,
            )  # fmt: skip
        case p.ResponsibilityConfirmed(partner=partner, responsibility=responsibility):
            return speak._(
                "The responsibility for {matter} was confirmed.", matter=speak.matter(partner, responsibility)
            )
        case p.ResponsibilityEnded(partner=partner, responsibility=responsibility, until=until):
            return speak._(
                "The responsibility for {matter} ended on {date}.",
                matter=speak.matter(partner, responsibility), date=day(until),
            )  # fmt: skip
        case _:
            return None


def _lent(fact: Fact, speak: Speaker) -> str | None:
    match fact:
        case p.DelegationGranted(position=position, matters=matters, since=since, until=until):
            return speak._(
                "A delegation in {position} was recorded for {matters}, {since} to {until}.",
                position=speak.position(position), matters=", ".join(matters), since=day(since), until=day(until),
            )  # fmt: skip
        case p.DelegationConfirmed(position=position):
            return speak._("A delegation in {position} was confirmed.", position=speak.position(position))
        case p.DelegationEnded(position=position, until=until):
            return speak._(
                "A delegation in {position} ended on {date}.", position=speak.position(position), date=day(until)
            )
        case p.KeyRevoked():
            return speak._("An API key was revoked.")
        case p.SigningKeyRevoked():
            return speak._("A signing key was revoked.")
        case p.PositionEnded(position=position, until=until):
            return speak._(
                "The position {position} ended on {date}.", position=speak.position(position), date=day(until)
            )
        case _:
            return None
