"""What can happen: every step is a command somebody gives, chosen by plain numbers, on the real commands."""

from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from services.credentials.commands import approving, pathways
from services.credentials.domain.microcredential import MICROCREDENTIAL
from services.credentials.domain.outline import ReviseOutline
from services.credentials.domain.pathway import PublishPathway
from services.credentials.domain.sign_off import SignOff
from services.credentials.domain.states import Opened, Validating
from services.credentials.domain.steps import Open, digest_of
from services.intake.commands import deciding, proposing
from services.intake.domain.intents import (
    AcceptProposal,
    DraftProposal,
    RespondToConcept,
    StatedOutline,
    SubmitProposal,
)
from services.partnerships.commands import councils, delegations, keys, partners, people, positions
from services.partnerships.domain.absence import EndAbsence, RecordAbsence
from services.partnerships.domain.community import IssueKey, OpenCommunity, RevokeKey
from services.partnerships.domain.council import ChangeCouncil, ConveneCouncil, SeatAsked
from services.partnerships.domain.delegation import Delegate, EndDelegation
from services.partnerships.domain.establishing import ChangePosition, EstablishPosition
from services.partnerships.domain.holders import AppointHolder
from services.partnerships.domain.partner import AssignResponsibility, End, RegisterPartner
from services.partnerships.domain.person import PERSON
from shared.authority import Register
from shared.contracts import partnerships as said
from shared.contracts.partnerships import Role
from shared.contracts.values import EachOf, Instrument, OutlineChange, OwnerAt, PathwayStep, Quorum, QuorumOf, Scope
from shared.eventstore.commands import Result
from shared.eventstore.following import Following
from shared.eventstore.work import Work
from shared.kernel import Context, Refused, new_id
from tests.machine.twin import COMMUNITY, Twin

POLICY = Instrument("policy", "P-1", date(2025, 1, 1))
TEXT = {"en": "Welding"}
OUTLINE = StatedOutline(TEXT, TEXT, (TEXT,), (TEXT,), TEXT, 20)
APPROVAL, VALIDATION, ACCEPTANCE = "academic-approval", "industry-validation", "proposal-acceptance"
MATTERS = (APPROVAL, VALIDATION, ACCEPTANCE)
SECTORS = {"alpha": ("health", "trades"), "beta": ("trades",), "gamma": ()}
LAPSES = tuple(timedelta(seconds=seconds) for seconds in (0.01, 0.5, 1.9, 2.1, 60, 3600, 86_400, 10 * 86_400))
"""How much time may pass at once; about the two seconds of a revocation most of all."""
AROUND = (None, timedelta(), timedelta(seconds=-3), timedelta(days=-2), timedelta(seconds=3), timedelta(days=2))
"""When an entry is said to begin or to end, from now; None where nothing is said."""
Step = Coroutine[Any, Any, Any]


