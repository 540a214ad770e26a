"""Structured logs: one line a request, operation or job, with ids, sizes and durations, never a person's text."""

import logging
import sys
import time
import traceback
import uuid
from pathlib import Path

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from structlog.typing import EventDict, Processor, WrappedLogger

log = structlog.get_logger()

_PATHS = ("/graphql", "/healthz", "/readyz")
_HERE = Path(__file__).resolve().parent.parent


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
    """What a library says: its words before anything was put into them, none of them beside an exception."""
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


def configure(*, level: str, json: bool) -> None:
    """Set up structlog, and send what libraries log through it."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        frames_only,
    ]
    renderer: Processor = structlog.processors.JSONRenderer() if json else structlog.dev.ConsoleRenderer()
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
    """One line a request, or a websocket connection when it ends."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        started = time.monotonic()
        outcome: dict[str, int] = {}
        sent = 0

        async def noted(message: Message) -> None:
            nonlocal sent
            if message["type"] == "http.response.start":
                outcome["status"] = message["status"]
            elif message["type"] == "websocket.close":
                outcome["code"] = message.get("code", 1000)
            sent += len(message.get("body") or message.get("text") or b"")
            await send(message)

        with structlog.contextvars.bound_contextvars(request_id=uuid.uuid4().hex[:16]):
            try:
                await self._app(scope, receive, noted)
            finally:
                log.info(
                    "request" if scope["type"] == "http" else "connection",
                    method=scope.get("method"),
                    path=scope["path"] if scope["path"] in _PATHS else "other",
                    **outcome,
                    bytes=sent,
                    ms=round((time.monotonic() - started) * 1000, 1),
                )
