"""A refusal names every reason, each with one sentence; its meaning over HTTP is added in `shared.web`."""

import re
from typing import Any, ClassVar

from msgspec import Struct, structs


def slug(name: str) -> str:
    """`NotTheirsToSign` → `not-theirs-to-sign`: the last part of the problem's address."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "-", name).lower()


class Reason(Struct, frozen=True, tag=slug, tag_field="reason"):
    """Why something was refused. The first line of a subclass's docstring is its title, the rest what to do next;

    `says` is its one sentence, filled with the fields' values.
    """

    says: ClassVar[str] = "This was refused."

    @property
    def sentence(self) -> str:
        return self.says.format(**structs.asdict(self))

    @classmethod
    def slug(cls) -> str:
        return slug(cls.__name__)


class Missing(Reason, frozen=True):
    """What was named does not exist, or not for you."""


class Forbidden(Reason, frozen=True):
    """Whoever asks may not do this; somebody else may."""


class Conflict(Reason, frozen=True):
    """What is recorded already stands against it."""


class Unacceptable(Reason, frozen=True):
    """What was asked is itself not right, whoever asks and whenever."""


class CannotBeRead(Reason, frozen=True):
    """A recorded fact cannot be read here

    It is kept as it was recorded. This build does not know what it says, so nothing is decided or answered that would
    rest on it. Whoever operates the service starts a build that can read it; the dead letters of the service name the
    fact and what is wrong with it.
    """

    says = "{log}@{index}, a {tag}, cannot be read by this build, so what rests on it cannot be answered."
    log: str
    index: int
    tag: str


class Refused(Exception):
    """Nothing was changed, and here is every reason why.

    `waiting_on` and `allowed_actions` are plain values for the reader: who it waits on, and what can be done by whom.
    """

    def __init__(
        self, *reasons: Reason, waiting_on: tuple[Any, ...] = (), allowed_actions: tuple[Any, ...] = ()
    ) -> None:
        if not reasons:
            raise ValueError("a refusal names at least one reason")
        super().__init__(" ".join(reason.sentence for reason in reasons))
        self.reasons = reasons
        self.waiting_on = waiting_on
        self.allowed_actions = allowed_actions

    def names(self, kind: type[Reason]) -> bool:
        """Whether one of the reasons is of that kind."""
        return any(isinstance(reason, kind) for reason in self.reasons)


def refuse_if(*reasons: Reason | None, **details: Any) -> None:
    """Raise one `Refused` with every reason that is not None; do nothing when there is none."""
    if found := tuple(reason for reason in reasons if reason is not None):
        raise Refused(*found, **details)
