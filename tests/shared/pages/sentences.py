"""Every sentence that pages show, found in the sources; what the catalogue says of it; what is wrong with that.

Found in templates, in Python (`gettext`, `ngettext`, `N_`, `_`), and in refusals: titles, sentences, what to do next.
"""

import ast
import importlib
import inspect
import pkgutil
import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from string import Formatter
from typing import NamedTuple

import jinja2
from babel.messages.catalog import Message
from babel.messages.pofile import read_po
from jinja2 import nodes

import services
import shared
from shared.kernel import Reason
from shared.web.pages import every_reason, next_of
from shared.web.problems import title_of
from tests.support.servers import CHECKOUT

ONE, MANY = ("gettext", "_", "N_"), ("ngettext", "several")
CATALOGUE = CHECKOUT / "shared" / "pages" / "catalogue"
Id = str | tuple[str, str]
"""A sentence, or one of a number: for one, and for others."""


class Composed(NamedTuple):
    """A sentence made while the program runs: nobody can translate it."""

    where: str


def templates() -> list[Path]:
    return sorted(path for package in ("shared", "services") for path in (CHECKOUT / package).rglob("templates/*.html"))


def modules() -> list[Path]:
    return sorted(path for package in ("shared", "services") for path in (CHECKOUT / package).rglob("*.py"))


def sentences() -> tuple[dict[Id, str], list[Composed]]:
    """Where each stands; and what is composed where a sentence should be."""
    found: dict[Id, str] = {}
    composed: list[Composed] = []
    for path in templates():
        for one, line in in_template(path.read_text()):
            _note(found, composed, one, f"{path.relative_to(CHECKOUT)}:{line}")
    for path in modules():
        for one, line in in_python(path.read_text()):
            _note(found, composed, one, f"{path.relative_to(CHECKOUT)}:{line}")
    for where, said in of_refusals():
        found.setdefault(said, where)
    return found, composed


def _note(found: dict[Id, str], composed: list[Composed], one: Id | None, where: str) -> None:
    if one is None:
        composed.append(Composed(where))
    else:
        found.setdefault(one, where)


def in_template(text: str) -> Iterator[tuple[Id | None, int]]:
    for call in jinja2.Environment(extensions=["jinja2.ext.do"]).parse(text).find_all(nodes.Call):
        name = call.node.attr if isinstance(call.node, nodes.Getattr) else getattr(call.node, "name", None)
        if name in ONE and call.args:
            yield from ((one, call.lineno) for one in _literals_of_template(call.args[0]))
        elif name in MANY:
            yield _pair([one.value if isinstance(one, nodes.Const) else None for one in call.args[:2]]), call.lineno


def in_python(text: str) -> Iterator[tuple[Id | None, int]]:
    """Both sentences of a number may be named first: `one, many = "…", "…"`."""
    for call in ast.walk(ast.parse(text)):
        if isinstance(call, ast.Assign) and ast.unparse(call.targets[0]) in ("(one, many)", "one, many"):
            yield (
                _pair([one.value if isinstance(one, ast.Constant) else None for one in _parts(call.value)]),
                call.lineno,
            )
        if not isinstance(call, ast.Call) or not call.args:
            continue
        name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", None)
        if name in ONE:
            yield from ((one, call.lineno) for one in _literals_of_python(call.args[0]))
        elif name in MANY and not all(isinstance(one, ast.Name) for one in call.args[:2]):
            yield _pair([one.value if isinstance(one, ast.Constant) else None for one in call.args[:2]]), call.lineno


def _parts(value: ast.expr) -> list[ast.expr]:
    return value.elts if isinstance(value, ast.Tuple) else [value]


def _pair(both: list[object]) -> Id | None:
    one, many = both if len(both) == 2 else (None, None)
    return (one, many) if isinstance(one, str) and isinstance(many, str) else None


def _literals_of_template(said: nodes.Expr) -> Iterator[str | None]:
    """The sentence, or either of two; what a variable holds was marked where it comes from."""
    match said:
        case nodes.Const(value=str() as value):
            yield value
        case nodes.CondExpr():
            for one in (said.expr1, said.expr2):
                yield from _literals_of_template(one) if one else ()
        case nodes.Concat() | nodes.Add() | nodes.Mod():
            yield None
        case _:
            pass


def _literals_of_python(said: ast.expr) -> Iterator[str | None]:
    match said:
        case ast.Constant(value=str() as value):
            yield value
        case ast.IfExp():
            yield from _literals_of_python(said.body)
            yield from _literals_of_python(said.orelse)
        case ast.JoinedStr() | ast.BinOp():
            yield None
        case _:
            pass


