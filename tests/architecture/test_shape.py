"""The shape everyone lives in: rooms alike, imports that build nothing, statements used, a scope for every route."""

import ast
import importlib
import re
import subprocess
import sys
from itertools import chain
from pathlib import Path
from typing import Any
from unittest.mock import MagicMock

import pytest

from shared.eventstore.sql import statements
from shared.security.scopes import SCOPES
from shared.service import Service
from tests.support.running import present_services
from tests.support.servers import CHECKOUT

SERVICES = present_services()
PACKAGES = ("shared", "services", "deploy")
ROOMS = {"__init__.py", "__main__.py", "app.py", "api", "projections", "migrations"}
ROOMS_OF_DECIDERS = {"domain", "commands"}
OPTIONAL = {"pages", "reactions"}
MODULES = sorted(
    ".".join(path.relative_to(CHECKOUT).with_suffix("").parts).removesuffix(".__init__")
    for package in PACKAGES
    for path in (CHECKOUT / package).rglob("*.py")
    if path.name not in ("__main__.py", "leash.py")
)
SQL_FILES = sorted(
    path
    for package in ("shared", "services")
    for path in (CHECKOUT / package).rglob("*.sql")
    if path.parent.name != "migrations"
)


def described(service: str) -> Service:
    found: Service = importlib.import_module(f"services.{service}.app").SERVICE
    return found


def handlers(service: str) -> list[Any]:
    """The service's route handlers, as handed to the app factory; the platform behind them is a stand-in."""
    return list(described(service).routes(MagicMock()).handlers)


@pytest.mark.parametrize("service", SERVICES)
def test_every_service_has_the_same_rooms(service: str) -> None:
    found = {path.name for path in (CHECKOUT / "services" / service).iterdir()} - {"__pycache__"}
    expected = ROOMS | (ROOMS_OF_DECIDERS if described(service).decides else set())
    assert expected <= found <= expected | OPTIONAL


@pytest.mark.parametrize("service", SERVICES)
def test_every_service_says_what_it_decides_hears_and_says(service: str) -> None:
    module = importlib.import_module(f"services.{service}")
    said = (module.__doc__ or "").lower()
    assert all(word in said for word in ("decides", "hears", "says"))
    for heard in described(service).hears:
        assert heard in said


def test_importing_everything_builds_nothing_and_needs_no_environment() -> None:
    """Imported in a bare process: no variables, no sockets, no threads, no tasks, no files written."""
    program = f"""
import socket, sys, threading
def refuse(*_, **__):
    raise AssertionError("something was connected at import")
socket.socket.connect = socket.socket.bind = refuse
for name in {MODULES!r}:
    __import__(name)
assert threading.active_count() == 1, threading.enumerate()
"""
    done = subprocess.run(
        [sys.executable, "-W", "error::ResourceWarning", "-c", program],
        cwd=CHECKOUT,
        env={"PYTHONPATH": str(CHECKOUT), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]


@pytest.mark.parametrize("path", SQL_FILES, ids=lambda path: str(path.relative_to(CHECKOUT)))
def test_every_statement_is_named_once_and_used(path: Path) -> None:
    text = path.read_text()
    assert text.startswith("-- name: "), "a file starts with its first statement's name"
    named = re.findall(r"^-- name: (\w+)\s*$", text, re.MULTILINE)
    assert len(named) == len(set(named))
    package = next(folder for folder in path.parents if (folder / "__init__.py").exists())
    unused = set(named) - used_names(package)
    assert not unused, f"nobody in {package.name} uses {unused}"
    found = statements(".".join(package.relative_to(CHECKOUT).parts), str(path.relative_to(package)))
    assert all(found.values())


def used_names(folder: Path) -> set[str]:
    """Every text in the code below the folder; among them the names statements are found by."""
    trees = (ast.parse(path.read_text()) for path in folder.rglob("*.py"))
    nodes = chain.from_iterable(map(ast.walk, trees))
    return {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}


def test_no_sql_stands_in_python() -> None:
    """But for what wraps a statement of ours, which gives its reason beside the linter's rule S608."""
    statement = re.compile(r"\b(select\s.+\sfrom|insert\s+into|update\s+\w+\.\w+\s+set|delete\s+from)\b", re.IGNORECASE)
    for path in chain.from_iterable((CHECKOUT / package).rglob("*.py") for package in ("shared", "services")):
        text = path.read_text()
        tree, lines = ast.parse(text), text.splitlines()
        docstrings = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
                reasoned = "noqa: S608 - " in lines[node.lineno - 1]
                assert reasoned or not statement.search(node.value), f"{path}:{node.lineno}"


def pages(service: str) -> list[Any]:
    """The service's pages, likewise; none where it has no such room."""
    return list(described(service).routes(MagicMock()).pages)


@pytest.mark.parametrize("service", SERVICES)
def test_every_route_states_a_scope_of_the_vocabulary(service: str) -> None:
    for handler in handlers(service):
        assert handler.opt.get("scope") in SCOPES, f"{handler.handler_name} states {handler.opt.get('scope')!r}"


@pytest.mark.parametrize("service", SERVICES)
def test_reads_need_a_reading_scope_and_writes_do_not(service: str) -> None:
    for handler in handlers(service):
        reads = handler.opt["scope"] in ("read", "history:read")
        assert reads == (handler.http_methods <= {"GET", "HEAD"}), handler.handler_name


@pytest.mark.parametrize("service", SERVICES)
def test_pages_say_that_they_are_stand_outside_the_api_and_change_nothing(service: str) -> None:
    """But for signing in and out, which record nothing; forms post to the service that decides."""
    for page in pages(service):
        assert page.opt.get("page"), page.handler_name
        assert not page.resolve_include_in_schema(), page.handler_name
        assert not any(path.startswith(("/v1/", f"/{service}/v1")) for path in page.paths), page.paths
        if not page.opt.get("public"):
            assert page.opt["scope"] in ("read", "history:read"), page.handler_name
            assert page.http_methods <= {"GET", "HEAD"}, page.handler_name


@pytest.mark.parametrize("service", SERVICES)
def test_every_handler_that_was_written_is_handed_to_the_app(service: str) -> None:
    from litestar.handlers import HTTPRouteHandler

    handed = {id(handler) for handler in (*handlers(service), *pages(service))}
    rooms = (f"services.{service}.api", f"services.{service}.pages")
    for module in (name for name in MODULES if name.startswith(rooms)):
        for name, value in vars(importlib.import_module(module)).items():
            assert not isinstance(value, HTTPRouteHandler) or id(value) in handed, f"{module}.{name}"


@pytest.mark.parametrize("service", SERVICES)
def test_routes_stand_under_a_version(service: str) -> None:
    for handler in handlers(service):
        assert all(path.startswith("/v1/") for path in handler.paths), handler.paths


def test_every_folder_of_python_is_a_package() -> None:
    """Without its `__init__.py`, `tests/shared` would hide `shared`."""
    for package in (*PACKAGES, "tests"):
        folders = {path.parent for path in (CHECKOUT / package).rglob("*.py")}
        assert [str(folder) for folder in folders if not (folder / "__init__.py").exists()] == []


@pytest.mark.parametrize("service", SERVICES)
def test_whatever_a_query_key_may_hold_has_a_limit(service: str) -> None:
    """`Annotated[str, Parameter(max_length=80)] | None` limits nothing: the outer type's metadata is what is read."""
    unlimited = [
        f"{path}:{node.lineno}"
        for room in (CHECKOUT / "services" / service, CHECKOUT / "shared")
        for path in room.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.BinOp) and "Parameter(" in ast.unparse(node.left)
    ]
    assert not unlimited
