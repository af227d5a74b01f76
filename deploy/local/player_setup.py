"""What is recorded before a case's first act: its community, persons, partners, positions, council, agreement, pathway.

Every request stands under an Idempotency-Key of its own: playing again finds what is there and adds what is not.
"""

import re
import secrets
from dataclasses import dataclass, field
from typing import Any, Literal

from msgspec import UNSET

from deploy.local.case_file import Case, Partner, Position
from deploy.local.client import Answer, Client, Who
from deploy.local.kept import CaseKeys, Kept, Keys
from shared.contracts.partnerships import Role
from shared.security.scopes import ROLE_SCOPES

COORDINATOR: Literal["coordinator"] = "coordinator"
AUDITOR: Literal["auditor"] = "auditor"
ADMINISTRATOR: Literal["authority-administrator"] = "authority-administrator"


class CannotPlay(Exception):
    """A case cannot be played; the message says at which request, and what was answered."""


@dataclass
class Cast:
    """Who and what a case is played with: keys by position, and the ids the API gave."""

    case: Case
    keys: CaseKeys
    partners: dict[str, str] = field(default_factory=dict)
    positions: dict[str, str] = field(default_factory=dict)
    pathway: str = ""

    def position_of(self, found: str) -> str:
        """`partner/position` of a position's id."""
        return next((name for name, position in self.positions.items() if position == found), found)


