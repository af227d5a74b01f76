"""`GET /metrics`: how far everything is behind, in Prometheus' text format, from a registry made for each answer."""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from shared.eventstore.lag import Lags

if TYPE_CHECKING:
    from prometheus_client.core import GaugeMetricFamily

Measure = Callable[[], Awaitable[Lags]]


def text_of(lags: Lags) -> tuple[bytes, str]:
    """The answer's body and content type."""
    from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest

    class Measured:
        def collect(self) -> "Iterator[GaugeMetricFamily]":
            return families(lags)

    registry = CollectorRegistry(auto_describe=False)
    registry.register(Measured())
    return generate_latest(registry), CONTENT_TYPE_LATEST


def families(lags: Lags) -> "Iterator[GaugeMetricFamily]":
    """Every metric there is; docs/operating.md says what each means."""
    from prometheus_client.core import GaugeMetricFamily

    def family(
        name: str, help_text: str, labels: list[str], values: Sequence[tuple[list[str], float]]
    ) -> GaugeMetricFamily:
        made = GaugeMetricFamily(f"consortia_{name}", help_text, labels=labels)
        for of, value in values:
            made.add_metric(of, value)
        return made

    behind, age = "Facts of the log not yet taken in.", "Seconds since the oldest fact not yet taken in; 0 when level."
    by_projection, by_reaction = ["projection", "log"], ["reaction", "log"]
    projections = [([one.name, one.log], one) for one in lags.projections]
    reactions = [([one.name, one.log], one) for one in lags.reactions]
    rebuilds = [(of, one) for of, one in projections if one.rebuilt is not None]
    yield family("projection_lag_events", behind, by_projection, [(of, one.behind) for of, one in projections])
    yield family("projection_lag_seconds", age, by_projection, [(of, one.seconds) for of, one in projections])
    yield family(
        "projection_lease_held", "1 while a process keeps this projection level, else 0.", by_projection,
        [(of, one.holder is not None) for of, one in projections],
    )  # fmt: skip
    yield family(
        "projection_rebuild_events_done", "Facts folded by the rebuild under way.", by_projection,
        [(of, one.rebuilt or 0) for of, one in rebuilds],
    )  # fmt: skip
    yield family(
        "projection_rebuild_events_total", "Facts it has to fold.", by_projection,
        [(of, max(one.rebuilt or 0, lags.logs[one.log])) for of, one in rebuilds],
    )  # fmt: skip
    yield family("reaction_lag_events", behind, by_reaction, [(of, one.behind) for of, one in reactions])
    yield family("reaction_lag_seconds", age, by_reaction, [(of, one.seconds) for of, one in reactions])
    own = [([log], index) for log, index in lags.logs.items() if log == lags.own]
    heard = [([log], index) for log, index in lags.logs.items() if log != lags.own]
    yield family("log_last_index", "The index of the last fact of this service's own log.", ["log"], own)
    yield family("heard_last_index", "The index of the last fact heard of another service's log.", ["log"], heard)
    yield family(
        "heard_freshness_seconds", "Seconds by which what was heard of a log may be behind; +Inf when nobody knows.",
        ["log"], [([log], age) for log, age in lags.freshness.items()],
    )  # fmt: skip
    by_consumer = ["consumer", "log"]
    letters = [([one.consumer, one.log], one) for one in lags.letters]
    yield family(
        "dead_letters", "Open dead letters: facts a consumer could not take in.", by_consumer,
        [(of, one.open) for of, one in letters],
    )  # fmt: skip
    yield family(
        "parked", "Facts that wait behind open dead letters of their stream.", by_consumer,
        [(of, one.parked) for of, one in letters],
    )  # fmt: skip
    yield family(
        "heard_unknown", "Facts heard of a tag this build does not know.", ["log", "tag"],
        [([one.log, one.tag], one.facts) for one in lags.unknown],
    )  # fmt: skip
