"""Names on the broker: `facts.<community>.<service>.<aggregate>.<fact>`, one stream per service that decides.

Heartbeats: `facts-heartbeats.<service>`, kept by nobody.
"""


def stream_name(prefix: str, log: str) -> str:
    """The JetStream stream of a service's facts."""
    return f"{prefix}-{log}"


def stream_subjects(prefix: str, log: str) -> str:
    """Every subject of that service, in any community."""
    return f"{prefix}.*.{log}.>"


def heartbeat_subject(prefix: str, log: str) -> str:
    """Where a service's relays say that they live, and how far its log goes. No stream keeps it."""
    return f"{prefix}-heartbeats.{log}"


def durable_name(prefix: str, listener: str, log: str) -> str:
    """The consumer of a log's stream by which one service hears it."""
    return f"{prefix}-{listener}-hears-{log}"


def subject(prefix: str, community: str, stream: str, tag: str) -> str:
    """`credentials.step-granted.v1` on `microcredential-…` → `facts.ns.credentials.microcredential.step-granted`."""
    log, fact, _version = tag.split(".")
    return f"{prefix}.{community}.{log}.{stream[:-37]}.{fact}"
