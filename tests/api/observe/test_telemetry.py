"""Request ids, metrics and traces for an operator; none of it is there unless asked for."""

import asyncio
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
import structlog
from opentelemetry.sdk.metrics.export import MetricExporter, MetricExportResult
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from pydantic import SecretStr, ValidationError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route
from structlog.testing import capture_logs

from db.driver.client import Database
from db.profiles import ProfileStore
from resolvers.observe import observing
from resolvers.observe.telemetry import Telemetry
from resolvers.settings import Settings
from services.kit.errors import InvalidInput
from services.kit.metrics import counts
from services.offline_coach.coach import OfflineCoach
from tests.support.client import PATIENCE, Api, document, profile_of, running_api
from tests.support.factories import a_profile
from tests.support.patience import within
from tests.support.serving import serving


def with_context() -> Any:
    """Log lines with what is bound to them."""
    return capture_logs(processors=[structlog.contextvars.merge_contextvars])


@pytest.fixture
def nothing_watching() -> Iterator[None]:
    yield
    assert counts.observer is None


def metric(text: str, name: str, **labels: str) -> float:
    """The value of the series of that name which has these labels, 0 where there is none."""
    for line in text.splitlines():
        found = re.fullmatch(rf"{name}(?:\{{(.*)\}})? (\S+)", line)
        if found and all(f'{label}="{value}"' in (found[1] or "") for label, value in labels.items()):
            return float(found[2])
    return 0.0


async def scraped(telemetry: Telemetry) -> str:
    async with httpx2.AsyncClient(verify=False) as http:
        return (await http.get(f"http://127.0.0.1:{telemetry.port}/metrics")).text


async def given(database: Database) -> None:
    await database["profiles"].insert_one(a_profile().to_bson())


@pytest.mark.parametrize(
    ("given_id", "kept"),
    [
        ("checkout-7f3a91c2", True),
        ("a b c d e f g h", False),
        ("short", False),
        ("x" * 65, False),
        ("a@b.example", False),
    ],
)
async def test_a_request_has_the_id_it_came_with_when_that_is_one(
    api: Api, given_id: str, kept: bool
) -> None:
    with with_context() as lines:
        response = await api.http.get("/healthz", headers={"x-request-id": given_id})
    answered = response.headers["x-request-id"]
    assert (answered == given_id) is kept
    assert [line["request_id"] for line in lines if line["event"] == "request.finished"] == [answered]


async def test_two_ids_are_none(api: Api) -> None:
    headers = [("x-request-id", "first-id-12345"), ("x-request-id", "second-id-12345")]
    assert (await api.http.get("/healthz", headers=headers)).headers["x-request-id"] not in dict(
        headers
    ).values()


async def test_what_a_person_is_shown_of_a_fault_leads_to_its_log_line(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object) -> None:
        raise RuntimeError("something secret")

    monkeypatch.setattr(ProfileStore, "get", broken)
    with with_context() as lines:
        result = await api.execute("query { viewer { profile { id } } }")
    [error] = result["errors"]
    [line] = [line for line in lines if line["event"] == "graphql.operation_failed"]
    assert error["extensions"]["id"] == line["request_id"]
    assert error["extensions"]["id"] in error["message"]
    assert "secret" not in str(error)


