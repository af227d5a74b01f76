"""The catalogue of facts, as `shared/contracts` states them: tag, stream, what it says, fields, types and defaults.

Types are shown as they are written there, by their names, and each name is explained below the facts.
"""

import ast
import importlib
import inspect
import pkgutil
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import ModuleType
from typing import get_args

from shared.contracts import LOGS, facts_of, values
from shared.kernel import Decider, Fact
from shared.kernel import values as kernel_values

PAGE = Path(__file__).resolve().parents[2] / "docs" / "facts.md"
COMMAND = ".venv/bin/python -m deploy.docs"

HEAD = f"""# Facts

Generated from `shared/contracts` by `{COMMAND}`; a test fails when this page is stale. Do not edit it.

A fact is stored and sent under its tag, never under its Python name; its JSON carries the tag too, as `fact`.
Facts change additively; a breaking change is a new tag. *Stream* is the category of the streams it is written to, as in
`microcredential-<uuid>`. Around every fact stands its envelope: see [architecture](architecture.md#the-envelope).
"""


def catalogue() -> str:
    """The whole page."""
    services = [_service(log) for log in LOGS]
    contents = "\n".join(f"- [{log}](#{log}): {len(facts_of(log))} facts" for log in LOGS)
    texts = _named(_tree(kernel_values), leave_out={"Value", "Fact"})
    carried = ["## Values", "What the facts carry, from `shared/contracts/values.py`.", *texts, *_named(_tree(values))]
    return "\n\n".join([HEAD.strip(), contents + "\n- [values](#values)", *services, *carried]) + "\n"


def _service(log: str) -> str:
    module = importlib.import_module(f"shared.contracts.{log}")
    facts, category = facts_of(log), categories(log)
    by_name = {kind.__name__: kind for kind in facts.values()}
    tree = _tree(*_parts(log))
    written = [
        _fact(node, by_name[node.name], category[by_name[node.name]])
        for node in tree.body
        if isinstance(node, ast.ClassDef) and node.name in by_name
    ]
    unions = {name for name in _names(tree) if name.endswith("Fact")}
    own_values = list(_named(tree, leave_out={*by_name, *unions, "__all__"}))
    title = f"## {log}\n\n{inspect.getdoc(module)}"
    return "\n\n".join([title, *written, *([f"### Values of {log}"] if own_values else []), *own_values])


def categories(log: str) -> dict[type[Fact], str]:
    """The category of each fact's stream, from the deciders of the service that writes it."""
    domain = importlib.import_module(f"services.{log}.domain")
    found: dict[type[Fact], str] = {}
    for info in pkgutil.iter_modules(domain.__path__, f"{domain.__name__}."):
        module = importlib.import_module(info.name)
        for name, annotation in vars(module).get("__annotations__", {}).items():
            if isinstance(decider := getattr(module, name, None), Decider):
                union = get_args(annotation)[1]
                found |= dict.fromkeys(get_args(union) or (union,), decider.category)
    return found


def _fact(node: ast.ClassDef, kind: type[Fact], category: str) -> str:
    return f"### {node.name}\n\n`{kind.fact_tag()}` · stream `{category}-`\n\n{_said(node)}\n\n{_fields(node)}".rstrip()


def _named(tree: ast.Module, leave_out: Iterable[str] = ()) -> Iterator[str]:
    """Every other name of a module: structs with their fields, and the names of types and vocabularies."""
    body = tree.body
    for node, after in zip(body, [*body[1:], None], strict=True):
        match node:
            case ast.ClassDef() if node.name not in leave_out:
                yield f"### {node.name}{_tag_of(node)}\n\n{_said(node)}\n\n{_fields(node)}".rstrip()
            case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
                if name not in leave_out and node.value is not None:
                    said = _text(after)
                    yield f"**{name}** = `{_source(node.value)}`" + (f"\\\n{said}" if said else "")
            case _:
                pass


def _fields(node: ast.ClassDef) -> str:
    stated = [field for field in node.body if isinstance(field, ast.AnnAssign)]
    rows = [
        f"| {_cell(field.target)} | {_cell(field.annotation)} | {_cell(field.value) if field.value else ''} |"
        for field in stated
    ]
    return "\n".join(["| field | type | default |", "|---|---|---|", *rows]) if rows else ""


def _tag_of(node: ast.ClassDef) -> str:
    for keyword in node.keywords:
        match keyword:
            case ast.keyword(arg="tag", value=ast.Constant(value=str(tag))):
                return f" (`type: {tag}`)"
            case _:
                pass
    return ""


def _said(node: ast.ClassDef) -> str:
    return inspect.cleandoc(ast.get_docstring(node) or "")


def _text(node: ast.stmt | None) -> str:
    match node:
        case ast.Expr(value=ast.Constant(value=str(text))):
            return inspect.cleandoc(text)
        case _:
            return ""


def _cell(node: ast.expr) -> str:
    return "`" + _source(node).replace("|", "\\|") + "`"


def _source(node: ast.expr) -> str:
    return ast.unparse(node)


def _parts(log: str) -> list[ModuleType]:
    """The modules a service's facts stand in, in the order of the facts."""
    return [importlib.import_module(name) for name in dict.fromkeys(kind.__module__ for kind in facts_of(log).values())]


def _names(tree: ast.Module) -> Iterator[str]:
    for node in tree.body:
        match node:
            case ast.Assign(targets=[ast.Name(id=name)]):
                yield name
            case _:
                pass


def _tree(*modules: ModuleType) -> ast.Module:
    """What the modules state, one after the other."""
    return ast.parse("\n".join(inspect.getsource(module) for module in modules))
