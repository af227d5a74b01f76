"""Every rule names a function and a test that exist, and every decision is named by a rule."""

import ast
import importlib
import inspect
import pkgutil
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import NamedTuple, get_args, get_origin, get_type_hints

import pytest

from shared.contracts import LOGS
from shared.kernel import Fact

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "rules.md"
RULE = re.compile(r"^- (?P<text>.+?)\\\n  → (?P<code>.+)\\\n  ✓ (?P<tests>.+)$", re.MULTILINE)
LINK = re.compile(r"`([^`:]+)::([\w.]+)`")


class Rule(NamedTuple):
    text: str
    code: tuple[tuple[str, str], ...]
    tests: tuple[tuple[str, str], ...]


def rules() -> list[Rule]:
    page = PAGE.read_text(encoding="utf-8")
    return [
        Rule(found["text"], tuple(LINK.findall(found["code"])), tuple(LINK.findall(found["tests"])))
        for found in RULE.finditer(page)
    ]


@cache
def names_in(path: str) -> frozenset[str]:
    """The functions of a Python file, methods as `Class.method`; the functions and tables a migration creates."""
    text = (ROOT / path).read_text(encoding="utf-8")
    if path.endswith(".sql"):
        return frozenset(re.findall(r"^create (?:function|table) ([\w.]+)", text, re.MULTILINE))
    return frozenset(_functions(ast.parse(text).body, ""))


def _functions(body: list[ast.stmt], within: str) -> Iterator[str]:
    for node in body:
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                yield within + node.name
            case ast.ClassDef():
                yield from _functions(node.body, f"{node.name}.")
            case _:
                pass


def decisions() -> Iterator[str]:
    """Every public function of a domain module that answers with facts, as `path::name`."""
    for log in LOGS:
        domain = importlib.import_module(f"services.{log}.domain")
        for info in pkgutil.iter_modules(domain.__path__, f"{domain.__name__}."):
            module = importlib.import_module(info.name)
            for name, function in vars(module).items():
                if not name.startswith("_") and _is_decision(module, function):
                    yield f"{info.name.replace('.', '/')}.py::{name}"


def _is_decision(module: ModuleType, function: object) -> bool:
    if not inspect.isfunction(function) or function.__module__ != module.__name__:
        return False
    answer = get_type_hints(function).get("return")
    if get_origin(answer) is not tuple:
        return False
    of = get_args(answer)[0]
    return all(isinstance(kind, type) and issubclass(kind, Fact) for kind in get_args(of) or (of,))


def missing(links: tuple[tuple[str, str], ...]) -> list[str]:
    return [f"{path}::{name}" for path, name in links if not (ROOT / path).is_file() or name not in names_in(path)]


def test_the_page_is_read_whole() -> None:
    assert len(rules()) == PAGE.read_text(encoding="utf-8").count("\n- ")


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule.text[:60])
def test_the_functions_and_tests_of_a_rule_exist(rule: Rule) -> None:
    assert rule.code, "the rule names no function"
    assert missing(rule.code) == []
    assert missing(rule.tests) == []
    assert all(path.startswith("tests/") and name.startswith("test_") for path, name in rule.tests)


def test_every_decision_is_named_by_a_rule() -> None:
    named = {f"{path}::{name}" for rule in rules() for path, name in rule.code}
    assert sorted(set(decisions()) - named) == []


def test_no_rule_lacks_a_test() -> None:
    assert [rule.text for rule in rules() if not rule.tests] == []
