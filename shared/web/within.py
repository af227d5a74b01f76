"""Within what something lies, as a query asks: `within=sector:healthcare,unit:school-of-health`."""

from typing import Annotated

from litestar.params import Parameter

from shared.authority import Community
from shared.authority.scopes import as_written, fault_of
from shared.contracts.values import SCOPE_ORDER, Scope
from shared.kernel import Refused
from shared.web.faults import QueryNotRight

KINDS = tuple(kind for kind in SCOPE_ORDER if kind != "anything")
Within = Annotated[str | None, Parameter(max_length=200)]


def parse_within(within: str | None, community: Community) -> tuple[Scope, ...]:
    """The scopes it names; refused where one is none, unless the register has it from before it was refused."""
    about = []
    for part in within.split(",") if within else ():
        kind, _, value = part.partition(":")
        if kind not in KINDS or not value:
            raise Refused(QueryNotRight(f"within is written as kind:value, with a kind of {', '.join(KINDS)}."))
        scope = as_written(Scope(kind, value))  # type: ignore[arg-type]  # checked just above
        if (fault := fault_of(scope)) is not None and not _recorded(community, scope):
            raise Refused(QueryNotRight(f"within names no scope: {fault}."))
        about.append(scope)
    return tuple(about)


def _recorded(community: Community, scope: Scope) -> bool:
    partners = community.partners.values()
    return any(entry.scope == scope for partner in partners for entry in partner.responsibilities.values())
