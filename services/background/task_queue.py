"""Tasks on a Redis stream: the single home of taskiq.

taskiq's own listening loop ends with the connection to Redis, and does not end on close while a task is under way.
This one comes back with growing pauses, can be cancelled, and gives back what it has read and not begun. Messages,
their format and their acknowledgement are taskiq's.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable, Coroutine
from contextlib import aclosing, suppress
from time import monotonic
from typing import Any, cast

import structlog
from redis.asyncio import Redis
from redis.asyncio.client import Pipeline
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from taskiq import TaskiqMessage, TaskiqMiddleware
from taskiq.acks import AckableMessage, AcknowledgeType
from taskiq.exceptions import TaskiqError
from taskiq.receiver import Receiver
from taskiq_redis import RedisStreamBroker

from services.kit.cancelling import cancellable

log = structlog.get_logger()

Run = Callable[[str, str], Coroutine[Any, Any, None]]

AT_ONCE = 256
_GROUP = "foothold"
_MOST_MESSAGES = 10_000
_BLOCK_MS = 2_000
_ANSWER_SECONDS = 4.0
_UNTRIED_SECONDS = 1.0
_CONNECTIONS = 8
_FORGOTTEN_MS = 3_600_000
_SHORTEST_PAUSE = 0.05
_LONGEST_PAUSE = 2.0

_Unreachable = (RedisError, OSError, TimeoutError, TaskiqError)


_CARRIED = ("request_id", "operation")


class _Requests(TaskiqMiddleware):
    """Carries what log lines say of the request that wanted a task to whoever does it."""

    def pre_send(self, message: TaskiqMessage) -> TaskiqMessage:
        known = structlog.contextvars.get_contextvars()
        message.labels.update({name: str(known[name]) for name in _CARRIED if name in known})
        return message

    def pre_execute(self, message: TaskiqMessage) -> TaskiqMessage:
        structlog.contextvars.unbind_contextvars(*_CARRIED)
        known = {name: message.labels[name] for name in _CARRIED if name in message.labels}
        structlog.contextvars.bind_contextvars(**known)
        return message


class _Broker(RedisStreamBroker):
    """Reads a message at a time, so that none waits here while another process is idle.

    Nothing is claimed from consumers that died: the leases in the database say what to do again, and by when.
    """

    async def listen(self) -> AsyncGenerator[AckableMessage, None]:
        async with Redis(connection_pool=self.connection_pool) as redis:
            while True:
                for id_, data in await self.read(redis, ">", 1, _BLOCK_MS):
                    yield AckableMessage(data=data, ack=self._ack_generator(id_, self.queue_name))

    async def read(
        self, redis: "Redis", start: str, count: int, block: int | None = None
    ) -> list[tuple[str, bytes]]:
        """Ids and data. From ``>`` what nobody was given yet, from ``0`` what this consumer has not acknowledged."""
        streams: dict[Any, Any] = {self.queue_name: start}
        with cancellable():
            found = await redis.xreadgroup(
                self.consumer_group_name, self.consumer_name, streams, count=count, block=block
            )
        answer = cast(list[Any], found or [])  # its type covers every protocol
        return [(id_, fields[b"data"]) for _, messages in answer for id_, fields in messages if fields]

    async def put_back(self, redis: "Redis", id_: str, data: bytes) -> None:
        """For another consumer to take."""
        async with redis.pipeline() as all_:
            all_.xadd(self.queue_name, {b"data": data}, maxlen=self.maxlen, approximate=self.approximate)
            self._remove(all_, id_)
            await all_.execute()

    def _ack_generator(self, id: str, queue_name: str) -> Callable[[], Coroutine[Any, Any, None]]:  # noqa: A002
        """Upstream's leaves the message in the stream, and with it whose task it was."""

        async def ack() -> None:
            async with Redis(connection_pool=self.connection_pool) as redis, redis.pipeline() as both:
                self._remove(both, id)
                await both.execute()

        return ack

    def _remove(self, pipeline: "Pipeline", id_: str) -> None:
        pipeline.xack(self.queue_name, self.consumer_group_name, id_)
        pipeline.xdel(self.queue_name, id_)

    async def forget_the_dead(self, redis: "Redis") -> None:
        """Consumers of processes that were killed would stay for ever, with what they had read."""
        for consumer in await redis.xinfo_consumers(self.queue_name, self.consumer_group_name):
            if consumer["idle"] > _FORGOTTEN_MS:
                await redis.xgroup_delconsumer(self.queue_name, self.consumer_group_name, consumer["name"])


