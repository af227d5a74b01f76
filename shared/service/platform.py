"""What a service stands on, built once per process from its settings: pool, store, logs, commands, register, hints."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import asyncpg
from msgspec import structs
from nats.aio.client import Client
from nats.js import JetStreamContext

from shared.authority import Register
from shared.eventstore.appending import opened
from shared.eventstore.attempts import Attempts
from shared.eventstore.commands import Commands
from shared.eventstore.connections import APPENDING, LOST, SERVING, Connections, pool, session
from shared.eventstore.dead_letters import DeadLetters
from shared.eventstore.following import Following
from shared.eventstore.hint import Hint
from shared.eventstore.hosts import Hosts, NoPrimary
from shared.eventstore.key_uses import KeyUses
from shared.eventstore.lag import Lags, lags
from shared.eventstore.logs import HeardLog, OwnLog
from shared.eventstore.mapper import Mapper
from shared.eventstore.outgoing import OutgoingLog
from shared.eventstore.postgres import PostgresStore
from shared.eventstore.projections import Projection, positions
from shared.eventstore.projector import Projector
from shared.eventstore.readership import readership_of
from shared.eventstore.schemas import BELOW_THE_DOMAIN, code_digest
from shared.eventstore.snapshot_stores import PostgresSnapshots
from shared.eventstore.snapshots import Snapshots
from shared.eventstore.vocabulary import Log
from shared.eventstore.wakeup import Listener, Notifier
from shared.kernel import Clock, Refused, utc_now
from shared.messaging.cloudevents import decoder
from shared.messaging.connection import BrokerConnection, open_broker
from shared.messaging.freshness import Fresh, Freshness
from shared.messaging.hearer import Hearer
from shared.messaging.heartbeats import Heartbeats
from shared.messaging.permissions import domain_of
from shared.messaging.reactions import Reactor
from shared.messaging.relay import Relay
from shared.observability import Steady
from shared.security.keyfiles import FileKeys
from shared.security.notes import FileNoteKeys, Vault
from shared.security.persons import PersonVault
from shared.service.description import Service
from shared.settings import Settings
from shared.web.asking import until
from shared.web.faults import NotThereYet

STALE = 5.0
"""Seconds without fresh news of a log after which the service is not ready."""
AWAY = (*LOST, NoPrimary, asyncpg.PostgresError)
"""What a database that is away looks like."""


@dataclass(slots=True)
class Platform:
    """Everything a service's `app.py` may hand over. `log` and `commands` are there only for a service that decides.

    `appended` is rung when this service's log has grown, `arrived` when what it heard has, `moved` when its tables have
    taken something in.
    """

    service: Service
    settings: Settings
    clock: Clock
    pool: asyncpg.Pool
    connections: Connections
    projector_connections: Connections
    broker_connection: BrokerConnection
    vault: Vault
    heard: dict[str, HeardLog]
    register: Following[Register]
    store: PostgresStore
    outgoing: OutgoingLog
    freshness: Freshness
    projections: tuple[Projection, ...]
    appended: Hint
    arrived: Hint
    moved: Hint
    attempts: Attempts
    own_log: OwnLog | None
    own_commands: Commands | None
    key_uses: KeyUses
    at_work: list[Steady] = field(default_factory=list)

    @property
    def commands(self) -> Commands:
        if self.own_commands is None:
            raise TypeError(f"{self.service.name} decides nothing")
        return self.own_commands

    @property
    def log(self) -> OwnLog:
        if self.own_log is None:
            raise TypeError(f"{self.service.name} has no log of its own")
        return self.own_log

    def persons(self) -> PersonVault:
        """What seals contact data, for the service that keeps it."""
        return PersonVault(FileKeys(self.settings.person_keys_folder))

    @property
    def broker(self) -> Client:
        return self.broker_connection.client

    @property
    def jetstream(self) -> JetStreamContext:
        """JetStream where this service's own stream lives."""
        return self.broker.jetstream(timeout=5)

    def jetstream_of(self, log: str) -> JetStreamContext:
        """JetStream where the stream of a log heard from elsewhere lives."""
        return self.broker.jetstream(timeout=5, domain=domain_of(log))

    def log_of(self, name: str) -> OwnLog | HeardLog:
        """That log as this service follows it: its own, or as heard."""
        return self.log if name == self.service.name else self.heard[name]

    def projectors(self) -> list[Projector]:
        return [
            Projector(self.projector_connections, projection, self.log_of(projection.log), self.moved)
            for projection in self.projections
        ]

    def relay(self) -> Relay:
        settings = self.settings
        return Relay(self.service.name, settings.nats_prefix, self.outgoing, self.broker, settings.nats_replicas)

    def heartbeats(self, relay: Relay) -> Heartbeats:
        """The beats of that relay's process."""
        name, prefix = self.service.name, self.settings.nats_prefix
        return Heartbeats(name, prefix, self.outgoing, self.broker, lambda: relay.may_publish, self.clock)

    def hearers(self) -> list[Hearer]:
        return [
            Hearer(
                self.service.name,
                heard,
                self.connections,
                self.pool,
                self.settings.nats_prefix,
                self.jetstream_of(name),
                self.arrived,
            )
            for name, heard in self.heard.items()
        ]

    def reactors(self) -> list[Reactor]:
        if self.own_commands is None:
            return []
        return [
            Reactor(self.service.name, reaction, self.log_of(reaction.log), self.commands, self.pool)
            for reaction in self.service.reactions(self)
        ]

    def messengers(self) -> list[Notifier | Listener]:
        """What carries hints to and from the other processes of this service."""
        hints = {"appended": self.appended, "arrived": self.arrived, "moved": self.moved}
        notifiers = [Notifier(self.connections, name, hint) for name, hint in hints.items()]
        return [Listener(self.connections, hints), *notifiers]

    @property
    def letters(self) -> DeadLetters:
        """What this service's consumers could not take in."""
        return DeadLetters(self.pool)

    @property
    def logs(self) -> dict[str, Log]:
        """Every log this service follows."""
        return {**({self.service.name: self.own_log} if self.own_log else {}), **self.heard}

    async def lags(self) -> Lags:
        """How far projections and reactions are behind, as the database has it."""
        reactions = {reactor.consumer: reactor.log for reactor in self.reactors()}
        own = self.service.name if self.service.decides else None
        found = await lags(self.pool, own, self.service.hears, self.projections, reactions)
        ages = {name: self.freshness.age_at(name, found.logs[name]) for name in self.heard}
        return structs.replace(found, freshness=ages)

    async def fresh(self) -> dict[str, Fresh]:
        """How fresh its picture of each log it hears is; nothing while its database does not answer."""
        try:
            return await self.freshness.all()
        except AWAY:
            return {}

    async def reached(self, name: str) -> int | None:
        """How far it has got in a log, projections and reactions included; None where it does not follow it.

        Whoever waits for what the service itself has written waits for its tables, and for none of its afterthoughts.
        """
        if name != self.service.name and name not in self.heard:
            return None
        taken_in = await self.log_of(name).last_index()
        projected = (await positions(self.pool, self.projections)).get(name, taken_in)
        return min(taken_in, projected, *[await self.store.tracked(one) for one in self._reactors_to(name)])

    async def reaction(self, name: str) -> tuple[str, int] | None:
        """Where the service's own log stands, if it reacts to that log: what it wrote in reaction lies below."""
        if not self._reactors_to(name):
            return None
        return self.service.name, await self.log.last_index()

    def _reactors_to(self, name: str) -> list[str]:
        """Whoever reacts to that log, heard from elsewhere, by the names under which that is tracked."""
        if name == self.service.name:
            return []
        return [reactor.consumer for reactor in self.reactors() if reactor.log == name]

    async def level(self) -> None:
        """Return once this service's tables hold everything its own log holds by now; refused after 5 s."""
        index = await self.log.last_index()
        reached = await until(lambda: self.reached(self.service.name), index, self.moved, 5) or 0
        if reached < index:
            raise Refused(NotThereYet(f"{self.service.name}@{index}", reached))

    async def noted(self) -> dict[str, Any]:
        """What a person should look at: open dead letters hold up their streams, and nothing else."""
        try:
            return {"dead_letters": await self.letters.standing()}
        except (*LOST, asyncpg.PostgresError):
            return {}

    async def ready(self) -> dict[str, str]:
        """What is in the way of doing its work now."""
        found: dict[str, str] = {}
        try:
            behind = await positions(self.pool, self.projections)
            for name, index in behind.items():
                if (lag := await self.log_of(name).last_index() - index) > 1000:
                    found[f"projections of {name}"] = f"{lag} facts behind"
            if refusing := await self.store.refusing():
                found["appends"] = f"the database refuses them: {refusing}; once that is mended, they go in again"
            elif await self.store.waits():
                found["appends"] = "the last one was not answered; is a standby away that commits wait for?"
        except NoPrimary:
            found["database"] = "no server that takes writes answers"
        except AWAY as error:
            found["database"] = type(error).__name__
        for name, fresh in (await self.fresh()).items():
            if stale := self.freshness.in_the_way(name, fresh, STALE):
                found[f"freshness of {name}"] = stale
        found |= {work.name: work.failing for work in self.at_work if work.failing}
        if self.store.failing:
            found["appends"] = f"{self.store.failing}; end this process and start it again"
        if trouble := self.broker_connection.in_the_way():
            found["broker"] = trouble
        return found


