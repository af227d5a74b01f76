"""`/problems/<slug>`: what each kind of problem means and what to do next, from the reasons' own docstrings."""

import html
import inspect

from litestar import MediaType, get
from litestar.exceptions import NotFoundException

from shared.kernel import Reason
from shared.web.problems import title_of


def every_reason(kind: type[Reason] = Reason) -> dict[str, type[Reason]]:
    """Every kind of reason known to this process, by slug."""
    found = {kind.slug(): kind} if kind.__subclasses__() == [] or kind.__struct_fields__ else {}
    for below in kind.__subclasses__():
        found |= every_reason(below)
    return found


def next_of(kind: type[Reason]) -> tuple[str, ...]:
    """What its docstring says after the title, paragraph by paragraph, each in one line."""
    _, _, rest = (inspect.getdoc(kind) or "").partition("\n")
    return tuple(" ".join(part.split()) for part in rest.split("\n\n") if part.strip())


@get("/problems/{slug:str}", media_type=MediaType.HTML, public=True, include_in_schema=False, sync_to_thread=False)
def problem_page(slug: str) -> str:
    """The page a problem's `type` leads to."""
    if (kind := every_reason().get(slug)) is None:
        raise NotFoundException(f"There is no problem called {slug[:80]}.")
    title, (_, _, rest) = title_of(kind), (inspect.getdoc(kind) or "").partition("\n")
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{html.escape(title)}</title>'
        f"<h1>{html.escape(title)}</h1><p>{html.escape(rest.strip())}</p></html>"
    )
