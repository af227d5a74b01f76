"""`/who/mine`: what the reader is the one for: positions, what they decide in them, and what hangs on them alone."""

from litestar import Response, get

from services.oversight.pages.saying import Saying
from shared.authority.departures import MatterLeft, departure
from shared.authority.entries import Delegation
from shared.authority.grounds import grounds
from shared.authority.occupants import delegations, holders, view
from shared.contracts.values import Acting
from shared.kernel import Value
from shared.security.asker import Asker
from shared.web.page import Page

SHOWN = 100
"""How many matters are named."""


class Decides(Value, frozen=True):
    """A matter the reader may decide; `alone` where nobody else could."""

    matter: str
    name: str
    partner: str
    position: str
    within: str
    query: str
    alone: bool


@get("/who/mine", scope="read", page=True, include_in_schema=False)
async def mine_page(page: Page, asker: Asker) -> Response[str]:
    """Positions, matters, delegations and absences of whoever asks."""
    community, person, now = asker.community, asker.key.person, page.now
    saying = Saying(page.language, community, now, page.zone)
    left = departure(community, asker.log_index, person, now)
    acting = grounds(community, person, now)
    own = [community.positions[one.position] for one in acting if one.delegation is None and one.alternate is None]
    lent = [
        (saying.position(community.position_key(position.id)), granted.to, _lent(page, saying, granted))
        for position in own
        for granted in delegations(position, now)
        if granted.by == person
    ]
    return page.answer(
        "mine.html",
        person=person,
        held=[seen for one in own if (seen := view(community, one.id, now)) is not None],
        others={one.id: [held.person for held in holders(one, now) if held.person != person] for one in own},
        in_stead=[_in_stead(page, asker, saying, one) for one in acting if one.delegation or one.alternate],
        granted=lent,
        matters=[_decides(community.partners[one.partner].key, one, saying) for one in left.matters[:SHOWN]],
        more=max(0, len(left.matters) - SHOWN),
    )


def _in_stead(page: Page, asker: Asker, saying: Saying, acting: Acting) -> tuple[str, str]:
    """A position acted in for others, and on what ground."""
    community = asker.community
    position = community.positions[acting.position]
    named = saying.position(community.position_key(position.id))
    if acting.delegation is not None:
        return named, _lent(page, saying, position.delegations[acting.delegation])
    alternate = acting.alternate or position.id
    as_ = saying.position(community.position_key(alternate))
    return named, page.language.gettext("you stand in for it as {position}", position=as_)


def _lent(page: Page, saying: Saying, granted: Delegation) -> str:
    matters = page.language.listed([saying.matter(one) for one in sorted(granted.matters)])
    if granted.until is None:
        return page.language.gettext("delegated without an end: {matters}", matters=matters)
    return page.language.gettext("delegated until {date}: {matters}", matters=matters, date=page.date(granted.until))


def _decides(partner: str, one: MatterLeft, saying: Saying) -> Decides:
    anything = one.scope.kind == "anything"
    return Decides(
        one.matter,
        saying.matter(one.matter),
        partner,
        saying.position(one.position),
        "" if anything else saying.scope(one.scope),
        "" if anything else f"{one.scope.kind}:{one.scope.value}",
        one.status != "decided",
    )
