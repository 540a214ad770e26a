"""Tasks: done by some process, whatever becomes of Redis or of the process that had begun."""

import asyncio
import signal
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog
from redis.asyncio import Redis
from structlog.testing import capture_logs

from services.background import task_queue
from services.background.task_queue import TaskStream
from services.background.tasks import Tasks
from tests.support.patience import within
from tests.support.redis import RedisServer

PATIENCE = 15


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[RedisServer]:
    with RedisServer(tmp_path) as server:
        yield server


class Process:
    """One that remembers what it began and what it did. ``hang`` begins and does not end."""

    def __init__(
        self, redis_url: str | None = None, *, work: bool = True, patience: float = PATIENCE
    ) -> None:
        self.tasks = Tasks(redis_url, work=work, patience=patience)
        self.begun: list[str] = []
        self.cancelled: list[str] = []
        self.known: list[dict[str, object]] = []
        self._something = asyncio.Event()
        self.tasks.register("note", self._note)
        self.tasks.register("hang", self._hang)
        self.tasks.register("fail", self._fail)

    async def _note(self, _profile_id: str, subject_id: str) -> None:
        self.begun.append(subject_id)
        self.known.append(structlog.contextvars.get_contextvars())
        self._something.set()

    async def _hang(self, profile_id: str, subject_id: str) -> None:
        await self._note(profile_id, subject_id)
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            self.cancelled.append(subject_id)
            raise

    async def _fail(self, profile_id: str, subject_id: str) -> None:
        await self._note(profile_id, subject_id)
        raise ValueError("what a person wrote")

    async def begins(self, *subject_ids: str) -> None:
        async with within(PATIENCE):
            while not set(subject_ids) <= set(self.begun):
                self._something.clear()
                await self._something.wait()


def tasks_left(before: set[asyncio.Task[object]]) -> set[asyncio.Task[object]]:
    return {task for task in asyncio.all_tasks() - before if not task.done()}


async def test_what_one_process_asks_for_another_does(redis: RedisServer) -> None:
    asker, worker = Process(redis.url, work=False), Process(redis.url)
    async with asker.tasks:
        await asker.tasks.kick("note", "ada", "asked before the first worker came")
        async with worker.tasks:
            await worker.begins("asked before the first worker came")
            await asker.tasks.kick("note", "ada", "after")
            await worker.begins("after")
    assert asker.begun == []
    async with Redis.from_url(redis.url) as client:
        assert await client.xlen("foothold:tasks") == 0, "what is done says no more whose it was"


async def test_each_task_is_done_by_one_of_the_processes(redis: RedisServer) -> None:
    processes = [Process(redis.url) for _ in range(3)]
    async with processes[0].tasks, processes[1].tasks, processes[2].tasks:
        names = [str(number) for number in range(60)]
        for name in names:
            await processes[0].tasks.kick("note", "ada", name)
        async with within(PATIENCE):
            while sum(len(process.begun) for process in processes) < len(names):
                await asyncio.sleep(0.01)
    done = Counter(name for process in processes for name in process.begun)
    assert done == Counter(names)


