"""A community's partners, people, council, agreement and pathways: recorded as its coordinator would record them."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from deploy.local.history.seeded import Seeded
from services.credentials.domain import pathway as pathways
from services.credentials.domain.pathway import PATHWAY, PublishPathway
from services.partnerships.commands.keys import key_stream
from services.partnerships.domain import agreement as agreements
from services.partnerships.domain import community as keys
from services.partnerships.domain import council as councils
from services.partnerships.domain import establishing, holders
from services.partnerships.domain import partner as partners
from services.partnerships.domain import position as positions
from services.partnerships.domain.agreement import AGREEMENT, ProposeAgreement, SignAgreement
from services.partnerships.domain.community import COMMUNITY, KEY, IssueKey, OpenCommunity
from services.partnerships.domain.council import COUNCIL, ConveneCouncil
from services.partnerships.domain.establishing import EstablishPosition
from services.partnerships.domain.holders import AppointHolder
from services.partnerships.domain.partner import PARTNER, AssignResponsibility, PartnerState
from services.partnerships.domain.person import PERSON
from services.partnerships.domain.position import POSITION
from shared.authority import Community, Register, require_evidence
from shared.contracts.partnerships import (
    AgreementTerms,
    KeyIssued,
    PartnerKind,
    PartnerRegistered,
    PersonRegistered,
    Role,
)
from shared.contracts.values import (
    Acting,
    EachOf,
    Instrument,
    OwnerAt,
    Party,
    PathwayStep,
    Quorum,
    QuorumOf,
    Seat,
)
from shared.eventstore.mapper import Mapper
from shared.eventstore.vocabulary import AppendRequest, Claim, StoredEvent
from shared.kernel import Actor, Decider, Fact, Metadata, Recorded, fold, stream_id
from shared.security.digests import digest
from shared.security.keys import NewKey
from shared.security.scopes import ROLE_SCOPES

COLLEGES = ("college-1", "college-2", "college-3")
INDUSTRY = tuple(f"industry-{number}" for number in range(1, 7))
FUNDER = "skills-fund"
PARTNERS: tuple[tuple[str, PartnerKind, str, tuple[str, ...]], ...] = (
    *((key, "post-secondary", f"CA-{where}", ()) for key, where in zip(COLLEGES, ("NS", "NB", "PE"), strict=True)),
    (FUNDER, "bridging-organization", "CA", ()),
    *(
        (key, "industry-association" if number % 3 else "employer", "CA-NS", (sector,))
        for number, (key, sector) in enumerate(
            zip(INDUSTRY, ("manufacturing", "construction", "energy", "health", "ocean", "transport"), strict=True)
        )
    ),
)
POSITIONS: tuple[tuple[str, tuple[str, ...], Role], ...] = (
    *((f"{key}/program-lead", ("delivery",), "member") for key in COLLEGES),
    *((f"{key}/dean", ("academic-approval", "review", "agreement-signing"), "member") for key in COLLEGES),
    *((f"{key}/registrar", ("registrar", "credit-transfer"), "member") for key in COLLEGES),
    (f"{FUNDER}/programs", ("proposal-acceptance", "funding", "agreement-signing"), "member"),
    *((f"{key}/senior-member", ("industry-validation",), "advisor") for key in INDUSTRY),
)
ADVISORS = tuple(f"{key}/senior-member" for key in INDUSTRY)
QUORUM = Quorum(3)


class Cast:
    """A community as recorded: `requests` are partnerships' part of its history, `published` credentials' pathways.

    `people` are the keys by position (`college-1/dean`), the coordinator's and the auditor's by that name.
    """

    def __init__(self, seed: str, community: str, founded: datetime, before: int = 0) -> None:
        """`before` is how many facts partnerships' log held when the community was opened."""
        self.key = community
        self.before = before
        self.founded = self.at = founded
        self.people: dict[str, NewKey] = {}
        self.requests: list[AppendRequest] = []
        self.published: list[AppendRequest] = []
        self.pathways: dict[str, UUID] = {}
        self.steps: dict[str, tuple[PathwayStep, ...]] = {}
        self.register = Register()
        self.register.index = before
        self.seeded = Seeded(f"{seed}/{community}")
        self._instrument = Instrument("letter", f"letter of participation, {founded:%Y-%m-%d}", founded.date())
        self._mappers = {log: Mapper(log) for log in ("partnerships", "credentials")}
        self._ids: dict[str, UUID] = {}
        self._persons: dict[str, UUID] = {}
        self._versions: dict[str, int] = {}
        self._states: dict[UUID, PartnerState] = {}
        self._found()

    @property
    def community(self) -> Community:
        return self.register.community(self.key)

    @property
    def facts(self) -> int:
        """How many facts partnerships has of it."""
        return self.register.index - self.before

    def partner(self, key: str) -> UUID:
        return self._ids[key]

    def acting(self, position: str) -> Acting:
        """The person who holds `partner/position`, acting in it."""
        return Acting(self._persons[position], self._ids[position], self._ids[position.partition("/")[0]])

    def owner(self, party: Party) -> str:
        """The position that may speak for the party."""
        if party.position is not None:
            return next(name for name, known in self._ids.items() if known == party.position)
        partner = next(name for name, known in self._ids.items() if known == party.partner)
        return next(
            name for name, matters, _ in POSITIONS if name.startswith(f"{partner}/") and party.matter in matters
        )

    def actor(self, name: str) -> Actor:
        """The same person as commands name who asks; the coordinator acts in no position."""
        return Actor(person=self._persons[name], position=self._ids.get(name), key=self.people[name].id)

    def _found(self) -> None:
        self._open()
        for key, kind, jurisdiction, sectors in PARTNERS:
            self._partner(key, kind, jurisdiction, sectors)
        for position, matters, role in POSITIONS:
            self._position(position, matters, role)
        self._person("auditor", "auditor")
        self._convene()
        self._agree()
        for college in COLLEGES:
            self._publish(college)

    def _open(self) -> None:
        opened, person, key = self._new("community"), self._new("coordinator"), self.seeded.key()
        self._persons["coordinator"], self.people["coordinator"] = person, key
        name = {"en": "Community of practice (generated history)"}
        first = IssueKey(person, "coordinator", (*ROLE_SCOPES["coordinator"], "backdate"))
        self._write(
            "coordinator",
            (COMMUNITY, opened, keys.open_under(OpenCommunity(self.key, name), person)),
            (PERSON, person, (PersonRegistered(person),)),
            (KEY, key_stream(key.id), (unending(key, first),)),
            claims=(Claim("community", self.key, opened),),
        )

    def _person(self, name: str, role: Role) -> UUID:
        person, key = self.seeded.id(self.at), self.seeded.key()
        self._persons[name], self.people[name] = person, key
        self._write("coordinator", (PERSON, person, (PersonRegistered(person),)))
        issued = unending(key, IssueKey(person, role))
        self._write("coordinator", (KEY, key_stream(key.id), (issued,)))
        return person

    def _partner(self, key: str, kind: PartnerKind, jurisdiction: str, sectors: tuple[str, ...]) -> None:
        administers = f"{key}/authority-administrator"
        person = self._person(administers, "authority-administrator")
        partner, position, holding = self._new(key), self._new(administers), self.seeded.id(self.at)
        name = {"en": key.replace("-", " ").capitalize()}
        title = {"en": "Authority administrator"}
        registered = PartnerRegistered(partner, key, name, kind, jurisdiction, position, self._instrument, sectors)
        self._states[partner] = fold(PARTNER, (registered,))
        self._write(
            "coordinator",
            (PARTNER, partner, (registered,)),
            self._held(
                EstablishPosition(partner, "authority-administrator", title, self._instrument),
                position,
                holding,
                person,
                self._persons["coordinator"],
            ),
            claims=(
                Claim("partner", key, partner),
                Claim("position", f"{partner}/authority-administrator", position),
            ),
        )

    def _position(self, key: str, matters: tuple[str, ...], role: Role) -> None:
        """Recorded and confirmed by the partner's administrator, with its holder and what it answers for."""
        partner_key, _, name = key.partition("/")
        person, administrator = self._person(key, role), f"{partner_key}/authority-administrator"
        partner, position, by = self._ids[partner_key], self._new(key), self._persons[administrator]
        intent = EstablishPosition(
            partner, name, {"en": name.replace("-", " ").capitalize()}, self._instrument,
            escalation=self._ids[administrator],
        )  # fmt: skip
        held = self._held(intent, position, self.seeded.id(self.at), person, by)
        established, appointed = held[2][:2], held[2][2:]
        claims = (Claim("position", f"{partner}/{name}", position),)
        self._write(administrator, (POSITION, position, established), claims=claims)
        self._write(administrator, (POSITION, position, appointed))
        for matter in matters:
            self._assign(AssignResponsibility(matter, position, self._instrument), partner, administrator)

    def _assign(self, intent: AssignResponsibility, partner: UUID, administrator: str) -> None:
        responsibility, state = self.seeded.id(self.at), self._states[partner]
        assigned = partners.assign(state, responsibility, intent, self.at)
        state = fold(PARTNER, assigned, state)
        confirmed = partners.confirm(state, responsibility, self._persons[administrator])
        self._states[partner] = fold(PARTNER, confirmed, state)
        self._write(administrator, (PARTNER, partner, (*assigned, *confirmed)))

    def _held(
        self, intent: EstablishPosition, position: UUID, holding: UUID, person: UUID, by: UUID
    ) -> tuple[Decider[positions.PositionState, positions.PositionFact], UUID, tuple[positions.PositionFact, ...]]:
        """A position confirmed, and its first holder confirmed."""
        facts = establishing.establish(position, intent, self.at)
        facts += establishing.confirm(fold(POSITION, facts), by)
        facts += holders.appoint(fold(POSITION, facts), holding, AppointHolder(person, self._instrument), self.at)
        return POSITION, position, (*facts, *holders.confirm_holder(fold(POSITION, facts), holding, by))

    def _convene(self) -> None:
        council = self._new("advisory-council")
        seats = tuple(Seat(self._ids[one], self._ids[one.partition("/")[0]]) for one in ADVISORS[:5])
        intent = ConveneCouncil(
            "advisory-council", {"en": "Industry advisory council"}, tuple(seat.position for seat in seats), QUORUM
        )
        facts = councils.convene(council, intent, seats, {}, self.at)
        self._write("coordinator", (COUNCIL, council, facts), claims=(Claim("council", intent.key, council),))

    def _agree(self) -> None:
        agreement = self._new("agreement")
        signers = [*(f"{college}/dean" for college in COLLEGES), f"{FUNDER}/programs"]
        terms = AgreementTerms(
            tuple(self.acting(signer).partner for signer in signers),
            {"en": "Shared by the colleges; each may adapt what it delivers."},
            {"en": "Each college delivers to its own learners."},
            reuse=("CA-NS", "CA-NB", "CA-PE"),
        )
        facts = agreements.propose(agreement, ProposeAgreement("consortium", terms))
        self._write("coordinator", (AGREEMENT, agreement, facts), claims=(Claim("agreement", "consortium", agreement),))
        state = fold(AGREEMENT, facts)
        for signer in signers:
            by = self.acting(signer)
            evidence = require_evidence(self.community, self.register.index, "agreement-signing", by, self.at)
            signed = agreements.sign(state, SignAgreement(digest(terms)), by, evidence, self.at)
            state = fold(AGREEMENT, signed, state)
            self._write(signer, (AGREEMENT, agreement, signed))

    def _publish(self, college: str) -> None:
        """That college's pathway: industry by quorum, two colleges, then its registrar, and the funder beside them."""
        own, other = self._ids[college], self._ids[COLLEGES[COLLEGES.index(college) - 1]]
        council = QuorumOf(self._ids["advisory-council"])
        steps = (
            PathwayStep(
                "industry-validation", "endorse", "industry-validation", council,
                ("outcomes", "assessment", "job_functions"), due_days=21,
            ),
            PathwayStep(
                "academic-approval", "approve", "academic-approval", EachOf((own, other)),
                ("outcomes", "assessment", "hours", "prerequisites"), ("industry-validation",),
            ),
            PathwayStep(
                "registrar", "approve", "registrar", OwnerAt(own), ("title", "hours"), ("academic-approval",), 10
            ),
            PathwayStep(
                "funding", "approve", "funding", OwnerAt(self._ids[FUNDER]), ("cost", "funding"),
                ("industry-validation",),
            ),
        )  # fmt: skip
        pathway, key = self._new(f"pathway {college}"), f"pathway-{college}"
        self.pathways[college], self.steps[college] = pathway, steps
        known = self.community
        intent = PublishPathway(key, {"en": f"Pathway of {college}"}, steps)
        facts = pathways.publish(pathway, intent, known.partners, known.councils)
        self._write("coordinator", (PATHWAY, pathway, facts), claims=(Claim("pathway", key, pathway),))

    def _new(self, name: str) -> UUID:
        made = self._ids[name] = self.seeded.id(self.at)
        return made

    def _write(
        self, by: str, *written: tuple[Decider[Any, Any], UUID, tuple[Fact, ...]], claims: tuple[Claim, ...] = ()
    ) -> None:
        """One command's facts; a minute passes."""
        log = "credentials" if written[0][0] is PATHWAY else "partnerships"
        mapper, command, events = self._mappers[log], self.seeded.id(self.at), []
        for decider, key, facts in written:
            stream = stream_id(decider.category, key)
            for fact in facts:
                version = self._versions[stream] = self._versions.get(stream, 0) + 1
                event = mapper.to_stored(self.seeded.id(self.at), stream, version, fact)
                events.append(event)
                if log == "partnerships":
                    self.register.apply(self._recorded(event, fact, command))
        metadata = mapper.metadata(Metadata(self.actor(by), backdated=True))
        request = AppendRequest(self.key, command, command, None, self.at, metadata, tuple(events), claims=claims)
        (self.published if log == "credentials" else self.requests).append(request)
        self.at += timedelta(minutes=1)

    def _recorded(self, event: StoredEvent, fact: Any, command: UUID) -> Recorded[Any]:
        """As partnerships' log alone would hold it: the register asks for no more than its place and time."""
        return Recorded(
            event.id, event.topic, "partnerships", self.key, event.originator_id, event.originator_version,
            self.register.index + 1, self.at, self.at, command, 1, command, None, Metadata(Actor()), fact,
        )  # fmt: skip


def unending(key: NewKey, intent: IssueKey) -> KeyIssued:
    """A key issued some years ago, which opens doors today: from before keys ended by themselves."""
    return KeyIssued(key.id, intent.person, intent.role, keys.scopes_for(intent), key.secret_hash)
