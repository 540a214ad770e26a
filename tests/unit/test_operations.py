"""docs/configuration.md names every setting; docs/operations.md every metric, and only log events that exist."""

import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any, get_args

from annotated_types import Ge, Gt, Le
from opentelemetry.metrics import Histogram
from pydantic import SecretStr

from resolvers.observe.telemetry import Telemetry
from resolvers.settings import Settings
from services.registry import Services
from services.sync.wakeups import Wakeups

ROOT = Path(__file__).parents[2]
OPERATIONS = (
    (ROOT / "docs" / "operations.md").read_text() if (ROOT / "docs" / "operations.md").exists() else ""
)
CONFIGURATION = (ROOT / "docs" / "configuration.md").read_text()


def rows() -> list[tuple[str, str, str]]:
    """Of each setting the variable, the default and what is allowed, as the page writes them."""
    return [
        (str(field.alias), _default(field.default), _allowed(field))
        for field in Settings.model_fields.values()
    ]


def _default(value: object) -> str:
    match value:
        case None:
            return "none"
        case bool():
            return f"`{str(value).lower()}`"
        case ():
            return "`[]`"
        case float():
            return f"`{value:g}`"
    return f"`{value}`"


def _allowed(field: Any) -> str:
    low, high = "", ""
    for rule in field.metadata:
        match rule:
            case Ge(ge=least):
                low = f"{least:g}" if isinstance(least, float) else str(least)
            case Gt(gt=least):
                low = f"over {least}"
            case Le(le=most):
                high = f"{most:g}" if isinstance(most, float) else str(most)
    if low or high:
        return f"{low} to {high}"
    if field.annotation is bool:
        return "`true`, `false`"
    words = get_args(field.annotation)
    if words and all(isinstance(word, str) for word in words):
        return ", ".join(f"`{word}`" for word in words)
    if field.annotation == tuple[str, ...]:
        return "a JSON list"
    return "a secret" if SecretStr in words else ""


def test_every_setting_is_there_as_it_is() -> None:
    found = re.findall(r"^\| `([A-Z_]+)` \| (.*?) \| (.*?) \| (.+) \|$", CONFIGURATION, re.MULTILINE)
    assert [row[:3] for row in found] == rows()


def log_events() -> set[str]:
    """Return the names of all events that the code logs."""
    call = re.compile(r"\blog\.(?:debug|info|warning|error|exception)\(\s*\"([^\"]+)\"")
    files = [path for room in ("db", "services", "resolvers") for path in (ROOT / room).rglob("*.py")]
    return {name for path in files for name in call.findall(path.read_text())}


def test_log_events_are_a_noun_and_a_participle() -> None:
    names = log_events()
    assert len(names) > 40
    assert [
        name
        for name in names
        if not re.fullmatch(r"[a-z_]+\.([a-z]+_)*([a-z]+ed|lost|swept)(_[a-z]+)*", name)
    ] == []


def test_every_log_event_that_the_page_names_exists() -> None:
    named = set(re.findall(r"`([a-z_]+\.[a-z_]+(?:ed|lost))`", OPERATIONS))
    assert "websocket.slow_reader_closed" in named
    assert named <= log_events()


def metrics() -> set[str]:
    """The names of all metrics, as Prometheus has them."""
    names: set[str] = set()

    class Named(Telemetry):
        def _gauge(self, name: str, *rest: Any) -> None:
            names.add("foothold_" + name.replace(".", "_"))

        def _counter(self, name: str, *rest: Any) -> None:
            names.add("foothold_" + name.replace(".", "_") + "_total")

        def _histogram(self, name: str, *rest: Any) -> Histogram:
            names.add("foothold_" + name.replace(".", "_") + "_seconds")
            return super()._histogram(name, *rest)

    services = Services(Wakeups("redis://127.0.0.1:1"))
    draining: Any = SimpleNamespace(begun=False)
    Named(Settings(_env_file=None)).watch(services, draining)
    return names


def test_every_metric_is_there_and_no_other() -> None:
    assert set(re.findall(r"^\| `(foothold_\w+)`", OPERATIONS, re.MULTILINE)) == metrics()


def test_alert_rules_name_metrics_that_there_are() -> None:
    rules = (ROOT / "deploy" / "alerts.yml").read_text()
    named = {name.removesuffix("_bucket") for name in re.findall(r"foothold_\w+", rules)}
    assert len(named) >= 9
    assert named <= metrics()


def test_what_is_deployed_is_configured_by_settings_that_there_are() -> None:
    settings = {name for name, _, _ in rows()} | {"MONGODB_URI", "REDIS_URL"}
    files = [*(ROOT / "deploy").rglob("*.*"), ROOT / "compose.yaml", ROOT / "Dockerfile"]
    named = {name for file in files for name in re.findall(r"FOOTHOLD_[A-Z_]*[A-Z]", file.read_text())}
    assert "FOOTHOLD_METRICS" in named
    assert named - settings <= {"FOOTHOLD_COMMIT"}, "which only the build reads"