class Stage:
    """Sets one case up."""

    def __init__(self, client: Client, kept: Kept, keys: Keys, case: Case) -> None:
        self._client, self._kept, self._keys, self._case = client, kept, keys, case
        self._at = case.setup.at
        self._instrument = {"kind": "letter", "reference": case.setup.instrument, "dated": str(case.setup.at.date())}

    async def set(self) -> Cast:
        """Everything before the first act, in the order it can be recorded."""
        case = self._case
        cast = Cast(case, await self._community())
        await self._person(cast, AUDITOR, AUDITOR)
        for partner in case.partner:
            await self._partner(cast, partner)
        for position in case.position:
            await self._position(cast, position)
        council = await self._council(cast)
        await self._agreement(cast)
        steps = [
            {
                "key": step.key, "verb": step.verb, "matter": step.matter,
                "rule": rule(step.rule, cast.partners, {case.council.key: council}),
                "covers": step.covers, "after": step.after, "due_days": step.due_days,
            }
            for step in case.pathway.step
        ]  # fmt: skip
        pathway = {"key": case.pathway.key, "title": text(case.case.title), "steps": steps}
        publisher = Who(cast.keys.people[COORDINATOR], at=case.pathway.published)
        cast.pathway = await self._write("/credentials/v1/pathways", publisher, "pathway", pathway)
        return cast

    async def _community(self) -> CaseKeys:
        """Opened with the operator key. The coordinator's key is in the answer only: if that was lost with a run that
        was killed, nobody can ever act in that community, and another is opened in its place."""
        found = self._keys.cases.get(self._case.key)
        if found and COORDINATOR in found.people:
            return found
        slug = slug_of(self._case.case.community)
        while True:
            found = CaseKeys(slug)
            name = f"community/{slug}"
            body = {"key": slug, "name": text(self._case.case.community)}
            answer = await self._send("/partnerships/v1/communities", Who(self._keys.operator), name, body)
            if secret := answer.body.get("secret"):
                found.people[COORDINATOR] = secret
                self._keys.cases[self._case.key] = found
                self._kept.save_keys(self._keys)
                return found
            slug = f"{slug_of(self._case.case.community)}-{secrets.token_hex(2)}"

    async def _partner(self, cast: Cast, partner: Partner) -> None:
        name = f"{partner.key}/{ADMINISTRATOR}"
        body = {
            "key": partner.key, "name": text(partner.name), "kind": partner.kind, "jurisdiction": partner.jurisdiction,
            "sectors": partner.sectors, "administrator": await self._person(cast, name, ADMINISTRATOR),
            "instrument": self._instrument,
        }  # fmt: skip
        answer = await self._send("/partnerships/v1/partners", self._coordinator(cast), f"partner/{partner.key}", body)
        cast.partners[partner.key] = answer.body["id"]
        cast.positions[name] = next(fact["administrator"] for fact in answer.facts if "administrator" in fact)

    async def _position(self, cast: Cast, position: Position) -> None:
        """Recorded by the coordinator, confirmed by the partner's authority administrator."""
        by, own = self._coordinator(cast), f"{position.partner}/{ADMINISTRATOR}"
        administrator = Who(cast.keys.people[own], own, self._at)
        person = await self._person(cast, position.key, role_of(position))
        partner = cast.partners[position.partner]
        body: dict[str, Any] = {"partner": partner, "key": position.name, "title": text(title_of(position.name))}
        body["instrument"] = self._instrument
        found = await self._write("/partnerships/v1/positions", by, f"position/{position.key}", body)
        cast.positions[position.key] = found
        await self._confirm(f"/partnerships/v1/positions/{found}", administrator, f"position/{position.key}")

        holders = f"/partnerships/v1/positions/{found}/holders"
        body = {"person": person, "instrument": self._instrument}
        holding = await self._write(holders, by, f"holder/{position.key}", body)
        await self._confirm(f"{holders}/{holding}", administrator, f"holder/{position.key}")

        responsibilities = f"/partnerships/v1/partners/{partner}/responsibilities"
        for matter in position.matters:
            body = {"matter": matter, "position": found, "letter": "accountable", "scope": {"kind": "anything"}}
            body["instrument"] = self._instrument
            name = f"responsibility/{position.key}/{matter}"
            responsibility = await self._write(responsibilities, by, name, body)
            await self._confirm(f"{responsibilities}/{responsibility}", administrator, name)

    async def _council(self, cast: Cast) -> str:
        council = self._case.council
        seats = [cast.positions[seat] for seat in council.seats]
        body = {"key": council.key, "name": text(council.name), "seats": seats, "quorum": council.quorum}
        return await self._write("/partnerships/v1/councils", self._coordinator(cast), "council", body)

    async def _agreement(self, cast: Cast) -> None:
        if (agreement := self._case.agreement) is None:
            return
        terms = {
            "partners": [cast.partners[partner] for partner in agreement.partners],
            "content_ownership": text(agreement.content_ownership),
            "delivery_method": text(agreement.delivery_method),
            "reuse": agreement.reuse,
        }
        if agreement.sustainability is not UNSET:
            terms["sustainability"] = text(agreement.sustainability)
        body = {"key": agreement.key, "terms": terms}
        path = "/partnerships/v1/agreements"
        proposed = await self._send(path, self._coordinator(cast), "agreement", body)
        digest = {"digest": proposed.facts[0]["digest"]}
        for position in agreement.signed:
            signer = Who(cast.keys.people[position], position, agreement.signed_at)
            await self._write(f"{path}/{proposed.body['id']}/sign", signer, f"agreement/{position}", digest)

    async def _person(self, cast: Cast, name: str, role: Role) -> str:
        """A person with a key of their own. A repeated issue tells no secret: then another key is issued."""
        coordinator = self._coordinator(cast)
        person = await self._write("/partnerships/v1/persons", coordinator, f"person/{name}")
        body = {"person": person, "role": role, "scopes": [*ROLE_SCOPES[role], "backdate"]}
        again = ""
        while name not in cast.keys.people:
            answer = await self._send("/partnerships/v1/keys", coordinator, f"key/{name}{again}", body)
            if secret := answer.body.get("secret"):
                cast.keys.people[name] = secret
                self._kept.save_keys(self._keys)
            again = f"/{secrets.token_hex(4)}"
        return person

    def _coordinator(self, cast: Cast) -> Who:
        return Who(cast.keys.people[COORDINATOR], at=self._at)

    async def _confirm(self, path: str, who: Who, name: str) -> None:
        await self._write(f"{path}/confirm", who, f"{name}/confirm")

    async def _write(self, path: str, who: Who, name: str, body: Any = None) -> str:
        """The id in the answer."""
        return str((await self._send(path, who, name, body)).body["id"])

    async def _send(self, path: str, who: Who, name: str, body: Any = None) -> Answer:
        answer = await self._client.write(path, who, f"{self._case.key}/setup/{name}", body)
        if not answer.accepted:
            raise CannotPlay(f"{self._case.key}: POST {path} ({name}) was answered {answer.status}: {answer.body}")
        return answer


def role_of(position: Position) -> Role:
    """Who only validates for industry is an advisor."""
    return "advisor" if set(position.matters) == {"industry-validation"} else "member"


def rule(sentence: str, partners: dict[str, str], councils: dict[str, str]) -> dict[str, Any]:
    """A rule as the API takes it, from the sentence of a case."""
    if found := re.fullmatch(r"owner at (\S+)", sentence):
        return {"type": "owner", "partner": partners[found[1]]}
    if found := re.fullmatch(r"each of (.+)", sentence):
        return {"type": "each", "partners": [partners[name.strip()] for name in found[1].split(",")]}
    if found := re.fullmatch(r"quorum of council (\S+)", sentence):
        return {"type": "quorum", "council": councils[found[1]]}
    raise CannotPlay(f"{sentence!r} is no rule: owner at X, each of X, Y or quorum of council Z")


def text(words: str) -> dict[str, str]:
    """Plain text of a case is English."""
    return {"en": words}


def slug_of(name: str) -> str:
    """A name as a key that people type."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")


def title_of(key: str) -> str:
    """`program-lead` is the program lead."""
    return key.replace("-", " ").capitalize()
