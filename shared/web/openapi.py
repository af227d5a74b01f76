"""OpenAPI 3.1 that tells the truth: our problem documents for every error, the keys we take, the headers we read."""

from typing import Any

import msgspec
from litestar import Request
from litestar.openapi.plugins import JsonRenderPlugin

from shared.web.problems import MEDIA_TYPE, Problem

ERRORS = {
    "400": "What was sent could not be read or is not right.",
    "401": "A valid key is needed.",
    "403": "Whoever asks may not do this; `allowed_actions` says who can.",
    "404": "What was named does not exist here.",
    "409": "What is recorded already stands against it.",
    "413": "The body is over 1 MiB.",
    "422": "What was asked is itself not right.",
    "503": "Not available at the moment; see `Retry-After`.",
}
WAIT_FOR = (
    "Wait-For",
    "Answer once this service has taken that in: `credentials@1234`, several with commas; 5 s at most.",
)
TRACEPARENT = ("traceparent", "The W3C trace the request belongs to; one begins where it is left out or not right.")
ON_WRITES = (
    ("Idempotency-Key", "The same key with the same request writes once and answers the same."),
    ("Acting-As", "The position acted in, by id or as `partner/position`; needed where the person holds several."),
    ("Occurred-At", "When it happened, RFC 3339 with a zone; needs the scope `backdate`."),
)


class TruthfulJson(JsonRenderPlugin):
    """Renders the framework's schema with its errors, security and headers put right."""

    def render(self, request: Request[Any, Any, Any], openapi_schema: dict[str, Any]) -> bytes:
        return super().render(request, put_right(openapi_schema))


def put_right(schema: dict[str, Any]) -> dict[str, Any]:
    """The same schema, with what the routes really answer and take."""
    components = schema.setdefault("components", {})
    (_,), problem = msgspec.json.schema_components([Problem], ref_template="#/components/schemas/{name}")
    components.setdefault("schemas", {}).update(problem)
    components["securitySchemes"] = {
        "bearer": {"type": "http", "scheme": "bearer", "description": "An API key: `consortia_…`."},
        "basic": {"type": "http", "scheme": "basic", "description": "Any user name; the API key as the password."},
    }
    schema["security"] = [{"bearer": []}, {"basic": []}]
    for path in schema.get("paths", {}).values():
        for method, operation in path.items():
            if isinstance(operation, dict) and "responses" in operation:
                _put_right(method, operation)
    return schema


def _put_right(method: str, operation: dict[str, Any]) -> None:
    answers = {status: answer for status, answer in operation["responses"].items() if status.startswith("2")}
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    problems = {status: {"description": meaning, "content": content} for status, meaning in ERRORS.items()}
    operation["responses"] = {**answers, **problems}
    headers = (WAIT_FOR, TRACEPARENT) if method == "get" else (WAIT_FOR, TRACEPARENT, *ON_WRITES)
    stated = [one for one in operation.get("parameters", []) if one.get("in") != "header"]
    operation["parameters"] = stated + [
        {"name": name, "in": "header", "required": False, "description": what, "schema": {"type": "string"}}
        for name, what in headers
    ]
