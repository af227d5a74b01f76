"""Given these facts, a decision is asked on the state they make."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import TypeVar
from uuid import UUID

import pytest

from shared.contracts.values import Instrument
from shared.kernel import Decider, Reason, Refused, fold

S = TypeVar("S")
F = TypeVar("F")
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
DAY = timedelta(days=1)
LETTER = Instrument("letter", "L-1", NOON.date())
NSCC, HEALTH = UUID(int=1), UUID(int=2)
DEAN, HEAD = UUID(int=11), UUID(int=12)
DANA, HANA, ADA = UUID(int=21), UUID(int=22), UUID(int=23)


def given(decider: Decider[S, F], *facts: Sequence[F]) -> S:
    """The state after these facts, as decisions returned them."""
    return fold(decider, [fact for group in facts for fact in group])


def refused(kind: type[Reason]) -> pytest.RaisesExc[Refused]:
    """The block is refused for that reason: `with refused(NoSuchPosition): …`."""
    return pytest.raises(Refused, check=lambda error: error.names(kind))
