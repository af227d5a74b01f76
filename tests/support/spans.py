"""Spans as OpenTelemetry's console exporter tells them."""

import json
import os
import sys
from pathlib import Path
from typing import Any

TOLD = {
    "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
    "OTEL_TRACES_EXPORTER": "console",
    "OTEL_METRICS_EXPORTER": "none",
    "OTEL_LOGS_EXPORTER": "none",
}
"""The environment of a process under `opentelemetry-instrument` that tells its spans on standard output."""


def spans(told: str) -> list[dict[str, Any]]:
    """In the order in which they ended."""
    decoder, found = json.JSONDecoder(), []
    while told := told.strip():
        span, end = decoder.raw_decode(told)
        found.append(span)
        told = told[end:]
    return found
