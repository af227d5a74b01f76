"""A sign-off as it is sent: a decision on a step, on the content of a digest; or the paper it is recorded from."""

from typing import Any

from shared.contracts.credentials import ConditionDue, Decision, Paper
from shared.contracts.values import Digest
from shared.kernel import Intent, Reason, Remark, SignedAs, Value


class SignOff(Intent, frozen=True):
    """Decide on a step. `digest` names the content as it was read; `condition_due` goes with `…-with-conditions`.

    `envelope` is the statement of the decision, signed: DSSE, by a signing key of the decider.
    """

    decision: Decision
    digest: Digest
    in_demand: bool | None = None
    assessment_reflects_job: bool | None = None
    comment: Remark | None = None
    condition_due: ConditionDue | None = None
    signed_as: SignedAs | None = None
    envelope: dict[str, Any] | None = None


class OnBehalf(Value, frozen=True):
    """The paper a sign-off is recorded from, and every reason against it (`services.credentials.domain.forms`)."""

    paper: Paper
    why_not: tuple[Reason, ...] = ()
