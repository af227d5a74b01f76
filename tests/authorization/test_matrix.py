"""Every route × role × same or other partner, or other community, answers as `matrix.txt` declares."""

import httpx2
import pytest
import pytest_asyncio

from shared.security.sessions import Sessions
from tests.authorization.asking import ask, ask_all, letter, public_paths, wrong
from tests.authorization.declared import ALONE, COLUMNS, SIDES, Cell, Route, cells, line, matrix, routes
from tests.authorization.requests import REQUESTS, Asked
from tests.authorization.world import World, build
from tests.support.community import Communities
from tests.support.running import Running

SHEETS = ("text/csv", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
"""What a page is also had as."""
pytestmark = [pytest.mark.servers, pytest.mark.slow]


@pytest.fixture(scope="module")
def there_are(stack: Running) -> list[Route]:
    return routes(stack.platforms.values())


@pytest.fixture(scope="module")
def declared(there_are: list[Route]) -> dict[Cell, str]:
    """The declared cells of routes that are there; a test of its own names those that are not."""
    names = {route.name for route in there_are}
    return {cell: letter for cell, letter in cells(matrix()).items() if cell.route in names}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def world(communities: Communities) -> World:
    return await build(communities)


async def test_who_may_not_is_refused_as_declared_and_neither_that_nor_reading_changes_anything(
    declared: dict[Cell, str], world: World, http: httpx2.AsyncClient, stack: Running
) -> None:
    reading = {cell for cell, letter in declared.items() if letter != "+" or cell.route.startswith("GET ")}
    before = await stack.last_index()
    answered = await ask_all(http, world, reading)
    assert not (told := wrong(answered, declared)), "\n".join(told)
    assert await stack.last_index() == before, await _written_since(stack, before)
    assert not (seen := _leaks(answered, world)), f"Another community's ids were shown: {seen}"


async def test_who_may_is_not_refused_and_each_route_goes_through_for_somebody(
    declared: dict[Cell, str], world: World, http: httpx2.AsyncClient
) -> None:
    may = [cell for cell, letter in declared.items() if letter == "+"]
    answered = {cell: await ask(http, world, cell) for cell in may}
    assert not (told := wrong(answered, declared)), "\n".join(told)
    went_through = {cell.route for cell, response in answered.items() if response.is_success}
    failed = {
        route: {response.text[:300] for cell, response in answered.items() if cell.route == route}
        for route in {cell.route for cell in declared} - went_through
        if REQUESTS.get(route, Asked()).succeeds
    }
    assert not failed, f"Nobody gets these done: give each a better request in requests.py. {failed}"


async def test_pages_answer_a_session_as_they_answer_its_key_and_tell_everything_in_html(
    there_are: list[Route], declared: dict[Cell, str], world: World, http: httpx2.AsyncClient, stack: Running
) -> None:
    settings = stack.platforms["oversight"].settings
    sessions = Sessions(settings.session_secret or "", secure=False)

    def session(key: str) -> dict[str, str]:
        return {"Cookie": f"{sessions.cookie}={sessions.sealed(key.split('_')[1])}"}

    pages = {route.name for route in there_are if route.page}
    asked = [cell for cell in declared if cell.route in pages]
    by_key = {
        cell: letter(await ask(http, world, cell)) for cell in asked
    }  # what was written before may have told more
    answered = {cell: await ask(http, world, cell, session) for cell in asked}
    assert not (told := wrong(answered, by_key)), "\n".join(told)
    shown = [one for cell, one in answered.items() if declared[cell] != "k"]
    told_in = [one.headers["content-type"] for one in shown if one.status_code != 204]  # 204: nothing new to tell
    assert not [one for one in told_in if not one.startswith(("text/html", *SHEETS))]
    assert all("frame-ancestors 'none'" in one.headers.get("content-security-policy", "") for one in shown)


async def test_what_is_public_opens_without_a_key(
    there_are: list[Route], world: World, http: httpx2.AsyncClient
) -> None:
    answers = [await http.get(path) for path in public_paths(there_are, world)]
    assert not (refused := [str(one.url) for one in answers if one.status_code in (401, 403, 404)]), refused


async def test_every_route_is_declared_and_every_declared_route_is_there(
    there_are: list[Route], world: World, http: httpx2.AsyncClient
) -> None:
    known = matrix()
    missing = [await _observed(route, world, http) for route in there_are if route.name not in known]
    todo = "\n".join(missing)
    assert not missing, (
        "Routes that tests/authorization/matrix.txt does not declare. This is how they answer: judge every letter, and"
        f" put the line there (a ? asks for a request in requests.py).\n{todo}"
    )
    names = {route.name for route in there_are}
    assert not (gone := sorted(known.keys() - names)), f"Declared in matrix.txt, but no route any more: {gone}"
    assert not (unused := sorted(REQUESTS.keys() - names)), f"In requests.py, but no route any more: {unused}"
    assert {route.name for route in there_are if route.public} == {name for name, one in known.items() if one is None}


async def _observed(route: Route, world: World, http: httpx2.AsyncClient) -> str:
    """The line as the route answers now; `?` where it could not be asked."""
    if route.public:
        return line(route.name, None)
    columns = {}
    for role in COLUMNS:
        sides = SIDES[:1] if role in ALONE else SIDES
        columns[role] = "".join([await _seen(Cell(route.name, role, side), world, http) for side in sides])
    return line(route.name, columns)


async def _seen(cell: Cell, world: World, http: httpx2.AsyncClient) -> str:
    try:
        return letter(await ask(http, world, cell))
    except KeyError:
        return "?"


def _leaks(answered: dict[Cell, httpx2.Response], world: World) -> dict[str, set[str]]:
    """Ids of the first community in what others were told, less those they named themselves.

    Lists of attempts and of auditors' reads say what people of one's own community have named, here foreign ids too.
    """
    ids = {*world.here.partners.values(), *world.here.positions.values(), *world.here.persons.values()}
    seen = {}
    for cell, response in answered.items():
        named_before = cell.route.endswith(("/v1/attempts", "/v1/auditor-reads"))
        if cell.side == "foreign" and response.is_success and not named_before:
            sent = f"{response.request.url}{response.request.content.decode()}"
            if found := {one for one in ids if one in response.text and one not in sent}:
                seen[f"{cell.route} as {cell.role}"] = found
    return seen


async def _written_since(stack: Running, before: dict[str, int]) -> list[str]:
    return [
        f"{fact.log}@{fact.index} {fact.tag}"
        for name, index in before.items()
        for fact in await stack.platforms[name].log.after(index, 50)
    ]