class Steps:
    """A community, and everything that can happen in it. `happened` counts what went through, and what was refused."""

    def __init__(self) -> None:
        self.twin = Twin()
        self.persons: list[UUID] = []
        self.partners: list[UUID] = []
        self.administrators: dict[UUID, UUID] = {}
        self.positions: list[UUID] = []
        self.councils: list[UUID] = []
        self.pathways: list[UUID] = []
        self.proposals: list[UUID] = []
        self.happened: Counter[str] = Counter()
        self.refusals: Counter[str] = Counter()
        self._slugs = 0
        self.coordinator = self.twin.run(self._begin())

    def close(self) -> None:
        self.twin.close()

    def go(self, step: Step, name: str) -> Result | Refused | None:
        """Do the step; what it wrote, or why it was refused."""
        try:
            done = self.twin.run(step)
        except Refused as refused:
            self.happened[f"{name} refused"] += 1
            self.refusals.update(type(reason).__name__ for reason in refused.reasons)
            return refused
        self.happened[name] += 1
        return done if isinstance(done, Result) else None

    async def _begin(self) -> UUID:
        """Three partners, each with an owner of every matter and its alternate; a council, pathways, two under way."""
        twin, commands = self.twin, self.twin.commands("partnerships")
        operator = await people.first_operator_key(commands)
        assert operator is not None
        [key] = (await twin.sides["partnerships"].register.current()).keys.values()
        twin.keys[key.person] = [operator.text]
        asker = await twin.asker("partnerships", key.person, "communities:open")
        _, _, handed = await people.open_community(commands, asker, OpenCommunity(COMMUNITY, TEXT))
        coordinator = (await twin.sides["partnerships"].register.current()).keys[handed.id].person
        self.coordinator = coordinator
        twin.keys[coordinator] = [handed.text]
        for name in ("alpha", "beta", "gamma"):
            administrator = await self._person("authority-administrator")
            intent = RegisterPartner(name, TEXT, "employer", "CA-NS", administrator, POLICY, SECTORS[name])
            partner, _ = await partners.register(commands, await self._by(coordinator, "partners:register"), intent)
            self.partners.append(partner)
            self.administrators[partner] = administrator
        self.persons += [await self._person("member") for _ in range(6)]
        for place, partner in enumerate(self.partners):
            await self.establish(partner, self.administrators[partner])
            await self.establish(partner, self.administrators[partner], beside=self.positions[-1])
            deputy, held = self.positions[-2:]
            self.positions[-2:] = [held, deputy]
            for matter in MATTERS:
                await self.assign(partner, held, matter, Scope(), None, None, self.administrators[partner])
            for position, person in ((held, self.persons[place]), (deputy, self.persons[-1 - place])):
                await self.appoint(position, person, None, None, self.administrators[partner])
        await self.be_away(self.positions[2], self.persons[1], None, None)
        gamma, author = self.partners[2], self.persons[-1]
        await self.appoint(self.positions[4], author, None, None, self.administrators[gamma])
        soon = self.twin.now + timedelta(hours=1)
        seats = [SeatAsked(self.positions[place]) for place in (0, 2, 3)]
        await self.convene((*seats, SeatAsked(self.positions[4], until=soon)), 2)
        await twin.hear("intake")
        await twin.hear("credentials")
        alpha, beta, _ = self.partners
        council = PathwayStep("validation", "endorse", VALIDATION, QuorumOf(self.councils[0]), ("outcomes",))
        owner = PathwayStep("approval", "approve", APPROVAL, OwnerAt(alpha), ("title",), after=("validation",))
        each = PathwayStep("boards", "approve", APPROVAL, EachOf((alpha, beta)), ("hours",))
        for steps in ((council, owner), (each,), (council, each)):
            await self._publish(steps)
        await twin.hear("intake")
        for pathway in self.pathways[:2]:
            await self._under_way(pathway)
        return coordinator

    async def _under_way(self, pathway: UUID) -> None:
        """A microcredential of alpha's that waits for its first sign-offs."""
        author, acting_as = self.persons[-1], self.positions[1]
        await self.propose(author, acting_as, self.partners[0])
        proposal = self.proposals[-1]
        for place in (0, 1):
            await self.respond(proposal, self.persons[place], self.positions[2 * place])
        await self.accept(proposal, self.persons[0], self.positions[0], pathway)
        await self.request_validation(proposal, author, acting_as)

    async def _person(self, role: Role) -> UUID:
        commands = self.twin.commands("partnerships")
        person, context = new_id(), (await self._by(self.coordinator, "partners:register")).context(self.twin.tick())

        async def attempt(work: Work) -> None:
            work.record(PERSON, person, said.PersonRegistered(person))

        await commands.execute(context, attempt)
        asker = await self._by(self.coordinator, "keys:issue")
        _, _, key = await keys.issue_key(commands, asker, self._register, IssueKey(person, role))
        self.twin.keys[person] = [key.text]
        return person

    @property
    def _register(self) -> Following[Register]:
        return self.twin.sides["partnerships"].register

    async def _publish(self, steps: tuple[PathwayStep, ...]) -> None:
        asker = await self.twin.asker("credentials", self.coordinator, "pathways:publish")
        intent = PublishPathway(self.slug(), TEXT, steps)
        result = await pathways.publish(self.twin.commands("credentials"), asker, intent)
        self.pathways.append(result.recorded[0].fact.pathway)  # type: ignore[attr-defined]  # of this kind only

    async def _by(self, person: UUID, scope: str) -> Any:
        return await self.twin.asker("partnerships", person, scope)

    def slug(self) -> str:
        self._slugs += 1
        return f"s-{self._slugs}"

    def moment(self, around: timedelta | None) -> datetime | None:
        return None if around is None else self.twin.now + around

    # what happens in the register

    async def establish(self, partner: UUID, by: UUID, beside: UUID | None = None, above: UUID | None = None) -> Result:
        intent = EstablishPosition(partner, self.slug(), TEXT, POLICY, None, beside, above)
        result = await positions.establish(
            self.twin.commands("partnerships"), await self._by(by, "authority:record"), intent
        )
        self.positions.append(result.recorded[0].fact.position)  # type: ignore[attr-defined]  # of this kind only
        return result

    async def appoint(
        self, position: UUID, person: UUID, since: datetime | None, until: datetime | None, by: UUID
    ) -> Result:
        intent = AppointHolder(person, POLICY, since, until)
        return await positions.appoint(
            self.twin.commands("partnerships"), await self._by(by, "authority:record"), position, intent
        )

    async def assign(
        self, partner: UUID, position: UUID, matter: str, scope: Scope, since: datetime | None,
        until: datetime | None, by: UUID,
    ) -> Result:  # fmt: skip
        intent = AssignResponsibility(matter, position, POLICY, "accountable", scope, since, until)
        return await partners.assign(
            self.twin.commands("partnerships"), await self._by(by, "authority:record"), partner, intent
        )

    async def change_position(self, position: UUID, by: UUID, beside: UUID | None, above: UUID | None) -> Result:
        """Another alternate and escalation; what is delegated there may be passed on from now on."""
        intent = ChangePosition(POLICY, alternate=beside, escalation=above, may_subdelegate=True)
        asker = await self._by(by, "authority:confirm")
        return await positions.change(self.twin.commands("partnerships"), asker, position, intent)

    async def delegate(
        self, position: UUID, by: UUID, to: UUID, matters: tuple[str, ...], until: datetime, passes_on: UUID | None
    ) -> Result:
        """By whoever holds the position, or passes on what was delegated to them."""
        intent = Delegate(to, matters, until, "So that it goes on.", POLICY, None, passes_on)
        asker = await self._by(by, "delegate")
        return await delegations.grant(self.twin.commands("partnerships"), asker, position, intent)

    async def be_away(self, position: UUID, by: UUID, since: datetime | None, until: datetime | None) -> Result:
        asker = await self._by(by, "delegate")
        intent = RecordAbsence(since, until)
        return await delegations.record_absence(self.twin.commands("partnerships"), asker, position, intent)

    async def come_back(self, away: said.AbsenceRecorded, by: UUID) -> Result:
        asker, commands = await self._by(by, "delegate"), self.twin.commands("partnerships")
        return await delegations.end_absence(commands, asker, away.position, away.absence, EndAbsence())

    async def convene(self, seats: tuple[SeatAsked, ...], size: int) -> Result:
        asker = await self._by(self.coordinator, "partners:register")
        intent = ConveneCouncil(self.slug(), TEXT, seats, Quorum(size))
        result = await councils.convene(self.twin.commands("partnerships"), asker, intent)
        self.councils.append(result.recorded[0].fact.council)  # type: ignore[attr-defined]  # of this kind only
        return result

    async def change_council(self, council: UUID, seats: tuple[SeatAsked, ...], quorum: Quorum) -> Result:
        asker = await self._by(self.coordinator, "partners:register")
        intent = ChangeCouncil(seats, quorum)
        return await councils.change(self.twin.commands("partnerships"), asker, council, intent)

    async def confirm(self, what: Any, by: UUID) -> Result:
        """Confirm what that fact recorded."""
        commands, asker = self.twin.commands("partnerships"), await self._by(by, "authority:confirm")
        match what:
            case said.HolderAppointed():
                return await positions.confirm_holder(commands, asker, what.position, what.holding)
            case said.ResponsibilityAssigned():
                return await partners.confirm(commands, asker, what.partner, what.responsibility)
            case said.DelegationGranted():
                return await delegations.confirm(commands, asker, what.position, what.delegation)
            case _:
                return await positions.confirm(commands, asker, what.position)

    async def end(self, what: Any, until: datetime | None, by: UUID) -> Result:
        """End what that fact recorded."""
        commands, asker = self.twin.commands("partnerships"), await self._by(by, "authority:confirm")
        match what:
            case said.HolderAppointed():
                return await positions.end_holding(commands, asker, what.position, what.holding, End(POLICY, until))
            case said.DelegationGranted():
                return await delegations.end(commands, asker, what.position, what.delegation, EndDelegation(until))
            case said.PositionEstablished():
                return await positions.abolish(commands, asker, what.position, End(POLICY, until))
            case _:
                return await partners.end(commands, asker, what.partner, what.responsibility, End(POLICY, until))

    async def revoke_key(self, person: UUID, effective: datetime | None) -> Result:
        """They are handed another key, and the one before is revoked."""
        commands, asker = self.twin.commands("partnerships"), await self._by(self.coordinator, "keys:issue")
        former = self.twin.keys[person][0].split("_")[1]
        _, _, handed = await keys.issue_key(commands, asker, self._register, IssueKey(person, "member"))
        self.twin.keys[person].insert(0, handed.text)
        return await keys.revoke_key(commands, asker, former, RevokeKey(effective))

    # what happens to proposals and microcredentials

    async def propose(self, author: UUID, acting_as: UUID, to: UUID) -> Result:
        """Drafted and submitted."""
        commands = self.twin.commands("intake")
        asker = await self.twin.asker("intake", author, "propose", acting_as)
        drafted = await proposing.draft(commands, asker, DraftProposal(self.slug(), OUTLINE))
        proposal: UUID = drafted.recorded[0].fact.proposal  # type: ignore[attr-defined]  # of this kind only
        self.proposals.append(proposal)
        return await proposing.submit(commands, asker, proposal, SubmitProposal(to))

    async def respond(self, proposal: UUID, person: UUID, acting_as: UUID) -> Result:
        asker = await self.twin.asker("intake", person, "decide", acting_as)
        return await deciding.respond(
            self.twin.commands("intake"),
            asker,
            proposal,
            RespondToConcept(in_demand=True, intended_assessment_reflects_job=True),
        )

    async def accept(self, proposal: UUID, person: UUID, acting_as: UUID, pathway: UUID) -> Result:
        asker = await self.twin.asker("intake", person, "decide", acting_as)
        intent = AcceptProposal(str(pathway))
        result = await deciding.accept(self.twin.commands("intake"), asker, proposal, intent, self.twin.pathways)
        await self.twin.react()
        return result

    async def request_validation(self, microcredential: UUID, person: UUID, acting_as: UUID) -> Result:
        asker = await self.twin.asker("credentials", person, "propose", acting_as)
        return await approving.request_validation(self.twin.commands("credentials"), asker, microcredential)

    async def revise(self, microcredential: UUID, person: UUID, acting_as: UUID, hours: int) -> Result:
        asker = await self.twin.asker("credentials", person, "propose", acting_as)
        intent = ReviseOutline(OutlineChange(hours=hours))
        return await approving.revise_outline(self.twin.commands("credentials"), asker, microcredential, intent)

    async def sign_off(
        self, waiting: tuple[UUID, str], signer: tuple[UUID, UUID], decision: int, *, heard: bool = True
    ) -> Result:
        """Judged on what was heard: on enough to decide on, where it has `heard`."""
        (microcredential, step), (person, acting_as) = waiting, signer
        if heard:
            await self.twin.hear_what_is_old("credentials")
        state = await self.state(microcredential)
        asker = await self.twin.asker("credentials", person, "decide", acting_as)
        policy = state.steps[step].policy if isinstance(state, Opened) and step in state.steps else None
        verb = policy.verb if policy else "approve"
        digest = digest_of(policy, state.outline) if policy and isinstance(state, Opened) else "sha-256:" + "0" * 64
        said_so = (verb, verb, verb, verb, "decline", "abstain", "recuse", "request-changes")[decision % 8]
        yes = True if said_so == "endorse" else None
        comment = "So the minutes say." if said_so in ("decline", "request-changes") else None
        given = SignOff(said_so, digest, yes, yes, comment)  # type: ignore[arg-type]  # a verb or a decision
        _, result = await approving.sign_off(self.twin.commands("credentials"), asker, microcredential, step, given)
        return result

    async def meanwhile(self, service: str, between: Step, step: Step) -> Any:
        """The step, and between its decision and its append the other; refused or not, that is its own matter."""

        async def other() -> None:
            try:
                await between
                self.happened["meanwhile"] += 1
            except Refused:
                self.happened["meanwhile refused"] += 1

        self.twin.sides[service].store.meanwhile = other
        try:
            return await step
        finally:
            self.twin.sides[service].store.meanwhile = None
            between.close()

    async def state(self, microcredential: UUID) -> Any:
        """As it stands, without a command."""
        commands = self.twin.commands("credentials")
        nobody: Any = Context(COMMUNITY, None, UUID(int=0), UUID(int=0))  # type: ignore[arg-type]  # reads only
        work = commands.work(nobody)
        return work.state(MICROCREDENTIAL, await work.history(MICROCREDENTIAL, microcredential))

    def waiting(self) -> list[tuple[UUID, str]]:
        """Steps that are open, of all microcredentials."""
        found = []
        for one in self.proposals:
            if isinstance(state := self.twin.run(self.state(one)), Validating):
                found += [(one, key) for key, step in state.steps.items() if isinstance(step, Open)]
        return found


Chosen = Callable[[], Awaitable[Any]]
