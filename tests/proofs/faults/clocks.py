"""Faults of clocks: one process's is five hours ahead or behind. Only that of this process: the others are right."""

from typing import TYPE_CHECKING

from tests.proofs.faults import kills
from tests.proofs.faults.switches import Point

if TYPE_CHECKING:
    from tests.proofs.faults.trial import Trial

HOURS_5 = 5 * 3600.0
CHANGES = 15


def _wrong_by(trial: "Trial") -> float:
    return trial.chance.choice((HOURS_5, -HOURS_5))


async def jump(trial: "Trial") -> None:
    """Have the clock of one process jump while changes go on, and jump back."""
    cluster = trial.cluster
    process = trial.chance.choice((cluster.subscriber, cluster.writer, cluster.worker))
    process.clock.set(_wrong_by(trial))
    try:
        await trial.acknowledged(CHANGES)
    finally:
        process.clock.set(0)


async def die_after_a_write(trial: "Trial") -> None:
    """Have the writer's server leave a change that is written or numbered at an hour that is not yet, or long ago."""
    trial.cluster.writer.clock.set(_wrong_by(trial))
    await kills.die_at(trial, trial.chance.choice((Point.DIE_WRITTEN, Point.DIE_NUMBERED)))


async def lose_worker(trial: "Trial") -> float:
    """Have the worker leave a lease that ends in five hours, or ended long ago."""
    trial.cluster.worker.clock.set(_wrong_by(trial))
    return await kills.lose_worker(trial)
