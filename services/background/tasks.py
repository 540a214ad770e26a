"""Background work. Every task may run twice, by two processes, and is repeated by a sweep when it is lost."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import nullcontext
from types import TracebackType
from typing import TYPE_CHECKING, NamedTuple, Self

import structlog

from services.kit.metrics import counts

if TYPE_CHECKING:
    from services.background.task_queue import TaskStream

log = structlog.get_logger()

Handler = Callable[[str, str], Awaitable[None]]

_ENDING_SECONDS = 4.0
_TRIES = 10
_PAUSE = 0.5


class _Work(NamedTuple):
    name: str
    profile_id: str
    subject_id: str


class Tasks:
    """Tasks are named, and take a profile's id and the id of what is to be done in it.

    Without ``redis_url`` they are done in this process. With it by any process on the same Redis and ``namespace``
    that works; one with ``work=False`` only asks. ``patience`` is for how many seconds Redis may take no task.
    """

    def __init__(
        self,
        redis_url: str | None = None,
        *,
        namespace: str = "foothold",
        work: bool = True,
        patience: float = 1.0,
    ) -> None:
        self._handlers: dict[str, Handler] = {}
        self._stream = None if redis_url is None else _stream(redis_url, f"{namespace}:tasks", patience)
        self._working = work
        self._running: dict[asyncio.Task[None], _Work] = {}
        self._unbegun: list[_Work] = []
        self._sending: set[asyncio.Task[None]] = set()
        self._taking: asyncio.Task[None] | None = None
        self._handing_over: asyncio.Task[None] | None = None

    @property
    def working(self) -> bool:
        """True if this process takes tasks, now."""
        return self._working

    @property
    def under_way(self) -> int:
        """Number of tasks that this process is doing."""
        return len(self._running)

    def register(self, name: str, handler: Handler) -> None:
        """Say what ``name`` does, before the start."""
        self._handlers[name] = handler

        async def run(profile_id: str, subject_id: str) -> None:
            work = _Work(name, profile_id, subject_id)
            if self._working:
                await asyncio.wait([self._begin(work)])
            else:
                self._unbegun.append(work)  # read at the last moment

        if self._stream is not None:
            self._stream.register(name, run)

    async def kick(self, name: str, profile_id: str, subject_id: str) -> None:
        """Have it done soon, by some process. Never waits for Redis: what it does not take is begun here."""
        if name not in self._handlers:
            raise LookupError(name)
        work = _Work(name, profile_id, subject_id)
        if self._stream is None:
            self._begin_or_leave(work)
            return
        sending = asyncio.create_task(self._send(self._stream, work))
        self._sending.add(sending)
        sending.add_done_callback(self._sending.discard)

    async def hand_over(self) -> None:
        """Take no more tasks, and let other processes go on with those under way. May be called again.

        Each handler is cancelled, which is its word to give its lease up, and its task is kicked again for the
        others. Ends within seconds.
        """
        if self._handing_over is None:
            self._working = False
            self._handing_over = asyncio.create_task(self._hand_over(), name="hand-over")
        await asyncio.shield(self._handing_over)

    async def _hand_over(self) -> None:
        if self._taking is not None:
            self._taking.cancel()
            await asyncio.gather(self._taking, return_exceptions=True)
        await asyncio.gather(*self._sending)
        interrupted = await self._cancel()
        if self._stream is not None:
            await self._stream.finish()
            left = [*interrupted, *self._unbegun]
            await asyncio.gather(*(self._stream.put(*work) for work in left))
            await self._stream.give_back()
            interrupted = left
        if interrupted:
            log.info("task.handed_over", count=len(interrupted))

    async def _cancel(self) -> list[_Work]:
        """End what runs; what did not end by itself. Whoever cannot give up in time is told again."""
        cancelled = dict(self._running)
        for _ in range(2):
            for task in self._running:
                task.cancel()
            if self._running:
                await asyncio.wait(self._running, timeout=_ENDING_SECONDS)
        await asyncio.gather(*self._running, return_exceptions=True)
        return [work for task, work in cancelled.items() if task.cancelled()]

    async def _send(self, stream: "TaskStream", work: _Work) -> None:
        for _ in range(_TRIES):
            if await stream.put(*work):
                return
            if self._working or self._handing_over is not None:
                break
            await asyncio.sleep(_PAUSE)
        self._begin_or_leave(work)

    def _begin_or_leave(self, work: _Work) -> None:
        if self._working:
            self._begin(work)
        else:
            log.info("task.postponed", task=work.name, id=work.subject_id)  # a sweep will find it

    def _begin(self, work: _Work) -> asyncio.Task[None]:
        task = asyncio.create_task(self._do(work))
        self._running[task] = work
        task.add_done_callback(self._running.pop)
        return task

    async def _do(self, work: _Work) -> None:
        try:
            with nullcontext() if counts.observer is None else counts.observer.span(f"task {work.name}"):
                await self._handlers[work.name](work.profile_id, work.subject_id)
        except Exception:
            log.exception("task.failed", task=work.name, id=work.subject_id)

    async def __aenter__(self) -> Self:
        if self._stream is not None and self._working:
            self._taking = asyncio.create_task(self._stream.take(), name="tasks")
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.hand_over()
        await asyncio.gather(*self._sending)
        if self._stream is not None:
            await self._stream.aclose()


def _stream(url: str, name: str, patience: float) -> "TaskStream":
    # Importing taskiq takes a third of a second, which only those with Redis need to wait for.
    from services.background.task_queue import TaskStream  # noqa: PLC0415

    return TaskStream(url, name, patience)
