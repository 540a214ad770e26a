"""Faults that kill a process, or have the writer's server leave out a step of announcing."""

import asyncio
import signal
from time import monotonic
from typing import TYPE_CHECKING

from tests.proofs.faults.switches import RUN_POINTS, Point

if TYPE_CHECKING:
    from tests.proofs.faults.trial import Trial


async def cut_client(trial: "Trial") -> None:
    """Cut the subscribers' connections."""
    for witness in trial.witnesses:
        witness.cut()


async def kill_subscriber(trial: "Trial") -> None:
    """Kill the subscriber's server, and start it again."""
    with trial.deafness():
        trial.cluster.subscriber.kill()
        await trial.cluster.subscriber.start()


async def kill_writer(trial: "Trial") -> None:
    """Kill the writer's server, and start it again."""
    async with trial.armed:
        trial.cluster.writer.kill()
        await trial.cluster.writer.start()


async def kill_redis(trial: "Trial") -> None:
    """Kill Redis, and start it again a while later, empty."""
    trial.cluster.redis.kill()
    await asyncio.sleep(trial.stopped / 4)
    trial.cluster.redis.start()


async def stop_redis(trial: "Trial") -> None:
    """Have Redis hang."""
    process = trial.cluster.redis.process
    assert process is not None
    process.send_signal(signal.SIGSTOP)
    await asyncio.sleep(trial.stopped)
    process.send_signal(signal.SIGCONT)


async def kill_database(trial: "Trial") -> None:
    """Kill the database, and start it again."""
    with trial.deafness():
        trial.cluster.database.kill()
        await trial.cluster.database.start()


async def die_at(trial: "Trial", point: Point) -> None:
    """Kill the writer's server at the point, and start it again, its clock right."""
    writer = trial.cluster.writer
    async with trial.armed:
        writer.arm(point)
        await writer.killed(30)
        writer.clock.set(0)
        await writer.start()


async def leave_out(trial: "Trial", point: Point) -> None:
    """Leave out a step, among others' changes or with nobody whose next change would make up for it."""
    writer = trial.cluster.writer
    if trial.chance.random() < 0.3:
        async with trial.armed:
            writer.arm(point)
            await writer.fired(30)
        return
    async with trial.armed, trial.stillness():
        writer.arm(point)
        while (id_ := await trial.change(trial.person)) is None:
            await asyncio.sleep(0.05)
        await writer.fired(30)
        await trial.until(lambda: trial.ledger.seen_at(id_) is not None)


async def lose_worker(trial: "Trial") -> float:
    """Kill the worker in a run, and start it again, its clock right; seconds until the run has ended."""
    worker = trial.cluster.worker
    worker.arm(trial.chance.choice(RUN_POINTS))
    run = await trial.refresh()
    await worker.killed(30)
    worker.clock.set(0)
    died = monotonic()
    await worker.start()
    await trial.end_well(run)
    return monotonic() - died
