"""What a bench reports: spreads over repetitions, ratios within them, and what they were measured on."""

from collections.abc import Sequence
from statistics import median, quantiles
from typing import Any

from msgspec import Struct, field


class Spread(Struct):
    """One figure over all repetitions."""

    median: float
    min: float
    max: float
    unit: str
    repetitions: int


class Report(Struct):
    """All of one run, by name: `ratios` are the medians of `spreads_of_ratios`, `targets` what they shall reach."""

    bench: str
    quick: bool
    took_seconds: float = 0.0
    machine: dict[str, Any] = field(default_factory=dict)
    commands: dict[str, str] = field(default_factory=dict)
    figures: dict[str, Spread] = field(default_factory=dict)
    ratios: dict[str, float] = field(default_factory=dict)
    spreads_of_ratios: dict[str, Spread] = field(default_factory=dict)
    targets: dict[str, str] = field(default_factory=dict)


def spread(samples: Sequence[float], unit: str) -> Spread:
    """Median, least and most of the samples, to four significant digits."""
    least, middle, most = (float(f"{one:.4g}") for one in (min(samples), median(samples), max(samples)))
    return Spread(middle, least, most, unit, len(samples))


class Samples:
    """Collects samples by figure while repetitions go by."""

    def __init__(self) -> None:
        self._samples: dict[str, list[float]] = {}
        self._units: dict[str, str] = {}

    def add(self, name: str, value: float, unit: str) -> None:
        self._samples.setdefault(name, []).append(value)
        self._units[name] = unit

    def rate(self, name: str, done: int, seconds: float, unit: str) -> None:
        """So many done in so many seconds."""
        self.add(name, done / seconds, f"{unit} per second")

    def latencies(self, name: str, seconds: Sequence[float]) -> None:
        """The 50th and the 99th percentile of one repetition, in milliseconds."""
        if len(seconds) < 2:
            raise ValueError(f"{name}: there was too little to do to measure anything")
        cuts = quantiles(seconds, n=100)
        self.add(f"{name}_p50", cuts[49] * 1000, "milliseconds")
        self.add(f"{name}_p99", cuts[98] * 1000, "milliseconds")

    def spreads(self) -> dict[str, Spread]:
        return {name: spread(samples, self._units[name]) for name, samples in self._samples.items()}

    def holds(self, *names: str) -> bool:
        """Whether all of these were measured."""
        return all(name in self._samples for name in names)

    def ratio(self, one: str, other: str) -> Spread:
        """`one` over `other`, repetition by repetition: seconds apart, they share what the machine did."""
        pairs = zip(self._samples[one], self._samples[other], strict=True)
        return spread([ours / theirs for ours, theirs in pairs], "ratio")
