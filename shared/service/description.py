"""A service as its `app.py` describes it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from litestar.handlers import HTTPRouteHandler

from shared.eventstore.projections import Projection
from shared.messaging.reactions import Reaction

if TYPE_CHECKING:
    from shared.service.platform import Platform


@dataclass(frozen=True, slots=True)
class Routes:
    """A service's route handlers and its pages, and the parts handed to them by name."""

    handlers: Sequence[HTTPRouteHandler]
    parts: Mapping[str, Any] = field(default_factory=dict)
    pages: Sequence[HTTPRouteHandler] = ()


@dataclass(frozen=True, slots=True)
class Service:
    """`decides` says whether it has a log of its own; `hears` names the logs it listens to.

    `projections`, `reactions` and `routes` build theirs when asked, from the platform; nothing is built at import.
    `after_migrate` runs once the schema is there, and returns lines to print; so does `operator_key`, whenever asked.
    """

    name: str
    decides: bool
    hears: tuple[str, ...]
    routes: Callable[["Platform"], Routes]
    projections: Callable[[], tuple[Projection, ...]]
    reactions: Callable[["Platform"], tuple[Reaction, ...]] = lambda _: ()
    after_migrate: Callable[["Platform"], Any] | None = None
    operator_key: Callable[["Platform"], Any] | None = None

    @property
    def package(self) -> str:
        return f"services.{self.name}"

    @property
    def roles(self) -> tuple[str, ...]:
        """The roles it can be started in: only who decides has something to relay."""
        relay = ("relay",) if self.decides else ()
        key = ("operator-key",) if self.operator_key else ()
        return ("serve", *relay, "react", "project", "rebuild", "migrate", *key, "all")
