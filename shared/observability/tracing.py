"""W3C trace context: the trace that a request, its facts and the reactions to them belong to.

Spans go through OpenTelemetry's API, so that an operator who runs its SDK sees them. Without it nothing is recorded,
and the ids made here lead from a request to its facts, their reactions, and the log lines of all of them.
"""

import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.trace import NonRecordingSpan, Span, SpanContext, SpanKind, TraceFlags
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

HEADER = "traceparent"
LONGEST = 512
_TRACER = trace.get_tracer("consortia")  # stands for whichever tracer there is once the first span starts
_W3C = TraceContextTextMapPropagator()


@contextmanager
def traced(name: str, kind: SpanKind, parent: str | None) -> Iterator[Span]:
    """Inside, this span is the current one: in the trace of `parent`, a traceparent, or in a new one."""
    around = _read(parent)
    span = _TRACER.start_span(name, around, kind)
    caller, own = trace.get_current_span(around).get_span_context(), span.get_span_context()
    if not own.is_valid or own.span_id == caller.span_id:  # there is no SDK, so nobody made ids
        span = NonRecordingSpan(_next(caller))
    with trace.use_span(span, end_on_exit=True):
        yield span


def traceparent() -> str | None:
    """Of the current span, for whatever follows from it; None outside any."""
    carrier: dict[str, str] = {}
    _W3C.inject(carrier)
    return carrier.get(HEADER)


def only_one(values: Sequence[str]) -> str | None:
    """The traceparent among a message's headers of that name; None where several are given, for then none is right."""
    return values[0] if len(values) == 1 else None


def ids(parent: str | None = None) -> dict[str, str]:
    """`trace_id` and `span_id` of that traceparent, or else of the current span; empty where there is none."""
    context = trace.get_current_span(_read(parent) if parent else None).get_span_context()
    if not context.is_valid:
        return {}
    return {"trace_id": trace.format_trace_id(context.trace_id), "span_id": trace.format_span_id(context.span_id)}


def link(other: str | None) -> None:
    """The current span belongs together with that one, of another trace."""
    found = trace.get_current_span(_read(other)).get_span_context()
    if found.is_valid:
        trace.get_current_span().add_link(found)


def _read(value: str | None) -> Context:
    """The context a traceparent names; an empty one where it is not as the Recommendation has it."""
    if value is None or len(value) > LONGEST:
        return Context()
    return _W3C.extract({HEADER: value}, Context())


def _next(caller: SpanContext) -> SpanContext:
    trace_id = caller.trace_id if caller.is_valid else secrets.randbits(128) or 1
    flags = TraceFlags(caller.trace_flags & TraceFlags.SAMPLED)
    return SpanContext(trace_id, secrets.randbits(64) or 1, is_remote=False, trace_flags=flags)