async def test_a_process_takes_no_more_than_it_can_do_and_leaves_the_rest_to_others(
    redis: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(task_queue, "AT_ONCE", 2)
    one, other = Process(redis.url), Process(redis.url)
    async with one.tasks:
        for name in "abcd":
            await one.tasks.kick("hang", "ada", name)
        await one.begins("a", "b")
        async with other.tasks:
            await other.begins("c", "d")
            assert one.begun == ["a", "b"]


async def test_a_closing_process_hands_over_what_it_has_begun(redis: RedisServer) -> None:
    before = asyncio.all_tasks()
    one, other = Process(redis.url), Process(redis.url)
    async with one.tasks:
        await one.tasks.kick("hang", "ada", "long")
        await one.begins("long")
        async with other.tasks:
            async with within(2):  # not after a lease
                await one.tasks.hand_over()
                await other.begins("long")
            assert one.cancelled == ["long"]
            await one.tasks.kick("note", "ada", "from a request that was under way")
            await other.begins("from a request that was under way")
            await one.tasks.hand_over()
    assert one.begun == ["long"]
    await asyncio.sleep(0)
    assert tasks_left(before) == set()


async def test_what_the_last_process_had_begun_is_taken_up_by_the_next(redis: RedisServer) -> None:
    one, next_one = Process(redis.url), Process(redis.url)
    async with one.tasks:
        await one.tasks.kick("hang", "ada", "long")
        await one.begins("long")
    async with next_one.tasks:
        await next_one.begins("long")


async def test_what_was_read_and_not_begun_is_given_back(redis: RedisServer) -> None:
    """Its process was cancelled between Redis's answer and the beginning."""
    asker, worker = Process(redis.url, work=False), Process(redis.url)
    stream = TaskStream(redis.url, "foothold:tasks")
    async with asker.tasks:
        await asker.tasks.kick("note", "ada", "read")
        await asker.tasks.hand_over()  # it is sent
        await stream._broker.startup()
        reading = stream._broker.listen()
        await anext(reading)
        await reading.aclose()
        async with worker.tasks:
            await asyncio.sleep(0.1)
            assert worker.begun == []
            await stream.give_back()
            await worker.begins("read")
    await stream.aclose()


async def test_nobody_waits_for_a_redis_that_does_not_answer(redis: RedisServer) -> None:
    before = asyncio.all_tasks()
    worker, asker = Process(redis.url, patience=3), Process(redis.url, work=False, patience=3)
    async with worker.tasks, asker.tasks:
        await worker.tasks.kick("note", "ada", "first")
        await worker.begins("first")
        assert redis.process is not None
        redis.process.send_signal(signal.SIGSTOP)
        async with asyncio.timeout(2.5):
            await worker.tasks.kick("note", "ada", "second")
            await asker.tasks.kick("note", "ada", "left to a sweep")
        async with within(3):
            await worker.begins("second")
            await worker.tasks.kick("hang", "ada", "third")
            await worker.begins("third")
        async with within(8):
            await worker.tasks.hand_over()
        assert worker.cancelled == ["third"]
        redis.process.send_signal(signal.SIGCONT)
    assert asker.begun == []
    await asyncio.sleep(0)
    assert tasks_left(before) == set()


async def test_tasks_are_taken_again_when_redis_is_back_without_its_memory(redis: RedisServer) -> None:
    worker, asker = Process(redis.url), Process(redis.url, work=False)
    async with worker.tasks, asker.tasks:
        await asker.tasks.kick("note", "ada", "before")
        await worker.begins("before")
        redis.kill()
        await asker.tasks.kick("note", "ada", "asked meanwhile")
        await worker.tasks.kick("note", "ada", "meanwhile")
        await worker.begins("meanwhile")
        redis.start()
        await worker.begins("asked meanwhile")


@pytest.mark.parametrize("broker", ["redis", "none"])
async def test_a_task_that_fails_is_logged_without_what_it_says_and_not_done_again(
    redis: RedisServer, broker: str
) -> None:
    process = Process(redis.url if broker == "redis" else None)
    with capture_logs() as logs:
        async with process.tasks:
            await process.tasks.kick("fail", "ada", "a")
            await process.begins("a")
            await process.tasks.kick("note", "ada", "b")
            await process.begins("b")
    assert process.begun == ["a", "b"]
    assert [(entry["event"], entry["id"]) for entry in logs if entry["log_level"] == "error"] == [
        ("task.failed", "a")
    ]


async def test_without_redis_a_closing_process_begins_nothing_more() -> None:
    process = Process()
    async with process.tasks:
        await process.tasks.kick("hang", "ada", "long")
        await process.begins("long")
        await process.tasks.hand_over()
        await process.tasks.kick("note", "ada", "late")
        await asyncio.sleep(0)
        with pytest.raises(LookupError):
            await process.tasks.kick("unknown", "ada", "a")
    assert (process.begun, process.cancelled) == (["long"], ["long"])


async def test_log_lines_of_a_task_name_the_request_that_wanted_it(redis: RedisServer) -> None:
    asker, worker = Process(redis.url, work=False), Process(redis.url)
    async with asker.tasks, worker.tasks:
        with structlog.contextvars.bound_contextvars(request_id="asked", operation="RefreshMatches"):
            await asker.tasks.kick("note", "ada", "for a request")
        await worker.begins("for a request")
        await asker.tasks.kick("note", "ada", "for nobody")
        await worker.begins("for nobody")

    assert worker.known == [{"request_id": "asked", "operation": "RefreshMatches"}, {}]
