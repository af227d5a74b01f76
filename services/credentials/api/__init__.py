"""Litestar routes; each states the scope its key needs. Bodies are the domain's intents."""

from litestar.handlers import HTTPRouteHandler

from services.credentials.api import approving, delivering, nudging, pathway_owners, pathways, reading, signatures

HANDLERS: tuple[HTTPRouteHandler, ...] = (
    pathways.publish_pathway,
    pathways.publish_version,
    pathways.list_pathways,
    pathway_owners.pathway_owners,
    approving.revise_outline,
    approving.request_validation,
    approving.sign_off,
    approving.record_on_behalf,
    approving.confirm_sign_off,
    approving.dispute_sign_off,
    approving.meet_condition,
    delivering.name_agreement,
    delivering.open_offering,
    delivering.close_offering,
    delivering.submit_review,
    delivering.decide_review,
    nudging.nudge_microcredential,
    reading.list_microcredentials,
    reading.read_microcredential,
    signatures.read_statement,
    signatures.read_signature,
)
