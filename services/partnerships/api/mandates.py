"""Auditors' mandates: recorded and ended by coordinators, read by them and by auditors."""

from datetime import datetime
from uuid import UUID

from litestar import Response, get, post

from services.partnerships.commands import mandates
from services.partnerships.domain.mandate import EndMandate, MandateAuditor
from shared.contracts.values import Instrument
from shared.eventstore.commands import Commands
from shared.kernel import Clock, Value
from shared.security.asker import Asker
from shared.web.receipts import Receipt, receipt, subject_of


class MandateView(Value, frozen=True):
    """A mandate, and whether it holds now."""

    mandate: UUID
    person: UUID
    since: datetime
    until: datetime
    instrument: Instrument
    holds: bool


class Mandates(Value, frozen=True):
    """Every mandate of the community, the first to begin first."""

    items: tuple[MandateView, ...]


@post("/v1/mandates", scope="keys:issue")
async def mandate_auditor(data: MandateAuditor, asker: Asker, commands: Commands) -> Response[Receipt]:
    """Let a person read as an auditor between two moments; the answer's `id` is the mandate."""
    result = await mandates.give(commands, asker, data)
    return receipt(subject_of(result, "mandate"), result, created=True)


@post("/v1/mandates/{mandate:uuid}/end", scope="keys:issue", status_code=200)
async def end_mandate(mandate: UUID, data: EndMandate, asker: Asker, commands: Commands) -> Response[Receipt]:
    """End a mandate, or bring its end forward."""
    return receipt(mandate, await mandates.end(commands, asker, mandate, data))


@get("/v1/mandates", scope="history:read")
async def list_mandates(asker: Asker, clock: Clock) -> Mandates:
    """Every auditor's mandates, past ones too."""
    now, known = clock(), asker.community.mandates
    every = sorted((one for own in known.values() for one in own.values()), key=lambda one: (one.since, one.id))
    return Mandates(
        tuple(MandateView(one.id, one.person, one.since, one.until, one.instrument, one.covers(now)) for one in every)
    )
