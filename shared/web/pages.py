"""`/problems/<slug>`: what each kind of problem means and what to do next, from the reasons' own docstrings."""

import inspect

from litestar import Response, get

from shared.kernel import Missing, Reason, Refused
from shared.web.page import Page
from shared.web.problems import title_of, usual_status


class NoSuchProblem(Missing, frozen=True):
    """There is no such kind of problem

    The `type` of a problem document leads to its page. Another version of this installation may know others.
    """

    says = "There is no problem called {named}."
    named: str


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


@get("/problems/{slug:str}", public=True, page=True, include_in_schema=False, sync_to_thread=False)
def problem_page(slug: str, guest: Page) -> Response[str]:
    """The page a problem's `type` leads to."""
    if (kind := every_reason().get(slug)) is None:
        raise Refused(NoSuchProblem(slug[:80]))
    paragraphs, http = next_of(kind), usual_status(kind)
    return guest.answer("problem.html", title=title_of(kind), paragraphs=paragraphs, slug=slug, http=http)
