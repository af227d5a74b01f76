"""What operators see: JSON logs, each line with the request, correlation and fact it belongs to."""

from shared.observability.logs import bound, configure

__all__ = ["bound", "configure"]
