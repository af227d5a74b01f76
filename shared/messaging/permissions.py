"""Who may say and hear what on the broker: for each service one user, in an account of its own.

The account holds the service's stream and nothing of anybody else's. A user in it may name exactly the subjects below;
what is not listed is denied. What a service hears lies in other accounts: each of those lends it a few subjects of
JetStream's API, which it reaches under `$JS.<log>.API`. Subjects alone, in an account all share, would not part the
services: whoever may ask JetStream anything there may have the answer, or a stream's copy, sent to any subject.
"""

from dataclasses import dataclass

from shared.messaging.subjects import durable_name, heartbeat_subject, stream_name, stream_subjects

OWN_STREAM = ("STREAM.CREATE", "STREAM.UPDATE", "STREAM.INFO", "STREAM.DELETE", "STREAM.MSG.GET")
HEARD_STREAM = ("STREAM.INFO", "STREAM.MSG.GET")
OWN_CONSUMER = ("CONSUMER.CREATE", "CONSUMER.INFO", "CONSUMER.DELETE", "CONSUMER.MSG.NEXT")


@dataclass(frozen=True, slots=True)
class Grants:
    """The only subjects a user may publish to, and the only ones it may subscribe to."""

    publish: tuple[str, ...]
    subscribe: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Loan:
    """A subject of the account that holds a log, which one listener may publish to under the name `known_as`.

    `many` says that one request may get many answers.
    """

    subject: str
    known_as: str
    many: bool = False


def domain_of(log: str) -> str:
    """What a listener gives as JetStream's domain to reach that log's stream: its API lies under `$JS.<domain>.API`."""
    return log


def inbox_prefix(service: str) -> str:
    """Where a service's answers arrive, and nobody else's."""
    return f"_INBOX_{service}"


def grants(prefix: str, service: str, *, decides: bool, hears: tuple[str, ...]) -> Grants:
    """The subjects of that service's user: of its own stream and heartbeats, and of what it hears."""
    publish = [*_own(prefix, service)] if decides else []
    subscribe = [f"{inbox_prefix(service)}.>"]
    for log in hears:
        publish += [loan.known_as for loan in loans(prefix, log, service)]
        subscribe.append(heartbeat_subject(prefix, log))
    return Grants(tuple(publish), tuple(subscribe))


def loans(prefix: str, log: str, listener: str) -> tuple[Loan, ...]:
    """What the account of `log` lends that listener: to read its stream, and to keep one consumer of its own there."""
    stream, consumer = stream_name(prefix, log), durable_name(prefix, listener, log)
    asked = [f"{request}.{stream}" for request in HEARD_STREAM]
    asked += [f"{request}.{stream}.{consumer}" for request in OWN_CONSUMER]
    asked.append(f"CONSUMER.CREATE.{stream}.{consumer}.>")  # the client adds which subjects the consumer is to see
    of_the_api = [
        Loan(f"$JS.API.{each}", f"$JS.{domain_of(log)}.API.{each}", many=each.startswith("CONSUMER.MSG.NEXT"))
        for each in asked
    ]
    acknowledgement = f"$JS.ACK.{stream}.{consumer}.>"
    return (*of_the_api, Loan(acknowledgement, acknowledgement))


def _own(prefix: str, service: str) -> tuple[str, ...]:
    requests = (f"$JS.API.{request}.{stream_name(prefix, service)}" for request in OWN_STREAM)
    return (*requests, stream_subjects(prefix, service), heartbeat_subject(prefix, service))