async def test_each_operation_on_a_websocket_has_an_id_that_begins_with_its_connections(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("db.sync.changelog.ChangelogStore.get", broken)
    with with_context() as lines:
        async with api.socket() as socket:
            header = socket.connection.response
            assert header is not None
            connection = header.headers["x-request-id"]
            shown = []
            for _ in range(2):
                live = await socket.subscribe(document("CareerActionsLive"), profileId=profile_of("ada"))
                shown.append((await live.next())["message"])
    ids = [line["request_id"] for line in lines if line["event"] == "graphql.operation_failed"]
    assert len(set(ids)) == 2
    assert all(id_.startswith(f"{connection}.") for id_ in ids)
    assert all(id_ in message for id_, message in zip(ids, shown, strict=True))


@pytest.mark.usefixtures("nothing_watching")
async def test_metrics_count_what_happens(
    settings: Settings, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    await given(database)
    made: list[Telemetry] = []

    class Remembered(Telemetry):
        async def __aenter__(self) -> "Remembered":
            made.append(self)
            return await super().__aenter__()

    monkeypatch.setattr("resolvers.observe.telemetry.Telemetry", Remembered)
    asked = settings.model_copy(update={"metrics": True, "metrics_port": 21_464})
    async with running_api(asked, model=OfflineCoach()) as api:
        [telemetry] = made
        before = await scraped(telemetry)
        async with api.socket() as one, api.socket() as other:
            lives = [
                await socket.subscribe(document("CareerActionsLive"), profileId=profile_of("ada"))
                for socket in (one, other)
            ]
            for live in lives:
                await live.next()
            await api.data("RefreshMatches", profileId=profile_of("ada"))
            for live in lives:
                await live.next()
            done = {"stage": "generation", "status": "SUCCEEDED"}
            name = "foothold_run_stages_total"
            ended = metric(before, name, **done)  # what other tests did in this process is counted too
            async with within(PATIENCE):  # a list is shown before its stage is ended
                while metric(text := await scraped(telemetry), name, **done) == ended:
                    await asyncio.sleep(0.01)
    assert metric(text, "foothold_connections") - metric(before, "foothold_connections") == 2
    assert metric(text, "foothold_subscribers", to="list") == 2
    assert metric(text, "foothold_draining") == 0
    for what, most in (("emissions", 2), ("deliveries", 4)):
        name = f"foothold_{what}_total"
        assert most / 2 <= metric(text, name) - metric(before, name) <= most
    assert metric(text, "foothold_run_stages_total", **done) - ended == 1
    assert metric(text, "foothold_delivery_lag_seconds_count") >= 1
    assert metric(text, "foothold_database_duration_seconds_count", command="update") >= 1
    assert metric(text, "foothold_request_duration_seconds_count", status="2xx") >= 1


async def test_what_is_refused_is_counted_by_the_limit(settings: Settings) -> None:
    before = counts.refusals["person"]
    async with running_api(settings.model_copy(update={"rate_person": "1/minute"})) as api:
        results = [await api.execute("{ viewer { id } }") for _ in range(3)]
    assert ["errors" in result for result in results] == [False, True, True]
    assert counts.refusals["person"] - before == 2


@pytest.mark.usefixtures("nothing_watching")
async def test_two_processes_on_one_machine_serve_metrics_at_ports_of_their_own(settings: Settings) -> None:
    asked = settings.model_copy(update={"metrics": True, "metrics_port": 21_564})
    async with Telemetry(asked) as one, Telemetry(asked) as other:
        assert one.port is not None
        assert other.port is not None
        assert one.port < other.port
        assert "foothold_emissions_total" in await scraped(other)


@pytest.mark.usefixtures("nothing_watching")
async def test_traces_show_what_was_done_and_nothing_of_what_was_in_it(
    settings: Settings, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    await given(database)
    spans = InMemorySpanExporter()
    monkeypatch.setattr("resolvers.observe.telemetry.OTLPSpanExporter", lambda *_, **__: spans)
    monkeypatch.setattr("resolvers.observe.telemetry.OTLPMetricExporter", lambda *_, **__: Silent())
    monkeypatch.setattr(spans, "shutdown", lambda: None)
    asked = settings.model_copy(update={"otlp_endpoint": SecretStr("http://127.0.0.1:9")})
    async with running_api(asked, model=OfflineCoach()) as api:
        token = {"authorization": f"Bearer {api.token('ada')}"}
        body = {
            "query": "query WhoAmI($x: ID!) { profile(id: $x) { name } }",
            "variables": {"x": profile_of("ada")},
        }
        response = await api.http.post(
            "/graphql?secret=1", json=body, headers={"user-agent": "secret", **token}
        )
        assert response.json()["data"]["profile"]["name"]
        async with api.socket() as socket:
            live = await socket.subscribe(document("CareerActionsLive"), profileId=profile_of("ada"))
            await live.next()
            await api.data("RefreshMatches", profileId=profile_of("ada"))
            await live.next()
    found = {span.name: span for span in spans.get_finished_spans()}
    query = found["query WhoAmI"]
    request = found["HTTP /graphql"]
    assert query.parent is not None
    assert query.context is not None
    reads = [span for span in spans.get_finished_spans() if span.name == "mongodb find"]
    assert query.context.span_id in [span.parent.span_id for span in reads if span.parent]
    assert request.attributes is not None
    assert {"task refresh", "open CareerActionsLive"} <= set(found)
    told = "".join(span.to_json() for span in spans.get_finished_spans())
    for secret in ("secret", profile_of("ada"), "127.0.0.1", "Ada", str(api.token("ada"))):
        assert secret not in told


class Silent(MetricExporter):
    """Sends nothing."""

    def export(self, *_: Any, **__: Any) -> MetricExportResult:
        return MetricExportResult.SUCCESS

    def force_flush(self, timeout_millis: float = 0) -> bool:
        return True

    def shutdown(self, timeout_millis: float = 0, **_: Any) -> None:
        pass


async def test_a_collector_that_does_not_answer_keeps_nobody(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("resolvers.observe.telemetry._ENDING_SECONDS", 0.2)
    refused: list[str] = []

    async def collector(request: Request) -> JSONResponse:
        refused.append(request.url.path)
        return JSONResponse({}, 503)

    app = Starlette(routes=[Route("/{path:path}", collector, methods=["POST"])])
    async with serving(app, lifespan=False) as address:
        asked = settings.model_copy(update={"otlp_endpoint": SecretStr(f"http://{address}")})
        async with running_api(asked, model=OfflineCoach()) as api:
            assert (await api.http.get("/healthz")).status_code == 200
    assert "/v1/traces" in refused


async def test_where_nobody_asks_nothing_is_exported(settings: Settings) -> None:
    async with observing.observed(settings) as nothing:
        assert nothing is None
        assert counts.observer is None


def test_only_the_module_that_is_imported_when_asked_for_imports_the_packages() -> None:
    root = Path(__file__).parents[3]
    sources = [
        file for layer in ("db", "services", "schema", "resolvers") for file in (root / layer).rglob("*.py")
    ]
    packages = re.compile(r"^\s*(from|import) (opentelemetry|prometheus_client)", re.MULTILINE)
    assert [file.name for file in sources if packages.search(file.read_text())] == ["telemetry.py"]
    at_the_top = re.compile(r"^from resolvers[.]observe(?: import telemetry|[.]telemetry)", re.MULTILINE)
    assert not [file.name for file in sources if at_the_top.search(file.read_text())]


async def test_an_address_that_is_not_this_machines_ends_the_start_with_a_word(settings: Settings) -> None:
    asked = settings.model_copy(update={"metrics": True, "metrics_host": "192.0.2.1"})
    with pytest.raises(InvalidInput, match=r"192\.0\.2\.1") as refused:
        await Telemetry(asked).__aenter__()
    assert refused.value.field == "FOOTHOLD_METRICS_HOST"


def test_the_collectors_address_must_be_one() -> None:
    with pytest.raises(ValidationError, match="http"):
        Settings(_env_file=None, otlp_endpoint=SecretStr("collector:4318"))
