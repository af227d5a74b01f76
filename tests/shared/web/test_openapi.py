"""The schema says what the routes really answer and take."""

from typing import Any

import httpx2

SERVICES = ("partnerships",)


async def test_every_error_is_a_problem_document_and_every_write_names_its_headers(http: httpx2.AsyncClient) -> None:
    schema: dict[str, Any] = (await http.get("/partnerships/openapi/openapi.json")).json()
    operations = [one for path in schema["paths"].values() for one in path.values()]
    assert operations
    for operation in operations:
        for status, answer in operation["responses"].items():
            if not status.startswith("2"):
                assert list(answer["content"]) == ["application/problem+json"]
    write = schema["paths"]["/partnerships/v1/partners"]["post"]
    assert {one["name"] for one in write["parameters"]} >= {
        "Idempotency-Key", "Acting-As", "Occurred-At", "Wait-For", "traceparent",
    }  # fmt: skip
    assert {"bearer", "basic"} == set(schema["components"]["securitySchemes"])
