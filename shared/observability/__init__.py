"""What operators see: JSON logs, each line with the request, trace, correlation and fact it belongs to."""

from shared.observability.logs import bound, configure
from shared.observability.steady import Steady, end

__all__ = ["Steady", "bound", "configure", "end"]
