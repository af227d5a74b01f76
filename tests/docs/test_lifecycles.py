"""Every state and every fact of a state machine stands on the page of its lifecycle."""

import importlib
import pkgutil
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import get_args

import pytest

from shared.contracts import LOGS, facts_of
from shared.kernel import Decider

PAGES = Path(__file__).resolve().parents[2] / "docs" / "lifecycles"
PAGE_OF = {
    "services.credentials.domain.states": "microcredential",
    "services.credentials.domain.steps": "step",
    "services.credentials.domain.offering": "offering",
    "services.credentials.domain.pathway": "pathway",
    "services.intake.domain.proposal": "proposal",
    "services.partnerships.domain.partner": "register",
    "services.partnerships.domain.position": "register",
    "services.partnerships.domain.matter": "register",
    "services.partnerships.domain.staff_sheet": "register",
    "services.partnerships.domain.council": "council",
    "services.partnerships.domain.agreement": "agreement",
    "services.partnerships.domain.community": "key",
    "services.partnerships.domain.mandate": "key",
    "services.partnerships.domain.signing_keys": "key",
    "services.partnerships.domain.calendar": "calendar",
    "services.partnerships.domain.meeting": "calendar",
    "services.partnerships.domain.person": "person",
}
"""Which page tells the states of which module."""
PARTS = {"sign-off": "SignOffRecorded", "condition": "ConditionMet", "review": "ReviewDecided"}
"""Pages of what is kept inside a microcredential, each with the fact it turns on."""


def domain_modules() -> Iterator[ModuleType]:
    for log in LOGS:
        domain = importlib.import_module(f"services.{log}.domain")
        for info in pkgutil.iter_modules(domain.__path__, f"{domain.__name__}."):
            yield importlib.import_module(info.name)


@cache
def initial_states() -> frozenset[type]:
    deciders = (value for module in domain_modules() for value in vars(module).values() if isinstance(value, Decider))
    return frozenset(type(one.initial) for one in deciders)


def states_of(module: ModuleType) -> set[str]:
    """The classes in the module's unions called `…State`, less those in which nothing has happened yet."""
    kinds = {
        kind
        for name, union in vars(module).items()
        if name.endswith("State")
        for kind in get_args(union)
        if kind.__module__ == module.__name__
    }
    return {kind.__name__ for kind in kinds - initial_states()}


def page(name: str) -> str:
    return (PAGES / f"{name}.md").read_text(encoding="utf-8")


def test_every_module_with_states_has_a_page() -> None:
    assert {module.__name__ for module in domain_modules() if states_of(module)} <= set(PAGE_OF)


@pytest.mark.parametrize("module", PAGE_OF)
def test_every_state_is_named_on_its_page(module: str) -> None:
    told = page(PAGE_OF[module])
    missing = {state for state in states_of(importlib.import_module(module)) if state not in told}
    assert not missing, f"docs/lifecycles/{PAGE_OF[module]}.md does not name {sorted(missing)}"


@pytest.mark.parametrize("log", LOGS)
def test_every_fact_is_named_on_some_page(log: str) -> None:
    told = "\n".join(page(name) for name in {*PAGE_OF.values(), *PARTS})
    missing = [
        kind.__name__
        for tag, kind in facts_of(log).items()
        if kind.__name__ not in told and tag.partition(".")[2] not in told
    ]
    assert not missing, f"no page of docs/lifecycles names {missing}"


@pytest.mark.parametrize(("part", "fact"), PARTS.items())
def test_what_is_kept_inside_a_microcredential_has_its_page(part: str, fact: str) -> None:
    assert fact in page(part)


@pytest.mark.parametrize("name", sorted({*PAGE_OF.values(), *PARTS}))
def test_every_page_says_the_ways_out(name: str) -> None:
    assert "way out" in page(name) or "ways out" in page(name)


def test_the_list_of_pages_names_each() -> None:
    listed = page("README")
    assert all(f"({path.name})" in listed for path in PAGES.glob("*.md") if path.name != "README.md")
