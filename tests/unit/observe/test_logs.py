"""Logs hold ids, sizes, durations and places, never a person's text."""

import asyncio
import io
import json
import logging
import sys
from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from structlog.stdlib import ProcessorFormatter
from taskiq import InMemoryBroker

from resolvers.observe.logs import configure

SECRET = "my confession"


class Lines(io.StringIO):
    """Return the logged text, which must not hold the secret."""

    def text(self) -> str:
        text = self.getvalue()
        assert SECRET not in text
        return text

    def all(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.text().splitlines()]


@pytest.fixture
def logged(monkeypatch: pytest.MonkeyPatch) -> Iterator[Lines]:
    """Logs as ``foothold serve`` writes them; afterwards as they were."""
    lines, root, before = Lines(), logging.getLogger(), structlog.get_config()
    level = root.level
    monkeypatch.setattr(sys, "stderr", lines)
    configure(level="debug", json=True)
    yield lines
    root.handlers = [own for own in root.handlers if not isinstance(own.formatter, ProcessorFormatter)]
    root.setLevel(level)
    logging.raiseExceptions = True
    structlog.configure(**before)


def fault() -> ValueError:
    try:
        try:
            raise KeyError(SECRET)
        except KeyError as cause:
            raise ValueError(f"about {SECRET}") from cause
    except ValueError as error:
        return error


def test_a_fault_of_ours_shows_its_type_and_place(logged: Lines) -> None:
    try:
        raise fault()
    except ValueError:
        structlog.get_logger().exception("something.failed", run_id="r1")
    [line] = logged.all()
    assert (line["event"], line["error"], line["run_id"]) == ("something.failed", "ValueError", "r1")
    assert any("test_logs.py:" in frame for frame in line["frames"])


@pytest.mark.parametrize("as_json", [True, False])
def test_a_fault_that_a_library_logs_shows_its_type_and_place_only(
    logged: Lines, as_json: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stderr", logged)
    configure(level="debug", json=as_json)
    error = fault()
    library = logging.getLogger("somebodys.library")
    library.error("failed: %s", error, exc_info=error)
    library.error("failed with %r", error)
    library.error(f"failed with {error}", exc_info=error)
    library.warning("failed\n  because of " + repr(error))
    library.warning(error)
    library.warning("%(text)s", {"text": SECRET})
    if as_json:
        lines = logged.all()
        assert [line.get("error") for line in lines] == ["ValueError", None] * 2 + ["ValueError", None]
        assert {line["logger"] for line in lines} == {"somebodys.library"}
        assert lines[0]["frames"]
    else:
        assert logged.text().count("somebodys.library") == 6


def test_the_traceback_that_another_handler_has_put_into_words_does_not_show(
    logged: Lines,
) -> None:
    error = fault()
    record = logging.LogRecord(
        "library", logging.ERROR, __file__, 1, "failed", None, (ValueError, error, error.__traceback__)
    )
    logging.Formatter().format(record)
    assert SECRET in str(record.exc_text)
    logging.getLogger().handle(record)
    [line] = logged.all()
    assert line["error"] == "ValueError"


async def test_a_task_that_fails_in_the_queue_shows_its_type_and_place(
    logged: Lines,
) -> None:
    broker = InMemoryBroker(await_inplace=True)

    async def fail() -> None:
        raise fault()

    await broker.register_task(fail, task_name="fail").kiq()
    await broker.shutdown()
    assert "ValueError" in [line.get("error") for line in logged.all()]


async def test_what_the_event_loop_complains_of_shows_its_type_and_place(
    logged: Lines,
) -> None:
    error = fault()
    asyncio.get_running_loop().call_exception_handler(
        {"message": "Task exception was never retrieved", "exception": error, "future": repr(error)}
    )
    assert "ValueError" in [line.get("error") for line in logged.all()]


def test_what_the_system_says_shows(logged: Lines) -> None:
    logging.getLogger("somebodys.library").error(OSError(98, "address already in use"))
    [line] = logged.all()
    assert (line["error"], line["reason"]) == ("OSError", "address already in use")
