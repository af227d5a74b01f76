"""Two communities with everything the routes need: partners `alpha` and `beta` in the one, `gamma` in the other.

Each role has a person at each partner, who holds there the position `owner`, accountable for nearly every matter, and
another who holds `delivery`: so that neither the role nor the partner is ever right by accident. All that is asked for
belongs to `alpha`, and was made by others than those who ask.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from shared.contracts.values import MATTERS
from tests.authorization.declared import ROLES, Cell
from tests.support.community import BEGINNING, INSTRUMENT, Caller, Communities, Community

PARTNER = {"same": "alpha", "other": "beta", "foreign": "gamma"}
HATS = ("owner", "delivery")
TEXT = {"en": "Welding"}
OUTLINE = {"title": TEXT, "need": TEXT, "outcomes": [TEXT], "job_functions": [TEXT], "assessment": TEXT, "hours": 20}


@dataclass
class World:
    """The community of what is asked for, the other one, and by name the ids of what is there."""

    here: Community
    there: Community
    ids: dict[str, str] = field(default_factory=dict)

    def asker(self, cell: Cell, hat: str) -> Caller | None:
        """Whoever asks in that cell, acting in that position; None for nobody."""
        if cell.role == "nobody":
            return None
        if cell.role == "operator":
            return self.here.person("operator")
        community = self.there if cell.side == "foreign" else self.here
        partner = PARTNER[cell.side]
        person = _person(cell.role, partner, hat)
        return Caller(community, community.keys[person], f"{partner}/{hat}")

    @property
    def author(self) -> Caller:
        return self.here.as_("alpha/author")


async def build(communities: Communities) -> World:
    """All of it, over HTTP."""
    world = World(await communities.open(), await communities.open())
    for partner in ("alpha", "beta"):
        await _partner(world.here, partner)
    await _partner(world.there, "gamma")
    await world.here.position("alpha/author", "an-author")
    await _register(world)
    await _agreements(world)
    await _work(world)
    return world


async def _partner(community: Community, partner: str) -> None:
    await community.partner(partner)
    for hat in HATS:
        owned = [matter for matter in MATTERS if (matter == "delivery") == (hat == "delivery")]
        await community.position(f"{partner}/{hat}", answers_for=owned)
        for role in ROLES:
            person = _person(role, partner, hat)
            if person in community.persons:
                await community.holder(f"{partner}/{hat}", person)
            else:
                await community.holder(f"{partner}/{hat}", person, role=role)  # type: ignore[arg-type]  # of ROLES


def _person(role: str, partner: str, hat: str) -> str:
    """The person's name: of an authority administrator there is one at a partner."""
    return f"{partner}-administrator" if role == "authority-administrator" else f"{role}-{partner}-{hat}"


async def _register(world: World) -> None:
    """What a coordinator recorded at alpha, unconfirmed; and a key to revoke."""
    here, ids, record = world.here, world.ids, world.here.coordinator.post
    ids["partner"] = here.partners["alpha"]
    for person in ("person", "newcomer", "leaver"):
        ids[person] = (await record("/partnerships/v1/persons"))["id"]
    asked = {"partner": ids["partner"], "key": "clerk", "title": {"en": "Clerk"}, "instrument": INSTRUMENT}
    ids["position"] = (await record("/partnerships/v1/positions", asked, at=BEGINNING))["id"]
    held = {"person": ids["person"], "instrument": INSTRUMENT}
    path = f"/partnerships/v1/positions/{ids['position']}/holders"
    ids["holding"] = (await record(path, held, at=BEGINNING))["id"]
    given = {"matter": "branding", "position": ids["position"], "letter": "consulted", "instrument": INSTRUMENT}
    path = f"/partnerships/v1/partners/{ids['partner']}/responsibilities"
    ids["responsibility"] = (await record(path, given, at=BEGINNING))["id"]
    ids["key"] = (await record("/partnerships/v1/keys", {"person": ids["person"], "role": "advisor"}))["id"]
    asked = {"person": ids["person"], "until": "2030-01-01T00:00:00Z", "instrument": INSTRUMENT}
    ids["mandate"] = (await record("/partnerships/v1/mandates", asked))["id"]
    ids["community"] = here.key
    await _delegated(world)
    path = f"/partnerships/v1/partners/{ids['partner']}/staff-sheets"
    sheet = b"position,instrument_kind,instrument,instrument_date\nporter,policy,P-1,2025-01-01\n"
    ids["sheet"] = (await here.coordinator.file(path, sheet, "text/csv", dry_run="false")).json()["sheet"]