class TaskStream:
    """Task queue: one stream of Redis, shared by all processes. Losing any of it costs time only.

    ``patience`` is how many seconds Redis has for taking a task, and again for taking back what is left at the end.
    """

    def __init__(self, url: str, name: str, patience: float = 1.0) -> None:
        self._patience = patience
        self._broker = _Broker(
            url,
            queue_name=name,
            consumer_group_name=_GROUP,
            consumer_id="0",  # with the default, what was put before the group existed would be lost
            maxlen=_MOST_MESSAGES,
            max_connection_pool_size=_CONNECTIONS,
            timeout=_ANSWER_SECONDS,  # for a free connection
            protocol=2,  # in which redis-py 7 and 8 answer alike
            socket_connect_timeout=_ANSWER_SECONDS,
            socket_timeout=_ANSWER_SECONDS,
            retry=Retry(NoBackoff(), 0),
        )
        self._broker.add_middlewares(_Requests())
        self._under_way: set[asyncio.Task[None]] = set()
        self._putting = asyncio.Lock()
        self._puttable_at = 0.0

    def register(self, name: str, run: Run) -> None:
        """``run`` is awaited for each task of this name, and does not raise."""
        self._broker.register_task(run, task_name=name)

    async def put(self, name: str, profile_id: str, subject_id: str) -> bool:
        """Return True if Redis has it. In doubt it may have it all the same."""
        task = self._broker.find_task(name)
        if task is None:
            raise LookupError(name)
        async with self._putting:  # many at once would each want a connection
            if monotonic() < self._puttable_at:
                return False  # nobody should wait for what is not there, one after another
            try:
                async with asyncio.timeout(self._patience):
                    await task.kiq(profile_id, subject_id)
            except _Unreachable as error:
                self._puttable_at = monotonic() + _UNTRIED_SECONDS
                reason = error.__cause__ if isinstance(error, TaskiqError) else error
                log.warning("task.enqueue_failed", error=type(reason).__name__)
                return False
        return True

    async def take(self) -> None:
        """Do the tasks of the stream, at most ``AT_ONCE`` at a time, until cancelled."""
        receiver = Receiver(
            self._broker,
            max_async_tasks=AT_ONCE,
            run_startup=False,
            ack_type=AcknowledgeType.WHEN_EXECUTED,
        )
        pause = _SHORTEST_PAUSE
        while True:
            try:
                with cancellable():
                    await self._prepare()
                async with aclosing(self._broker.listen()) as messages:
                    await self._room()
                    async for message in messages:
                        pause = _SHORTEST_PAUSE
                        task = asyncio.create_task(self._do(receiver, message))
                        self._under_way.add(task)
                        task.add_done_callback(self._under_way.discard)
                        await self._room()
            except _Unreachable as error:
                log.warning("task.redis_lost", error=type(error).__name__, pause=pause)
            await asyncio.sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE)

    async def finish(self) -> None:
        """Wait until what was taken is acknowledged. To be called once nothing is taken any more."""
        if self._under_way:
            await asyncio.wait(self._under_way, timeout=self._patience)

    async def give_back(self) -> None:
        """Let others have what was read and not begun, and leave the group."""
        broker = self._broker
        with suppress(*_Unreachable):
            async with (
                asyncio.timeout(self._patience),
                Redis(connection_pool=broker.connection_pool) as redis,
            ):
                for id_, data in await broker.read(redis, "0", _MOST_MESSAGES):
                    await broker.put_back(redis, id_, data)
                await redis.xgroup_delconsumer(
                    broker.queue_name, broker.consumer_group_name, broker.consumer_name
                )

    async def aclose(self) -> None:
        """Nothing is put or taken any more."""
        for task in self._under_way:
            task.cancel()
        await asyncio.gather(*self._under_way, return_exceptions=True)
        with suppress(*_Unreachable):
            await self._broker.shutdown()

    async def _prepare(self) -> None:
        await self._broker.startup()  # makes the group, which a Redis that was restarted has forgotten
        async with Redis(connection_pool=self._broker.connection_pool) as redis:
            await self._broker.forget_the_dead(redis)

    async def _room(self) -> None:
        while len(self._under_way) >= AT_ONCE:
            await asyncio.wait(self._under_way, return_when=asyncio.FIRST_COMPLETED)

    async def _do(self, receiver: Receiver, message: AckableMessage) -> None:
        try:
            await receiver.callback(message)
        except (
            _Unreachable
        ) as error:  # it is done all the same; what is not acknowledged is given back at the end
            log.warning("task.acknowledgement_failed", error=type(error).__name__)
