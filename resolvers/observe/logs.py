"""Structured logs: one line a request, operation or job, with ids, sizes and durations, never a person's text."""

import logging
import os
import re
import sys
import time
import traceback
import uuid
from itertools import count
from pathlib import Path

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from structlog.typing import EventDict, Processor, WrappedLogger

from services.kit.metrics import counts

log = structlog.get_logger()

_PATHS = ("/graphql", "/healthz", "/readyz")
_SANE_ID = re.compile(rb"[A-Za-z0-9][A-Za-z0-9_-]{7,63}")
_operations = count(1)
REQUEST_ID = b"x-request-id"
_HERE = Path(__file__).resolve().parents[2]


def frames_only(_logger: WrappedLogger, _name: str, event: EventDict) -> EventDict:
    """Replace an exception by its type and the lines it passed: its message may quote what a person wrote."""
    given = event.pop("exc_info", None)
    error = sys.exc_info()[1] if given is True else given[1] if isinstance(given, tuple) else given
    if isinstance(error, BaseException):
        event["error"] = type(error).__name__
        if isinstance(error, OSError) and error.strerror:
            event["reason"] = error.strerror
        event["frames"] = [
            f"{_place(frame.filename)}:{frame.lineno}" for frame in traceback.extract_tb(error.__traceback__)
        ]
    return event


def words_only(_logger: WrappedLogger, _name: str, event: EventDict) -> EventDict:
    """Processor for libraries' messages: keeps the template without its values, and nothing beside an exception."""
    record: logging.LogRecord = event["_record"]
    event["logger"] = record.name
    if isinstance(record.msg, BaseException):
        event["exc_info"] = record.msg
    spoken = isinstance(record.msg, str) and "exc_info" not in event
    event["event"] = record.msg.partition("\n")[0] if spoken else "library.exception"
    return event


def _place(filename: str) -> str:
    path = Path(filename)
    return str(path.relative_to(_HERE)) if path.is_relative_to(_HERE) else path.name


def _with_process(_logger: WrappedLogger, _name: str, event: EventDict) -> EventDict:
    """Add the process id: of several workers each says its own."""
    event["pid"] = os.getpid()
    return event


def in_colour() -> bool:
    """Tell if what is logged for reading by eye is coloured: on a terminal, unless NO_COLOR (no-color.org) is set."""
    return sys.stderr.isatty() and not os.environ.get("NO_COLOR")


def configure(*, level: str, json: bool) -> None:
    """Set up structlog, and send what libraries log through it."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _with_process,
        frames_only,
    ]
    renderer: Processor = (
        structlog.processors.JSONRenderer() if json else structlog.dev.ConsoleRenderer(colors=in_colour())
    )
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[words_only, *shared],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level.upper())
    logging.raiseExceptions = False  # a handler that fails would print what it was given
    for noisy in (
        "pymongo",
        "httpx2",
        "httpcore2",
        "anthropic",
        "websockets",
        "asyncio",
        "uvicorn",
        "taskiq",
    ):
        logging.getLogger(noisy).setLevel(max(logging.WARNING, root.level))


class RequestLog:
    """Log one line per request, and per websocket connection when it ends."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        started = time.monotonic()
        outcome: dict[str, int] = {}
        sent = 0
        http = scope["type"] == "http"
        id_ = request_id_of(scope)

        async def noted(message: Message) -> None:
            nonlocal sent
            if message["type"] in ("http.response.start", "websocket.accept"):
                message["headers"] = [*message.get("headers", ()), (REQUEST_ID, id_.encode())]
            if message["type"] == "http.response.start":
                outcome["status"] = message["status"]
            elif message["type"] == "websocket.close":
                outcome["code"] = message.get("code", 1000)
            sent += len(message.get("body") or message.get("text") or b"")
            await send(message)

        path = scope["path"] if scope["path"] in _PATHS else "other"
        counts.connections += not http
        with structlog.contextvars.bound_contextvars(request_id=id_):
            try:
                if http and counts.observer is not None:
                    with counts.observer.span(f"HTTP {path}", **{"request.id": id_}) as note:
                        await self._app(scope, receive, noted)
                        note(**{"http.response.status_code": outcome.get("status", 0)})
                else:
                    await self._app(scope, receive, noted)
            finally:
                seconds = time.monotonic() - started
                counts.connections -= not http
                if http:
                    counts.requests[outcome.get("status", 500)] += 1
                    if counts.observer is not None:
                        counts.observer.requested(seconds, outcome.get("status", 500))
                log.info(
                    "request.finished" if http else "connection.closed",
                    method=scope.get("method"),
                    path=path,
                    **outcome,
                    bytes=sent,
                    ms=round(seconds * 1000, 1),
                )


def request_id_of(scope: Scope) -> str:
    """The caller's ``X-Request-ID`` when it looks like one, else a new one."""
    given = [value for name, value in scope["headers"] if name == REQUEST_ID]
    if len(given) == 1 and _SANE_ID.fullmatch(given[0]):
        return str(given[0], "ascii")
    return uuid.uuid4().hex[:16]


def present_id() -> str:
    """Return the ``request_id`` of the current request or operation."""
    return str(structlog.contextvars.get_contextvars().get("request_id", "none"))


def operation_begins() -> None:
    """Give an operation on a websocket an id of its own, which begins with its connection's."""
    structlog.contextvars.bind_contextvars(request_id=f"{present_id()}.{next(_operations)}")