async def _delegated(world: World) -> None:
    """A position nobody needs; what a holder of alpha's `owner` delegated, and when they are away."""
    here, ids = world.here, world.ids
    ids["spare_position"] = await here.position("alpha/spare")
    ids["owner_position"] = here.positions["alpha/owner"]
    holder, path = here.person("member-alpha-owner"), f"/partnerships/v1/positions/{ids['owner_position']}"
    ids["delegation"] = (await holder.post(f"{path}/delegations", delegation(world)))["id"]
    away = {"since": "2031-01-01T00:00:00Z", "until": "2031-02-01T00:00:00Z"}
    ids["absence"] = (await holder.post(f"{path}/absences", away))["id"]


def delegation(world: World) -> dict[str, Any]:
    """Of `fees`, to somebody who holds nothing."""
    return {
        "to": world.ids["person"], "matters": ["fees"], "until": "2033-01-01T00:00:00Z", "reason": "A long voyage.",
        "instrument": INSTRUMENT,
    }  # fmt: skip


async def _agreements(world: World) -> None:
    here, ids = world.here, world.ids
    ids["council"] = await here.council("board", ["alpha/owner", "beta/owner"], 1)
    proposed = await here.coordinator.post("/partnerships/v1/agreements", agreement(world))
    ids["agreement"] = proposed["id"]
    ids["agreement_digest"] = proposed["recorded"][0]["fact"]["digest"]
    await _more_agreements(world)
    path = f"/partnerships/v1/councils/{ids['council']}/meetings"
    ids["meeting"] = (await here.coordinator.post(path, an_hour()))["id"]
    path = f"/partnerships/v1/partners/{ids['partner']}/blackouts"
    ids |= {f"{kind} feed": f"{ids[kind]}.ics" for kind in ("council", "partner", "person")}
    ids["blackout"] = (await here.person("member-alpha-owner").post(path, days_off()))["id"]


async def _more_agreements(world: World) -> None:
    """Signed by both, for the routes that need one in force."""
    here, ids = world.here, world.ids
    for state in ("signed", "revised", "left", "ended"):
        another = (await here.coordinator.post("/partnerships/v1/agreements", agreement(world)))["id"]
        for partner in ("alpha", "beta"):
            path = f"/partnerships/v1/agreements/{another}/sign"
            await here.person(f"member-{partner}-owner").post(path, {"digest": ids["agreement_digest"]})
        ids[f"{state}_agreement"] = another


def days_off() -> dict[str, Any]:
    """A blackout a month from now, of a name of its own."""
    day = (datetime.now(UTC) + timedelta(days=30)).date().isoformat()
    return {"first": day, "last": day, "name": {"en": fresh()}}


def an_hour() -> dict[str, str]:
    """A meeting a month from now."""
    starts = datetime.now(UTC) + timedelta(days=30)
    return {"starts": starts.isoformat(), "ends": (starts + timedelta(hours=1)).isoformat()}


def agreement(world: World) -> dict[str, Any]:
    """Terms between alpha and beta."""
    terms = {"partners": [world.here.partners["alpha"], world.here.partners["beta"]]}
    return {"key": fresh(), "terms": {**terms, "content_ownership": TEXT, "delivery_method": TEXT}}


