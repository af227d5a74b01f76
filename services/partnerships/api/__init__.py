"""Litestar routes; each states the scope its key needs. Bodies are the domain's intents."""

from litestar.handlers import HTTPRouteHandler

from services.partnerships.api import agreements, authority, keys, people, reading, signing_keys, staff_sheets

HANDLERS: tuple[HTTPRouteHandler, ...] = (
    people.open_community,
    people.reissue_coordinator_key,
    people.register_person,
    keys.issue_key,
    keys.rotate_key,
    keys.end_key,
    keys.revoke_key,
    keys.list_keys,
    signing_keys.ask_challenge,
    signing_keys.register_signing_key,
    signing_keys.revoke_signing_key,
    signing_keys.list_signing_keys,
    authority.register_partner,
    authority.assign_responsibility,
    authority.confirm_responsibility,
    authority.end_responsibility,
    authority.reconfirm_register,
    authority.establish_position,
    authority.confirm_position,
    authority.appoint_holder,
    authority.confirm_holder,
    authority.end_holding,
    agreements.convene_council,
    agreements.change_council,
    agreements.propose_agreement,
    agreements.sign_agreement,
    agreements.list_agreements,
    staff_sheets.take_in_sheet,
    staff_sheets.confirm_sheet,
    reading.who_decides,
    reading.list_partners,
    reading.list_positions,
    reading.list_councils,
    reading.whoami,
)
