"""A well-formed request for each route: its path, query and body, made for who asks, so that authority decides."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.authorization.world import (
    OUTLINE,
    TEXT,
    World,
    agreement,
    an_hour,
    days_off,
    delegation,
    fresh,
    offering,
    on_behalf,
    pathway_of,
)
from tests.support.community import INSTRUMENT

Made = Callable[[World], Any]


@dataclass(frozen=True)
class Asked:
    """What is sent: `body` and `query` made anew for each request, `ids` in place of the world's, by parameter.

    `sheet` is sent as CSV in place of a body; `hat` is the position acted in. `succeeds` is false where not even who
    may gets a 2xx here, for the reason stated.
    """

    body: Made | None = None
    sheet: str | None = None
    query: Made | None = None
    ids: dict[str, str] | None = None
    hat: str = "owner"
    succeeds: bool = True


def path_of(name: str, world: World, asked: Asked, role: str = "") -> str:
    """The route's path with ids of the world; `KeyError` names a parameter nobody has made an id for.

    `advisor's thing` goes before `thing` where an advisor asks: for what is used up by the first who may.
    """
    path = name.partition(" ")[2]
    for part in [part for part in path.split("/") if part.startswith("{")]:
        stated = (asked.ids or {}).get(part[1:-1], part[1:-1])
        found = world.ids.get(f"{role}'s {stated}") or world.ids.get(stated)
        if found is None and asked.ids is None:
            raise KeyError(stated)
        path = path.replace(part, found or stated)
    return path


_OWNER = {"position": "owner_position"}


def _words(_: World) -> dict[str, str]:
    return {"reason": "The minutes say why."}


def _instrument(_: World) -> dict[str, Any]:
    return {"instrument": INSTRUMENT}


def _named(field: str, other: str | None = None) -> Made:
    return lambda world: {field: world.ids[other or field]}


def _key_of_a_person(world: World) -> dict[str, Any]:
    return {"person": world.ids["person"], "role": "advisor"}


def _partner(world: World) -> dict[str, Any]:
    return {
        "key": fresh(), "name": TEXT, "kind": "employer", "jurisdiction": "CA-NS",
        "administrator": world.ids["person"], "instrument": INSTRUMENT,
    }  # fmt: skip


def _position(world: World) -> dict[str, Any]:
    return {"partner": world.ids["partner"], "key": fresh(), "title": TEXT, "instrument": INSTRUMENT}


def _responsibility(world: World) -> dict[str, Any]:
    return {
        "position": world.ids["position"], "matter": "branding", "letter": "informed", "instrument": INSTRUMENT,
        "scope": {"kind": "unit", "value": fresh()},
    }  # fmt: skip


def _holder(world: World) -> dict[str, Any]:
    return {
        "person": world.ids["newcomer"], "instrument": INSTRUMENT, "since": "2031-01-01T00:00:00Z",
        "until": "2031-02-01T00:00:00Z",
    }  # fmt: skip


def _seats(world: World) -> dict[str, Any]:
    seats = [world.here.positions[f"{partner}/owner"] for partner in ("alpha", "beta")]
    return {"seats": seats, "quorum": {"size": 1}}


def _proposal(state: str) -> dict[str, str]:
    return {"proposal": f"{state}_proposal"}


def _microcredential(state: str) -> dict[str, str]:
    return {"microcredential": f"{state}_microcredential"}


def _sign_off(world: World) -> dict[str, Any]:
    return {"decision": "approve", "digest": world.ids["digest"]}


PUBLIC_KEY = "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="
"""Of the first test vector of RFC 8032."""


def _mandate(world: World) -> dict[str, Any]:
    return {"person": world.ids["person"], "until": "2030-01-01T00:00:00Z", "instrument": INSTRUMENT}


REQUESTS: dict[str, Asked] = {
    "POST /partnerships/v1/mandates": Asked(_mandate),
    "POST /partnerships/v1/mandates/{mandate}/end": Asked(lambda _: {}),
    "POST /intake/v1/proposals/{proposal}/readers": Asked(_named("person"), ids=_proposal("invited")),
    "POST /intake/v1/proposals/{proposal}/readers/{invitation}/end": Asked(ids=_proposal("invited")),
    "POST /credentials/v1/microcredentials/{microcredential}/sign-offs/{sign_off}/confirm": Asked(
        ids={**_microcredential("paper"), "sign_off": "paper_sign_off"}
    ),
    "POST /credentials/v1/microcredentials/{microcredential}/sign-offs/{sign_off}/dispute": Asked(
        lambda _: {}, ids={**_microcredential("paper"), "sign_off": "paper_sign_off"}, succeeds=False
    ),  # it was confirmed just before
    "POST /credentials/v1/microcredentials/{microcredential}/steps/{step}/sign-offs/on-behalf": Asked(
        on_behalf, ids={**_microcredential("behalf"), "step": "approval"}
    ),
    "POST /partnerships/v1/communities": Asked(lambda _: {"key": fresh(), "name": TEXT}),
    "GET /partnerships/v1/names": Asked(query=lambda world: {"persons": world.ids["person"]}),
    "POST /partnerships/v1/persons/{person}/contact": Asked(lambda _: {"email": f"{fresh()}@example.org"}),
    "POST /partnerships/v1/persons/{person}/erase": Asked(_words, ids={"person": "leaver"}),
    "POST /partnerships/v1/keys": Asked(_key_of_a_person),
    "POST /partnerships/v1/keys/{key}/revoke": Asked(lambda _: {}),
    "POST /partnerships/v1/keys/rotate": Asked(lambda _: {}),
    "POST /partnerships/v1/keys/{key}/end": Asked(lambda _: {}, succeeds=False),  # another's, whoever asks
    "POST /partnerships/v1/signing-keys/challenges": Asked(lambda _: {"public_key": PUBLIC_KEY}),
    "POST /partnerships/v1/signing-keys": Asked(lambda _: {"envelope": {}}, succeeds=False),  # a proof is its own test
    "POST /partnerships/v1/signing-keys/{key}/revoke": Asked(lambda _: {}, succeeds=False),  # nobody has registered one
    "POST /partnerships/v1/partners": Asked(_partner),
    "POST /partnerships/v1/partners/{partner}/responsibilities": Asked(_responsibility),
    "POST /partnerships/v1/partners/{partner}/responsibilities/{responsibility}/end": Asked(_instrument),
    "POST /partnerships/v1/partners/{partner}/reconfirm": Asked(_instrument),
    "POST /partnerships/v1/partners/{partner}/staff-sheets": Asked(
        sheet="position,instrument_kind,instrument,instrument_date\nusher,policy,P-1,2026-01-05\n"
    ),
    "POST /partnerships/v1/positions": Asked(_position),
    "POST /partnerships/v1/positions/{position}/change": Asked(lambda _: {"title": TEXT, "instrument": INSTRUMENT}),
    "POST /partnerships/v1/positions/{position}/end": Asked(_instrument, ids={"position": "spare_position"}),
    "POST /partnerships/v1/positions/{position}/delegations": Asked(delegation, ids=_OWNER),
    "POST /partnerships/v1/positions/{position}/delegations/{delegation}/confirm": Asked(ids=_OWNER),
    "POST /partnerships/v1/positions/{position}/delegations/{delegation}/end": Asked(lambda _: {}, ids=_OWNER),
    "POST /partnerships/v1/positions/{position}/absences": Asked(
        lambda _: {"since": "2032-01-01T00:00:00Z", "until": "2032-02-01T00:00:00Z"}, ids=_OWNER
    ),
    "POST /partnerships/v1/positions/{position}/absences/{absence}/end": Asked(lambda _: {}, ids=_OWNER),
    "POST /partnerships/v1/matters": Asked(lambda _: {"matter": fresh(), "name": {"en": "Safety", "fr": "Sécurité"}}),
    "POST /partnerships/v1/positions/{position}/holders": Asked(_holder),
    "POST /partnerships/v1/positions/{position}/holders/{holding}/end": Asked(_instrument),
    "POST /partnerships/v1/councils": Asked(lambda world: {"key": fresh(), "name": TEXT, **_seats(world)}),
    "POST /partnerships/v1/councils/{council}/change": Asked(_seats),
    "POST /partnerships/v1/agreements": Asked(agreement),
    "POST /partnerships/v1/agreements/{agreement}/sign": Asked(_named("digest", "agreement_digest")),
    "POST /partnerships/v1/agreements/{agreement}/versions": Asked(
        lambda world: {"terms": agreement(world)["terms"]}, ids={"agreement": "revised_agreement"}
    ),
    "POST /partnerships/v1/agreements/{agreement}/withdraw": Asked(_instrument, ids={"agreement": "left_agreement"}),
    "POST /partnerships/v1/agreements/{agreement}/terminate": Asked(_instrument, ids={"agreement": "ended_agreement"}),
    "POST /partnerships/v1/partners/{partner}/calendar": Asked(lambda _: {"zone": "America/Halifax"}),
    "POST /partnerships/v1/partners/{partner}/blackouts": Asked(lambda _: days_off()),
    "POST /partnerships/v1/partners/{partner}/blackouts/{blackout}/change": Asked(lambda _: days_off()),
    "POST /partnerships/v1/partners/{partner}/blackouts/{blackout}/end": Asked(lambda _: {}),
    "POST /partnerships/v1/councils/{council}/meetings": Asked(lambda _: an_hour()),
    "POST /partnerships/v1/meetings/{meeting}/move": Asked(lambda _: an_hour()),
    "GET /partnerships/v1/find-window/meeting": Asked(query=_named("council")),
    "GET /partnerships/v1/find-window/delivery": Asked(
        query=lambda world: {"partners": world.ids["partner"], "days": 5}
    ),
    "GET /partnerships/v1/due": Asked(query=lambda world: {"partners": world.ids["partner"], "days": 5}),
    "GET /oversight/v1/microcredentials/{microcredential}/difference": Asked(
        query=lambda _: {"from": "2199-01-01T00:00:00Z"}
    ),
    "GET /oversight/v1/calendars/councils/{council}": Asked(ids={"council": "council feed"}),
    "GET /oversight/v1/calendars/partners/{partner}": Asked(ids={"partner": "partner feed"}),
    "GET /oversight/v1/calendars/persons/{person}": Asked(ids={"person": "person feed"}),
    "GET /partnerships/v1/who-decides": Asked(
        query=lambda world: {"matter": "review", "partner": world.ids["partner"]}
    ),
    "POST /intake/v1/proposals": Asked(lambda _: {"key": fresh(), "outline": OUTLINE}),
    "POST /intake/v1/proposals/{proposal}/revise": Asked(lambda _: {"change": {"hours": 30}}, ids=_proposal("revised")),
    "POST /intake/v1/proposals/{proposal}/submit": Asked(_named("to", "partner"), ids=_proposal("draft")),
    "POST /intake/v1/proposals/{proposal}/withdraw": Asked(_words, ids=_proposal("withdrawn")),
    "POST /intake/v1/proposals/{proposal}/responses": Asked(
        lambda _: {"in_demand": True, "intended_assessment_reflects_job": True}, ids=_proposal("submitted")
    ),
    "POST /intake/v1/proposals/{proposal}/accept": Asked(_named("pathway", "pathway_key"), ids=_proposal("responded")),
    "POST /intake/v1/proposals/{proposal}/return": Asked(_words, ids=_proposal("returned")),
    "POST /intake/v1/proposals/{proposal}/decline": Asked(_words, ids=_proposal("declined")),
    "POST /intake/v1/proposals/{proposal}/nudges": Asked(
        lambda _: {"act": "respond", "partner": "beta"}, ids=_proposal("nudged")
    ),
    "GET /intake/v1/notes/{note}": Asked(ids={"note": "intake_note"}),
    "GET /intake/notes/{note}": Asked(ids={"note": "intake_note"}),
    "GET /partnerships/v1/notes/{note}": Asked(succeeds=False),  # no fact of partnerships cites one here
    "GET /intake/v1/proposals/{proposal}": Asked(ids=_proposal("withdrawn")),
    "POST /credentials/v1/pathways": Asked(pathway_of),
    "POST /credentials/v1/pathways/{pathway}/versions": Asked(
        lambda world: {"title": {"en": fresh()}, "steps": pathway_of(world)["steps"]}
    ),
    "POST /credentials/v1/microcredentials/{microcredential}/outline": Asked(
        lambda _: {"change": {"cost": TEXT}}, ids=_microcredential("preparing")
    ),
    "POST /credentials/v1/microcredentials/{microcredential}/agreement": Asked(
        _named("agreement", "signed_agreement"), ids=_microcredential("approved")
    ),
    "POST /credentials/v1/microcredentials/{microcredential}/nudges": Asked(
        lambda _: {"act": "request-validation", "partner": "alpha"}, ids=_microcredential("nudged")
    ),
    "POST /credentials/v1/microcredentials/{microcredential}/request-validation": Asked(
        ids=_microcredential("requested")
    ),
    "POST /credentials/v1/microcredentials/{microcredential}/steps/{step}/sign-offs": Asked(
        _sign_off, ids={**_microcredential("validating"), "step": "approval"}
    ),
    "GET /inbox/receipts/{index}": Asked(ids={"index": "partnerships@1"}, succeeds=False),  # the operator's own doing
    "GET /microcredentials/{microcredential}/nudge": Asked(
        query=lambda _: {"act": "request-validation", "partner": "alpha"}, ids=_microcredential("nudged")
    ),
    "GET /credentials/v1/microcredentials/{microcredential}/steps/{step}/statement": Asked(
        query=lambda _: {"decision": "approve"}, ids={**_microcredential("validating"), "step": "approval"}
    ),
    "GET /credentials/v1/microcredentials/{microcredential}/sign-offs/{sign_off}/signature": Asked(
        ids=_microcredential("conditional"),
        succeeds=False,  # it was decided without one
    ),
    "POST /credentials/v1/microcredentials/{microcredential}/conditions/{condition}/met": Asked(
        lambda _: {}, ids=_microcredential("conditional")
    ),
    "POST /credentials/v1/microcredentials/{microcredential}/offerings": Asked(lambda _: offering(), hat="delivery"),
    "POST /credentials/v1/offerings/{offering}/close": Asked(lambda _: {"learners": 3, "completed": 2}, hat="delivery"),
    "POST /credentials/v1/microcredentials/{microcredential}/reviews": Asked(
        lambda _: {"feedback": {"answers": 3}}, ids=_microcredential("reviewed"), hat="delivery"
    ),
    "POST /credentials/v1/microcredentials/{microcredential}/reviews/{review}/decide": Asked(
        lambda _: {"decision": "renew"}, ids=_microcredential("reviewing")
    ),
}
"""By route; one that is not here is asked with the world's ids and no body."""
for _service in ("partnerships", "intake", "credentials", "oversight"):
    # no letter waits in a stack that runs well
    REQUESTS[f"GET /{_service}/v1/dead-letters/{{letter}}"] = Asked(ids={"letter": "1"}, succeeds=False)
    REQUESTS[f"POST /{_service}/v1/dead-letters/{{letter}}/retry"] = Asked(ids={"letter": "1"}, succeeds=False)
    REQUESTS[f"POST /{_service}/v1/dead-letters/{{letter}}/release"] = Asked(
        _words, ids={"letter": "1"}, succeeds=False
    )
