"""Logs: one JSON object a line, with the ids of what it belongs to."""

import io
import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from shared.observability import bound
from tests.support.logged import logged


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """What is logged."""
    with logged() as taken:
        yield taken.text


def test_each_line_is_a_json_object_with_its_ids(lines: io.StringIO) -> None:
    with bound(request="r-1", correlation=None):
        structlog.get_logger().info("request", status=200)
    structlog.get_logger().info("after")
    first, second = (json.loads(line) for line in lines.getvalue().splitlines())
    assert (first["event"], first["level"], first["request"], first["status"]) == ("request", "info", "r-1", 200)
    assert "correlation" not in first
    assert "request" not in second


def test_below_its_level_nothing_is_said(lines: io.StringIO) -> None:
    structlog.get_logger().debug("quiet")
    assert lines.getvalue() == ""


def test_what_libraries_log_goes_the_same_way(lines: io.StringIO) -> None:
    logging.getLogger("library").warning("careful %s", "now")
    assert json.loads(lines.getvalue())["event"] == "careful now"


def test_an_error_is_one_line_with_its_trace(lines: io.StringIO) -> None:
    try:
        raise ValueError("two\nlines")
    except ValueError:
        structlog.get_logger().exception("broken")
    (line,) = lines.getvalue().splitlines()
    assert "ValueError" in json.loads(line)["exception"]