def of_refusals() -> Iterator[tuple[str, str]]:
    """Titles, sentences, and what their pages tell to do next; each with the kind of refusal."""
    for root in (shared, services):
        for module in pkgutil.walk_packages(root.__path__, f"{root.__name__}."):
            if not module.name.endswith("__main__"):
                importlib.import_module(module.name)
    for kind in _kinds(Reason):
        where = f"{inspect.getsourcefile(kind)}".removeprefix(f"{CHECKOUT}/")
        if where.startswith(("shared/", "services/")):
            yield from ((f"{where}, {kind.__name__}", said) for said in (title_of(kind), kind.says, *next_of(kind)))


def _kinds(kind: type[Reason]) -> Iterator[type[Reason]]:
    """Every kind there is: two services may call one alike, each with sentences of its own."""
    if not kind.__subclasses__() or kind.__struct_fields__:
        yield kind
    for below in kind.__subclasses__():
        yield from _kinds(below)


def filled_in() -> Iterator[tuple[str, str]]:
    """The English phrases that refusals are filled in with where they are raised; each with its place.

    What is wrong with an address somebody typed is left out: it is about the address, which is English too.
    """
    list(of_refusals())  # which imports them all
    kinds = {kind.__name__ for kind in every_reason().values()} - {"QueryNotRight"}
    for path in modules():
        for call in ast.walk(ast.parse(path.read_text())):
            if isinstance(call, ast.Call) and getattr(call.func, "id", None) in kinds:
                said = (one for argument in call.args for one in _literals_of_python(argument))
                yield from ((f"{path.relative_to(CHECKOUT)}:{call.lineno}", one) for one in said if one)


def translated(tag: str) -> dict[Id, list[tuple[str, Message]]]:
    """What the catalogue holds in that language, by sentence; each part is named by its file."""
    found: dict[Id, list[tuple[str, Message]]] = {}
    for path in sorted((CATALOGUE / tag).glob("*.po")):
        for message in read_po(BytesIO(path.read_bytes()), locale=tag, abort_invalid=True):
            if message.id:
                said: Id = message.id if isinstance(message.id, str) else (message.id[0], message.id[1])
                found.setdefault(said, []).append((path.name, message))
    return found


def forms_of(message: Message) -> tuple[str, ...]:
    return (message.string,) if isinstance(message.string, str) else tuple(message.string)


def faults(tag: str) -> Iterator[str]:
    """Everything wrong with what the catalogue holds in that language, but what it lacks."""
    needed, _ = sentences()
    for said, entries in translated(tag).items():
        files = ", ".join(file for file, _ in entries)
        if said not in needed:
            yield f"{files}: nobody says this any more: {said!r}"
        if len({forms_of(message) for _, message in entries}) > 1:
            yield f"{files} say it differently: {said!r}"
        for file, message in entries:
            yield from (f"{file}: {fault}: {said!r}" for fault in _faults_of(said, message, tag))


def _faults_of(said: Id, message: Message, tag: str) -> Iterator[str]:
    forms = forms_of(message)
    if message.fuzzy:
        yield "it is marked fuzzy"
    for form in forms:
        if (wrong := _values_of(form) - _values_of(said)) or (
            form == forms[-1] and _values_of(said) - _values_of(form)
        ):
            yield f"the values differ ({wrong or 'one is left out'})"
        if tag == "fr" and (where := ill_set(form)):
            yield f"French typography at {where!r}"


def _values_of(said: Id) -> set[str]:
    """The names of what is filled in."""
    several = (said,) if isinstance(said, str) else said
    return {name for one in several for _, name, _, _ in Formatter().parse(one) if name}


def ill_set(said: str) -> str | None:
    """The first place that French sets otherwise: no-break spaces before : ; ? ! and inside « », curly apostrophes."""
    plain = re.sub(r"`[^`]*`", "`", said)
    found = _ILL_SET.search(plain)
    return plain[max(0, found.start() - 10) : found.end() + 10] if found else None


_ILL_SET = re.compile(r"(?<!\u00a0)[:;?!](?=[\s»)]|$)|«(?!\u00a0)|(?<!\u00a0)»|(?<=\w)'(?=\w)")


def missing(tag: str) -> dict[Id, str]:
    """What the catalogue lacks in that language, and where it is said."""
    done = {said for said, entries in translated(tag).items() if any(all(forms_of(message)) for _, message in entries)}
    return {said: where for said, where in sentences()[0].items() if said not in done}
