"""`/inbox/receipts/<index>`: what was decided, by whom, on what, with what authority, and what came of it; to print."""

from collections.abc import Mapping
from functools import partial
from typing import Any

import asyncpg
from litestar import Response, get

from services.oversight.api.receipts import Receipt, receipt_of
from services.oversight.api.sentences import sentence
from services.oversight.pages.saying import Saying
from services.oversight.projections.lines import Decode
from shared.contracts.credentials import SignOffRecorded
from shared.contracts.values import Acting, Evidence
from shared.kernel import Clock, Fact, Recorded, Refused
from shared.pages.names import named
from shared.security.asker import Asker
from shared.web.page import Page
from shared.web.requests import parse_index


@get("/inbox/receipts/{index:str}", scope="read", page=True, include_in_schema=False)
async def receipt_page(
    index: str, page: Page, asker: Asker, pool: asyncpg.Pool, clock: Clock, decoders: Mapping[str, Decode]
) -> Response[str]:
    """The receipt of the command that recorded that fact, for whoever may read what it is about."""
    log, place = parse_index("The receipt", index)
    receipt = await receipt_of(pool, decoders, asker, log, place, clock())
    decided = receipt.decided
    say = Saying(page.language, asker.community, page.now, page.zone)
    return page.answer(
        "receipt.html",
        receipt=receipt,
        decided=decided,
        fact=decided.fact,
        by=_by(decided.fact),
        partner=lambda acting: known.key if (known := asker.community.partners.get(acting.partner)) else "",
        council=lambda seat: known.key if (known := asker.community.councils.get(seat)) else "",
        position=lambda acting: say.position(asker.community.position_key(acting.position)),
        evidence=_evidence(decided.fact),
        say=say,
        named=partial(named, page.language),
        tell=partial(_tell, page, asker),
        checks=list(_checks(receipt)),
    )


async def noticed(
    page: Page, asker: Asker, pool: asyncpg.Pool, decoders: Mapping[str, Decode]
) -> tuple[str, str] | None:
    """The receipt of what led back to this page, if it is the reader's own: its place, and what was recorded."""
    after = page.request.query_params.get("after")
    try:
        log, place = parse_index("after", (after or "").partition(",")[0].strip())
        receipt = await receipt_of(pool, decoders, asker, log, place, page.now)
    except Refused:
        return None
    if receipt.decided.metadata.actor.person != asker.key.person:
        return None
    return receipt.place, _tell(page, asker, receipt.decided)


def _tell(page: Page, asker: Asker, recorded: Recorded[Fact]) -> str:
    return sentence(asker.community, recorded, page.language)


def _by(fact: Fact) -> Acting | None:
    by: Any = getattr(fact, "by", None)
    return by if isinstance(by, Acting) else None


def _evidence(fact: Fact) -> Evidence | None:
    evidence: Any = getattr(fact, "evidence", None)
    return evidence if isinstance(evidence, Evidence) else None


def _checks(receipt: Receipt) -> list[str]:
    """Where an API client reads the same, as it was then, of the service that decided."""
    decided, checks = receipt.decided, []
    if receipt.card is not None and decided.log == "intake":
        checks.append(f"/intake/v1/proposals/{receipt.card.subject}?at={receipt.place}")
    elif receipt.card is not None:
        checks.append(f"/credentials/v1/microcredentials/{receipt.card.subject}?at={receipt.place}")
    match decided.fact:
        case SignOffRecorded(sign_off=sign_off, microcredential=microcredential, signature=signature) if signature:
            checks.append(f"/credentials/v1/microcredentials/{microcredential}/sign-offs/{sign_off}/signature")
        case _:
            pass
    return [*checks, f"/{decided.log}/v1/facts?after={decided.index - 1}&limit={len(receipt.recorded)}"]