@asynccontextmanager
async def open_platform(service: Service, settings: Settings, clock: Clock = utc_now) -> AsyncIterator[Platform]:
    """Connect, build, and close again at the end."""
    role, hosts = "consortia_appender", Hosts(settings.database_url)
    connections = Connections(hosts, role)
    async with (
        pool(hosts, session(role, f"pool of {role}", SERVING)) as lent,
        opened(lambda: connections.open("appends", **APPENDING)) as appender,
        open_broker(settings.nats_url, service.name) as broker,
        AsyncExitStack() as ending,
    ):
        vault = Vault(FileNoteKeys(settings.note_keys_folder))
        appended = Hint()
        store = PostgresStore(lent, appender)
        heard = {name: HeardLog(name, lent, decoder(name)) for name in service.hears}
        own_log, commands = None, None
        if service.decides:
            mapper = Mapper(service.name)
            own_log = OwnLog(service.name, store, mapper)
            code = code_digest((f"{service.package}.domain", *BELOW_THE_DOMAIN))
            snapshots = Snapshots(PostgresSnapshots(lent, appender), store, mapper, code)
            ending.push_async_callback(snapshots.close)
            commands = Commands(store, mapper, vault, clock, appended, snapshots, partial(readership_of, lent))
        projector = Connections(hosts, "consortia_projector")
        attempts = Attempts(lent, clock, settings.attempts_kept_days, settings.auditor_reads_kept_days)
        ending.push_async_callback(attempts.close)
        outgoing = OutgoingLog(connections)
        ending.push_async_callback(outgoing.close)
        reached = {name: one.last_index for name, one in heard.items()}
        freshness = Freshness(settings.nats_prefix, service.name, reached, broker.client, clock)
        source = own_log if own_log and service.name == "partnerships" else heard["partnerships"]
        yield Platform(
            service, settings, clock, lent, connections, projector, broker, vault, heard, Following(source, Register),
            store, outgoing, freshness, service.projections(), appended, Hint(), Hint(), attempts, own_log, commands,
            KeyUses(lent),
        )  # fmt: skip
