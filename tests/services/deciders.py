"""Every decider of every service that decides, found where the domain states it."""

import importlib
import pkgutil
from typing import Any

from shared.contracts import LOGS
from shared.kernel import Decider


def deciders() -> dict[str, Decider[Any, Any]]:
    """Each by `service/category`."""
    found: dict[str, Decider[Any, Any]] = {}
    for service in LOGS:
        domain = importlib.import_module(f"services.{service}.domain")
        for module in pkgutil.iter_modules(domain.__path__, f"{domain.__name__}."):
            for value in vars(importlib.import_module(module.name)).values():
                if isinstance(value, Decider):
                    found[f"{service}/{value.category}"] = value
    return found