async def _work(world: World) -> None:
    """A proposal in each state and a microcredential in each state, each for the routes that need it so."""
    ids, owner = world.ids, world.here.person("member-alpha-owner")
    pathway = await world.here.coordinator.post("/credentials/v1/pathways", pathway_of(world))
    ids |= {"pathway": pathway["id"], "pathway_key": pathway["recorded"][0]["fact"]["key"]}
    for state in ("draft", "revised", "withdrawn", "invited"):
        ids[f"{state}_proposal"] = await draft(world)
    for state, responses in (("submitted", 0), ("nudged", 0), ("responded", 2), ("returned", 2), ("declined", 2)):
        ids[f"{state}_proposal"] = await submit(world, await draft(world), responses)
    readers = f"/intake/v1/proposals/{ids['invited_proposal']}/readers"
    ids["invitation"] = (await world.author.post(readers, {"partner": world.here.partners["beta"]}))["id"]
    reason = {"reason": words("Not this year.")}
    withdrawn = await world.author.post(f"/intake/v1/proposals/{await draft(world)}/withdraw", reason)
    ids["intake_note"] = withdrawn["recorded"][0]["fact"]["reason"]["id"]
    ids["proposal"] = ids["responded_proposal"]
    reviewing = ("reviewing", "advisor's reviewing")  # a decision uses the review up
    signed_off = ("validating", "behalf", "paper", "conditional", "approved", "reviewed", *reviewing)
    for state in ("preparing", "requested", "nudged", *signed_off):
        ids[f"{state}_microcredential"] = await accept(world)
    ids["microcredential"] = ids["approved_microcredential"]
    for state in signed_off:
        await world.author.post(f"{_at(ids[f'{state}_microcredential'])}/request-validation")
    ids["digest"] = await _digest(world, ids["validating_microcredential"])
    path = f"{_at(ids['paper_microcredential'])}/steps/approval/sign-offs/on-behalf"
    ids["paper_sign_off"] = (await world.here.coordinator.post(path, on_behalf(world)))["id"]
    caller = Caller(owner.community, owner.key, "alpha/owner")
    condition = {"decision": "approve-with-conditions", "condition_due": "grant", "comment": words("Say when.")}
    signed = await _sign(world, caller, ids["conditional_microcredential"], condition)
    ids["condition"] = ids["sign_off"] = signed["id"]
    ids["note"] = signed["recorded"][0]["fact"]["comment"]["id"]
    for state in ("approved", "reviewed", *reviewing):
        await _sign(world, caller, ids[f"{state}_microcredential"], {"decision": "approve"})
    delivering = Caller(owner.community, world.here.keys["member-alpha-delivery"], "alpha/delivery")
    opened = await delivering.post(f"{_at(ids['approved_microcredential'])}/offerings", offering())
    ids["offering"] = opened["id"]
    for state in reviewing:
        review = await delivering.post(f"{_at(ids[f'{state}_microcredential'])}/reviews", {"feedback": {"answers": 3}})
        ids[state.replace("reviewing", "review")] = review["id"]


def on_behalf(world: World) -> dict[str, Any]:
    """What alpha's owner approved by a letter of today."""
    paper = {
        "form": "letter", "decided_by": world.here.persons["member-alpha-owner"], "position": "alpha/owner",
        "dated": datetime.now(UTC).date().isoformat(), "file": "sha-256:" + "0" * 64, "revision": 0,
    }  # fmt: skip
    return {"decision": "approve", "digest": world.ids["digest"], "paper": paper}


def pathway_of(world: World) -> dict[str, Any]:
    """One step: alpha's owner of `academic-approval` approves."""
    rule = {"type": "owner", "partner": world.here.partners["alpha"]}
    step = {"key": "approval", "verb": "approve", "matter": "academic-approval", "rule": rule, "covers": ["title"]}
    return {"key": fresh(), "title": TEXT, "steps": [step]}


def offering() -> dict[str, Any]:
    return {"starts": "2026-01-05", "ends": "2026-03-05"}


def words(said: str) -> dict[str, str]:
    """A note in confidence."""
    return {"words": said, "language": "en", "confidentiality": "in-confidence"}


def fresh() -> str:
    """A slug nobody has used."""
    return f"a-{uuid4().hex[:12]}"


async def draft(world: World) -> str:
    return str((await world.author.post("/intake/v1/proposals", {"key": fresh(), "outline": OUTLINE}))["id"])


async def submit(world: World, proposal: str, responses: int = 2) -> str:
    """Addressed to alpha, with so many partners' answers."""
    await world.author.post(f"/intake/v1/proposals/{proposal}/submit", {"to": world.ids["partner"]})
    for partner in ("alpha", "beta")[:responses]:
        caller = Caller(world.here, world.here.keys[f"member-{partner}-owner"], f"{partner}/owner")
        answer = {"in_demand": True, "intended_assessment_reflects_job": True}
        await caller.post(f"/intake/v1/proposals/{proposal}/responses", answer)
    return proposal


async def accept(world: World) -> str:
    """A microcredential in preparation."""
    proposal = await submit(world, await draft(world))
    caller = Caller(world.here, world.here.keys["member-alpha-owner"], "alpha/owner")
    await caller.post(f"/intake/v1/proposals/{proposal}/accept", {"pathway": world.ids["pathway_key"]})
    return proposal


async def _sign(world: World, caller: Caller, microcredential: str, asked: dict[str, Any]) -> dict[str, Any]:
    digest = await _digest(world, microcredential)
    return await caller.post(f"{_at(microcredential)}/steps/approval/sign-offs", {**asked, "digest": digest})


async def _digest(world: World, microcredential: str) -> str:
    [step] = (await world.author.get(_at(microcredential)))["steps"]
    return str(step["digest"])


def _at(microcredential: str) -> str:
    return f"/credentials/v1/microcredentials/{microcredential}"
