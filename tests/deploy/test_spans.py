"""A service started under OpenTelemetry's SDK, by the command of the operating page: its requests are spans."""

import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2
import pytest

from tests.deploy.conftest import a_free_port
from tests.support.databases import Database
from tests.support.patience import eventually
from tests.support.servers import CHECKOUT
from tests.support.spans import TOLD, spans

pytestmark = pytest.mark.servers
SCHEMA = "intake"
TRACE, CALLER = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"


def command() -> list[str]:
    """The page's, with spans told on standard output in the place of an exporter."""
    (found,) = re.findall(r"opentelemetry-instrument .*", (CHECKOUT / "docs" / "operating.md").read_text())
    return str(found).split()


@contextmanager
def serving(database: Database, keys: Path, port: str) -> Iterator[list[str]]:
    """The service, started so; what it told stands in the list once it has ended."""
    environment = TOLD | {
        "CONSORTIA_DATABASE_URL": database.url,
        "CONSORTIA_NATS_URL": database.settings.nats_url,
        "CONSORTIA_NOTE_KEYS": str(keys),
        "CONSORTIA_PORT": port,
    }
    told: list[str] = []
    process = subprocess.Popen(command(), cwd=CHECKOUT, env=environment, stdout=subprocess.PIPE, text=True)
    try:
        yield told
    finally:
        process.terminate()
        told.append(process.communicate(timeout=30)[0])


async def test_requests_are_spans_named_by_their_route_in_the_trace_of_whoever_asked(
    database: Database, tmp_path: Path
) -> None:
    port = a_free_port()
    with serving(database, tmp_path, port) as told:
        async with httpx2.AsyncClient(base_url=f"http://127.0.0.1:{port}") as http:

            async def answers() -> bool:
                try:
                    return (await http.get("/intake/healthz")).is_success
                except httpx2.TransportError:
                    return False

            await eventually(answers, 30)
            headers = {"traceparent": f"00-{TRACE}-{CALLER}-01"}
            assert (await http.get("/problems/not-found", headers=headers)).is_success
            assert (await http.get("/intake/v1/proposals/nothing", headers=headers)).status_code == 404
    asked = [span for span in spans(told[0]) if span["context"]["trace_id"] == f"0x{TRACE}"]
    page, nothing = ((span["name"], span["parent_id"], span["attributes"]) for span in asked)
    assert page == (
        "GET /problems/{slug}",
        f"0x{CALLER}",
        {
            "http.request.method": "GET", "url.path": "/problems/not-found", "http.response.status_code": 200,
            "http.route": "/problems/{slug}",
        },
    )  # fmt: skip
    assert (nothing[0], nothing[2]["http.response.status_code"]) == ("GET", 404)
