"""`/who/gaps`: what is vacant, unowned, ambiguous, on one person alone or about to end, across partners."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from typing import Annotated, get_args

from litestar import Response, get
from litestar.params import Parameter

from services.oversight.pages.amiss_lines import Lines
from services.oversight.pages.choosing import partner_chosen
from services.oversight.pages.saying import Saying
from shared.authority.amiss import Amiss
from shared.authority.findings import Finding, Kind
from shared.authority.matters import matters_of
from shared.kernel import Refused
from shared.pages.names import named
from shared.security.asker import Asker
from shared.web.faults import QueryNotRight
from shared.web.page import Page

SHOWN = 40
AT_ONCE = 4
"""Partners looked through before others are answered in between."""
ORDER: tuple[Kind, ...] = (
    "vacant-matter", "ambiguous-matter", "absent-matter", "vacant-position", "ends-soon", "unconfirmed",
    "erased-person", "single-point-of-failure", "unowned-matter",
)  # fmt: skip
"""The gravest first."""
Typed = Annotated[str | None, Parameter(max_length=80)]
Part = Annotated[int, Parameter(ge=1, le=10_000)]


@get("/who/gaps", scope="read", page=True, include_in_schema=False)
async def gaps_page(
    page: Page, asker: Asker, amiss: Amiss, partner: Typed = None, kind: Typed = None, part: Part = 1
) -> Response[str]:
    """Every line with what to mend and who does it; of one partner, of one kind."""
    if kind and kind not in get_args(Kind):
        raise Refused(QueryNotRight(f"kind is one of {', '.join(get_args(Kind))}."))
    community, language = asker.community, page.language
    chosen = partner_chosen(community, language, partner)
    matters = matters_of(community, page.now)
    asked = [chosen.partner] if chosen.partner else [] if chosen.typed else list(community.partners)
    found: list[tuple[Finding, ...]] = []
    for place, one in enumerate(asked):
        found.append(amiss.at(community, asker.log_index, one, matters, page.now))
        if place % AT_ONCE == 0:
            await asyncio.sleep(0)
    counts = Counter(each.kind for of in found for each in of)
    lines = list(_together(found, (kind,) if kind else ORDER))  # type: ignore[arg-type]  # checked above
    parts = max(1, -(-len(lines) // SHOWN))
    part = min(part, parts)
    told = Lines(community, asker.log_index, page.now, Saying(language, community, page.now, page.zone), language)
    return page.answer(
        "gaps.html",
        chosen=chosen,
        kind=kind or "",
        kinds=[(one, named(language, "finding", one), counts[one]) for one in ORDER],
        lines=[told.line(one) for one in lines[(part - 1) * SHOWN : part * SHOWN]],
        coordinator=community.coordinator,
        part=part,
        parts=parts,
        filters={"partner": chosen.typed, "kind": kind},
    )


def _together(found: list[tuple[Finding, ...]], kinds: tuple[Kind, ...]) -> Iterator[tuple[Finding, ...]]:
    """What makes a line each: a finding, or all matters of a partner that nobody is accountable for."""
    for kind in kinds:
        for of in found:
            alike = tuple(one for one in of if one.kind == kind)
            if kind != "unowned-matter":
                yield from ((one,) for one in alike)
            elif alike:
                yield alike
