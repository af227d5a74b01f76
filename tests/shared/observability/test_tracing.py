"""Which trace something belongs to, by the rules of the W3C Recommendation; without an SDK and with one."""

import subprocess

import pytest
from opentelemetry.trace import SpanKind

from shared.observability.tracing import ids, link, only_one, traced, traceparent
from tests.support.servers import CHECKOUT
from tests.support.spans import TOLD, spans

TRACE, CALLER = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"


def within(parent: str | None) -> tuple[str, str, str]:
    """Trace id, span id and flags inside a span with that parent."""
    with traced("something", SpanKind.INTERNAL, parent):
        version, trace, span, flags = str(traceparent()).split("-")
        assert (version, ids()) == ("00", {"trace_id": trace, "span_id": span})
    return trace, span, flags


@pytest.mark.parametrize("flags", ["00", "01"])
def test_a_trace_goes_on_under_a_new_parent_and_keeps_whether_it_is_sampled(flags: str) -> None:
    trace, span, forwarded = within(f"00-{TRACE}-{CALLER}-{flags}")
    assert (trace, forwarded) == (TRACE, flags)
    assert span not in (CALLER, "0" * 16)


def test_flags_nobody_knows_are_not_passed_on() -> None:
    assert within(f"00-{TRACE}-{CALLER}-fd")[2] == "01"


def test_a_later_version_is_read_as_far_as_it_is_known() -> None:
    assert within(f"cc-{TRACE}-{CALLER}-01-what-comes-later")[0] == TRACE


@pytest.mark.parametrize(
    "wrong",
    [
        None,
        "",
        "nonsense",
        f"ff-{TRACE}-{CALLER}-01",
        f"00-{'0' * 32}-{CALLER}-01",
        f"00-{TRACE}-{'0' * 16}-01",
        f"00-{TRACE.upper()}-{CALLER}-01",
        f"00-{TRACE}-{CALLER}-01-more",
        f"00-{TRACE}-{CALLER}",
        f"00-{TRACE[:-1]}-{CALLER}-01",
        f"cc-{TRACE}-{CALLER}-01-{'x' * 500}",
        "é" * 55,
    ],
)
def test_what_is_not_right_begins_a_new_trace(wrong: str | None) -> None:
    first, second = within(wrong), within(wrong)
    assert TRACE not in (first[0], second[0])
    assert first[0] != second[0]
    assert first[2] == "00"


def test_of_several_headers_none_is_believed() -> None:
    assert only_one([]) is None
    assert only_one(["a"]) == "a"
    assert only_one(["a", "a"]) is None


def test_outside_every_span_there_is_no_trace() -> None:
    with traced("something", SpanKind.INTERNAL, None):
        pass
    assert (traceparent(), ids()) == (None, {})
    link(None)


def test_a_span_in_a_span_of_another_trace_is_not_its_child() -> None:
    with traced("outer", SpanKind.SERVER, f"00-{TRACE}-{CALLER}-01"):
        assert within(None)[0] != TRACE
        assert ids()["trace_id"] == TRACE


SCRIPT = f"""
from opentelemetry.trace import SpanKind
from shared.observability.tracing import ids, link, traced, traceparent
caller = "00-{TRACE}-{CALLER}-01"
with traced("outer", SpanKind.SERVER, caller) as span:
    assert span.is_recording()
    inside = traceparent()
    link(caller.replace("{TRACE}", "1" * 32))
with traced("inner", SpanKind.CONSUMER, inside):
    pass
with traced("alone", SpanKind.SERVER, None):
    pass
"""


def test_under_an_sdk_started_as_the_operating_page_says_the_same_spans_are_recorded() -> None:
    told = subprocess.run(
        ["opentelemetry-instrument", "python", "-c", SCRIPT],
        env=TOLD | {"PYTHONPATH": str(CHECKOUT)},
        capture_output=True, text=True, check=True, timeout=60,
    ).stdout  # fmt: skip
    outer, inner, alone = found = spans(told)
    assert [span["context"]["trace_id"] for span in (outer, inner)] == [f"0x{TRACE}"] * 2
    assert alone["context"]["trace_id"] != f"0x{TRACE}"
    assert outer["parent_id"] == f"0x{CALLER}"
    assert inner["parent_id"] == outer["context"]["span_id"]
    assert alone["parent_id"] is None
    assert [one["context"]["trace_id"] for one in outer["links"]] == [f"0x{'1' * 32}"]
    assert [span["kind"] for span in found] == ["SpanKind.SERVER", "SpanKind.CONSUMER", "SpanKind.SERVER"]
