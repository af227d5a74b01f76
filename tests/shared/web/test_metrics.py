"""`/metrics` on every service: the figures operators watch, each explained where operators look."""

import re

import httpx2
import pytest

from shared.eventstore.dead_letters import Standing
from shared.eventstore.lag import HeardTag, Lag, Lags, ProjectionLag
from shared.web.metrics import text_of
from tests.support.community import Communities
from tests.support.patience import eventually
from tests.support.running import Running
from tests.support.servers import CHECKOUT

NOTHING = Lags((), (), {}, None)
BEHIND = Lags(
    (ProjectionLag("cards", "intake", 3, 1.5, None, 7), ProjectionLag("lines", "own", 0, 0.0, "somebody", None)),
    (Lag("mine/reaction", "intake", 2, 0.5),),
    {"own": 12, "intake": 9},
    "own",
    (Standing("mine/reaction", "intake", 2, 5),),
    (HeardTag("intake", "intake.sung.v1", 4),),
)


def test_each_figure_has_a_line_with_its_labels() -> None:
    body, content_type = text_of(BEHIND)
    said = [line for line in body.decode().splitlines() if not line.startswith("#")]
    assert said == [
        'consortia_projection_lag_events{log="intake",projection="cards"} 3.0',
        'consortia_projection_lag_events{log="own",projection="lines"} 0.0',
        'consortia_projection_lag_seconds{log="intake",projection="cards"} 1.5',
        'consortia_projection_lag_seconds{log="own",projection="lines"} 0.0',
        'consortia_projection_lease_held{log="intake",projection="cards"} 0.0',
        'consortia_projection_lease_held{log="own",projection="lines"} 1.0',
        'consortia_projection_rebuild_events_done{log="intake",projection="cards"} 7.0',
        'consortia_projection_rebuild_events_total{log="intake",projection="cards"} 9.0',
        'consortia_reaction_lag_events{log="intake",reaction="mine/reaction"} 2.0',
        'consortia_reaction_lag_seconds{log="intake",reaction="mine/reaction"} 0.5',
        'consortia_log_last_index{log="own"} 12.0',
        'consortia_heard_last_index{log="intake"} 9.0',
        'consortia_dead_letters{consumer="mine/reaction",log="intake"} 2.0',
        'consortia_parked{consumer="mine/reaction",log="intake"} 5.0',
        'consortia_heard_unknown{log="intake",tag="intake.sung.v1"} 4.0',
    ]
    assert content_type.startswith("text/plain")


def test_operators_find_every_figure_explained() -> None:
    named = set(re.findall(r"^# TYPE (\S+)", text_of(NOTHING)[0].decode(), re.MULTILINE))
    explained = set(re.findall(r"`(consortia_\w+)", (CHECKOUT / "docs" / "operating.md").read_text()))
    assert named == explained


@pytest.mark.servers
async def test_every_service_shows_its_own_under_its_prefix_without_a_key(
    stack: Running, http: httpx2.AsyncClient, communities: Communities
) -> None:
    await communities.open("measured")
    last = await stack.platforms["partnerships"].log.last_index()

    async def is_level() -> bool:
        told = [(await http.get(f"/{name}/metrics")).text for name in stack.platforms]
        return all(
            f'consortia_{kind}_last_index{{log="partnerships"}} {last}.0' in text
            for kind, text in zip(("log", "heard", "heard", "heard"), told, strict=True)
        )

    await eventually(is_level)
    for name, platform in stack.platforms.items():
        answer = await http.get(f"/{name}/metrics")
        assert (answer.status_code, answer.headers["content-type"].split(";")[0]) == (200, "text/plain")
        for projection in platform.projections:
            labels = f'{{log="{projection.log}",projection="{projection.name}"}}'
            assert f"consortia_projection_lag_events{labels} " in answer.text
            assert f"consortia_projection_lease_held{labels} 1.0" in answer.text
        for reactor in platform.reactors():
            labels = f'{{log="{reactor.log}",reaction="{reactor.consumer}"}}'
            assert f"consortia_reaction_lag_events{labels} " in answer.text
