"""`docs/asyncapi.json`: what every service says and hears, as one AsyncAPI document."""

import importlib
import json
from pathlib import Path

from shared.contracts import LOGS
from shared.messaging.asyncapi import document

PAGE = Path(__file__).resolve().parents[2] / "docs" / "asyncapi.json"
SERVICES = (*LOGS, "oversight")


def page() -> str:
    """The whole document, under the prefix that stands in the settings unless they say otherwise."""
    described = [importlib.import_module(f"services.{name}.app").SERVICE for name in SERVICES]
    hears = {service.name: service.hears for service in described}
    return json.dumps(document("every service", LOGS, hears), indent=1, ensure_ascii=False) + "\n"
