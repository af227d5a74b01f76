"""Decision functions made wrong on purpose: a machine that finds none of them would prove nothing."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from math import inf
from typing import Any
from unittest.mock import patch
from uuid import UUID

from services.credentials.domain import authorities, objections, rounds, separation, signing
from services.credentials.reactions import on_authority_revoked
from services.partnerships.domain import partner
from shared.authority import Revoked, answers, evidence, standing_in
from shared.authority.entries import Absence, Delegation, Entry, Position
from shared.authority.occupants import delegates
from shared.authority.quorums import Lacking
from shared.authority.scopes import width
from shared.web.judging import Judged
from tests.machine.twin import BEGINNING

Wrong = tuple[Any, str, Any]
"""In what, which, and what stands in its place."""
_at_partners, _why_not = authorities.at_partners, standing_in._why_not


def _at_any_partner(known: Any, acting: Any, matter: Any, asked: Any, microcredential: Any) -> Any:
    return _at_partners(known, acting, matter, (acting.partner,), microcredential)


def _never_too_old(judged: Judged, read: float) -> None:
    judged._good_until = inf


def _from_whenever(entry: Entry, at: Any) -> bool:
    return entry.confirmed_at is not None and (entry.until is None or at < entry.until)


def _voices_of_seats(quorum: Any, affirming: Any, sectors: Any) -> Lacking:
    voices = len(tuple(affirming))
    return Lacking(voices, max(0, quorum.size - voices))


def _of_every_matter(position: Any, at: Any, matter: Any = None) -> Any:
    return delegates(position, at)


def _vacant(position: Any, owner: Any, at: Any) -> Any:
    return "vacant" if position is owner else _why_not(position, owner, at)


MISTAKES: dict[str, tuple[Wrong, ...]] = {
    "an end is ignored": ((Entry, "stated", lambda entry, at: entry.since <= at),),
    "a beginning is ignored": ((Entry, "holds", _from_whenever),),
    "a confirmation is ignored": ((Entry, "holds", Entry.stated),),
    "who proposed may approve": ((separation, "of_proposing", lambda state, authority: ()),),
    "any partner may sign": ((authorities, "at_partners", _at_any_partner),),
    "a seat speaks before and after its term": ((authorities, "has_voice", lambda seat, at: True),),
    "a person may sign twice": (
        (objections, "spoken", lambda *_: []),
        (signing, "_replaced", lambda *_: None),
        (signing, "repeat_of", lambda *_: None),
    ),
    "a partner has as many voices as seats": ((rounds, "lacking", _voices_of_seats),),
    "the widest scope wins": ((answers, "width", lambda scope: tuple(-one for one in width(scope))),),
    "two are accountable": ((partner, "_check_one_accountable", lambda *_: None),),
    "others stand in while a holder is there": ((standing_in, "_why_not", _vacant),),
    "the end of a delegation is ignored": ((Delegation, "stated", lambda entry, at: entry.since <= at),),
    "a delegation is of every matter": (
        (evidence, "acts", lambda community, acting, at, matter: True),
        (answers, "delegates", _of_every_matter),
    ),
    "nobody ever comes back": ((Absence, "covers", lambda absence, at: absence.since <= at),),
    "today's alternates stood in yesterday": ((Position, "terms_at", lambda position, at: position.terms[-1]),),
    "an old picture will do": ((Judged, "judge", _never_too_old),),
    "nothing is voided": ((on_authority_revoked, "why_void", lambda *_: None),),
    "everything is voided": ((on_authority_revoked, "why_void", lambda *_: Revoked("key", BEGINNING, UUID(int=0))),),
}
"""By what they get wrong."""


@contextmanager
def made(mistake: str) -> Iterator[None]:
    """For a while the functions are wrong."""
    with ExitStack() as stack:
        for where, name, instead in MISTAKES[mistake]:
            stack.enter_context(patch.object(where, name, instead))
        yield
