"""OpenTelemetry: exports what services/kit/metrics.py counts, and traces of what belongs together.

Spans and metrics have names, durations, numbers and words of ours. No document, variable, address, query string,
command or message of an exception is ever in one. See docs/decisions/0020-telemetry.md.
"""

import asyncio
import errno
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import partial
from types import TracebackType
from typing import Self
from wsgiref.simple_server import WSGIServer

import structlog
from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.exporter.prometheus import PrometheusMetricReader
from opentelemetry.metrics import CallbackOptions, Histogram, Observation
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import MetricReader, PeriodicExportingMetricReader
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter
from opentelemetry.trace import Status, StatusCode
from prometheus_client import CollectorRegistry, ProcessCollector, start_http_server

from resolvers.draining import Draining
from resolvers.observe.version import version
from resolvers.settings import Settings
from services.background.tasks import Tasks
from services.conversations.chat import Chat
from services.kit.errors import InvalidInput
from services.kit.metrics import Note, counts
from services.kit.usage import Usage
from services.refresh_runs.refresh_runs import RefreshRuns
from services.registry import Services
from services.sync.subscriptions import Subscriptions
from services.sync.wakeups import Wakeups

log = structlog.get_logger()

PORTS = 65
"""A process takes the first free one of so many: 64 workers, and one that replaces another."""
_EXPORT_SECONDS = 5
_ENDING_SECONDS = 3.0
_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_MODEL_SECONDS = (0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 20.0, 30.0, 60.0, 120.0, 300.0)

Labels = Mapping[str, str]


