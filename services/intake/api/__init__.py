"""Litestar routes; each states the scope its key needs. Bodies are the domain's intents."""

from litestar.handlers import HTTPRouteHandler

from services.intake.api import deciding, nudging, proposing, reading

HANDLERS: tuple[HTTPRouteHandler, ...] = (
    proposing.draft_proposal,
    proposing.revise_proposal,
    proposing.submit_proposal,
    proposing.withdraw_proposal,
    proposing.invite_reader,
    proposing.end_invitation,
    deciding.respond_to_concept,
    deciding.accept_proposal,
    deciding.return_proposal,
    deciding.decline_proposal,
    nudging.nudge_proposal,
    reading.list_proposals,
    reading.read_proposal,
)