class Telemetry:
    """The observer of this process while it is entered. ``exporter`` takes the place of OTLP's for spans."""

    def __init__(self, settings: Settings, *, exporter: SpanExporter | None = None) -> None:
        resource = Resource.create({"service.name": "foothold", "service.version": version()})
        self._settings = settings
        self._registry = CollectorRegistry()
        self._server: Callable[[], None] | None = None
        self.port: int | None = None
        """Address at which Prometheus finds this process."""
        endpoint = (
            None if settings.otlp_endpoint is None else settings.otlp_endpoint.get_secret_value().rstrip("/")
        )
        readers: list[MetricReader] = []
        if settings.metrics:
            ProcessCollector(registry=self._registry)
            readers.append(PrometheusMetricReader(scope_info_enabled=False, registry=self._registry))
        if endpoint is not None:
            sender = OTLPMetricExporter(f"{endpoint}/v1/metrics", timeout=_EXPORT_SECONDS)
            readers.append(PeriodicExportingMetricReader(sender))
        self._meters = MeterProvider(readers, resource=resource, shutdown_on_exit=False)
        self._traces = TracerProvider(resource=resource, shutdown_on_exit=False)
        if endpoint is not None and exporter is None:
            exporter = OTLPSpanExporter(f"{endpoint}/v1/traces", timeout=_EXPORT_SECONDS)
        if exporter is not None:
            self._traces.add_span_processor(BatchSpanProcessor(exporter))
        self._tracing = exporter is not None
        self._tracer = self._traces.get_tracer("foothold")
        self._meter = self._meters.get_meter("foothold")
        self._lag = self._histogram("delivery.lag", "from a write to its subscribers", _SECONDS)
        self._requests = self._histogram("request.duration", "of an HTTP request", _SECONDS)
        self._commands = self._histogram("database.duration", "of a command to the database", _SECONDS)
        self._calls = self._histogram("model.duration", "of a call of the model", _MODEL_SECONDS)
        self._count()

    def watch(self, services: Services, draining: Draining | None = None) -> None:
        """Export what is true at the moment, too."""
        self._gauge(
            "subscribers",
            "open subscriptions",
            lambda: [
                ({"to": "list"}, services[Subscriptions].hub.holders),
                ({"to": "run"}, services[RefreshRuns].hub.holders),
                ({"to": "reply"}, services[Chat].hub.holders),
            ],
        )
        self._gauge("tasks", "background tasks under way", lambda: [({}, services[Tasks].under_way)])
        if draining is not None:
            self._gauge("draining", "1 while the process is leaving", lambda: [({}, int(draining.begun))])
        if services[Wakeups].connected is not None:
            connected: Callable[[], int] = lambda: int(bool(services[Wakeups].connected))  # noqa: E731
            self._gauge("redis.connected", "1 while Redis is there", lambda: [({}, connected())])

    def delivered(self, lag: float) -> None:
        self._lag.record(max(lag, 0.0))

    def requested(self, seconds: float, status: int) -> None:
        self._requests.record(seconds, {"status": f"{status // 100}xx"})

    def model_called(self, purpose: str, outcome: str, seconds: float, usage: Usage) -> None:
        self._calls.record(seconds, {"purpose": purpose})
        attributes: dict[str, str | int] = {
            "model.outcome": outcome,
            "model.tokens.input": usage.input_tokens,
            "model.tokens.output": usage.output_tokens,
            "model.tokens.cached": usage.cached_tokens,
        }
        failure = None if outcome in ("ok", "cancelled") else outcome
        self._past(f"model {purpose}", seconds, failure, **attributes)

    def commanded(self, command: str, seconds: float, failure: str | None) -> None:
        """The database has answered a command, or ``failure`` is the type of why not. Called by any thread."""
        self._commands.record(seconds, {"command": command})
        self._past(f"mongodb {command}", seconds, failure)

    @contextmanager
    def span(self, name: str, **attributes: str | int) -> Iterator[Note]:
        if not self._tracing:
            yield lambda **_: None
            return
        with self._tracer.start_as_current_span(
            name, attributes=attributes, record_exception=False, set_status_on_exception=False
        ) as span:
            try:
                yield lambda **more: span.set_attributes(more)
            except Exception as error:
                span.set_status(Status(StatusCode.ERROR, type(error).__name__))
                raise

    def _past(self, name: str, seconds: float, failure: str | None, **attributes: str | int) -> None:
        """A span of what is over already; only within another, or the sweeps would fill the collector."""
        if not trace.get_current_span().is_recording():
            return
        end = time.time_ns()
        span = self._tracer.start_span(
            name, attributes=attributes, start_time=end - int(seconds * 1_000_000_000)
        )
        if failure is not None:
            span.set_status(Status(StatusCode.ERROR, failure))
        span.end(end)

    def _histogram(self, name: str, description: str, bounds: tuple[float, ...]) -> Histogram:
        return self._meter.create_histogram(
            f"foothold.{name}", "s", f"Seconds {description}.", explicit_bucket_boundaries_advisory=bounds
        )

    def _gauge(self, name: str, description: str, read: Callable[[], Iterable[tuple[Labels, int]]]) -> None:
        self._meter.create_observable_gauge(f"foothold.{name}", [_callback(read)], description=description)

    def _counter(self, name: str, description: str, read: Callable[[], Iterable[tuple[Labels, int]]]) -> None:
        self._meter.create_observable_counter(f"foothold.{name}", [_callback(read)], description=description)

    def _count(self) -> None:
        self._gauge("connections", "open websockets", lambda: [({}, counts.connections)])
        one: dict[str, tuple[str, Callable[[], int]]] = {
            "faults": ("errors whose text was masked", lambda: counts.faults),
            "emissions": ("change sets read for subscribers", lambda: counts.emissions),
            "deliveries": ("change sets times who is up to date with them", lambda: counts.deliveries),
            "drops": ("connections cut because their client did not read", lambda: counts.drops),
            "sweep.failures": ("chores that failed and are done again", lambda: counts.sweep_failures),
            "kept_answers": ("answers given again while nothing had changed", lambda: counts.kept_answers),
            "database.waits": ("reads that had to be tried again", lambda: counts.database_waits),
            "redis.losses": ("times Redis was lost or not reached", lambda: counts.redis_losses),
        }
        for name, (description, value) in one.items():
            self._counter(name, description, lambda value=value: [({}, value())])  # type: ignore[misc]
        # Copies, because Prometheus asks from a thread of its own.
        self._counter(
            "requests",
            "HTTP requests answered",
            lambda: [({"status": str(status)}, n) for status, n in dict(counts.requests).items()],
        )
        self._counter(
            "refusals",
            "what was refused by a rate or a budget",
            lambda: [({"limit": limit}, n) for limit, n in dict(counts.refusals).items()],
        )
        self._counter(
            "resyncs",
            "emissions that replace what a client holds",
            lambda: [({"reason": reason}, n) for reason, n in dict(counts.resyncs).items()],
        )
        self._counter(
            "run.stages",
            "stages of refresh runs that ended",
            lambda: [({"stage": s, "status": end}, n) for (s, end), n in dict(counts.stages).items()],
        )
        self._counter(
            "replies",
            "replies that ended",
            lambda: [({"status": status}, n) for status, n in dict(counts.replies).items()],
        )
        self._counter(
            "model.calls",
            "calls of the model that ended",
            lambda: [({"purpose": p, "outcome": o}, n) for (p, o), n in dict(counts.model_calls).items()],
        )
        self._counter(
            "model.tokens",
            "tokens, as the provider counts them",
            lambda: [
                ({"direction": "input"}, counts.input_tokens),
                ({"direction": "output"}, counts.output_tokens),
            ],
        )
        self._counter(
            "model.tokens.cached",
            "tokens of the input that the provider had kept from an earlier call",
            lambda: [({}, counts.cached_tokens)],
        )
        self._counter(
            "swept",
            "what was left undone and found by a sweep",
            lambda: [({"what": what}, n) for what, n in dict(counts.swept).items()],
        )

    async def __aenter__(self) -> Self:
        if self._settings.metrics:
            self._listen()
        counts.observer = self
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if counts.observer is self:
            counts.observer = None
        # Telemetry is sent off once more; a collector that does not answer must not keep the process.
        loop, ended = asyncio.get_running_loop(), asyncio.Event()

        def end() -> None:
            self._end()
            with suppress(RuntimeError):  # the loop did not wait for it
                loop.call_soon_threadsafe(ended.set)

        threading.Thread(target=end, name="telemetry-ending", daemon=True).start()
        with suppress(TimeoutError):
            async with asyncio.timeout(_ENDING_SECONDS):
                await ended.wait()

    def _end(self) -> None:
        if self._server is not None:
            self._server()
        self._traces.shutdown()
        self._meters.shutdown(timeout_millis=_ENDING_SECONDS * 1000)

    def _listen(self) -> None:
        """Serve Prometheus at the first port that is free: where several processes run, each has its own."""
        host, first = self._settings.metrics_host, self._settings.metrics_port
        for port in range(first, min(first + PORTS, 65536)):
            try:
                server, thread = start_http_server(port, host, self._registry)
            except OSError as error:
                if error.errno == errno.EADDRINUSE:
                    continue
                text = f"{host} and port {port}: {error.strerror}."
                raise InvalidInput("FOOTHOLD_METRICS_HOST", text) from None
            self.port = server.server_port
            self._server = partial(_stop, server, thread)
            log.info("metrics.served", port=self.port)
            return
        raise InvalidInput("FOOTHOLD_METRICS_PORT", f"No port from {first} on is free.")


def _stop(server: WSGIServer, thread: threading.Thread) -> None:
    server.shutdown()
    server.server_close()
    thread.join(_ENDING_SECONDS)


def _callback(
    read: Callable[[], Iterable[tuple[Labels, int]]],
) -> Callable[[CallbackOptions], Iterable[Observation]]:
    def observe(_: CallbackOptions) -> Iterable[Observation]:
        return [Observation(value, dict(labels)) for labels, value in read()]

    return observe
