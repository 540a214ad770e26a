"""Faults of networks: packets between one server and the database or Redis are swallowed, or answers are lost."""

import asyncio
from contextlib import nullcontext
from time import monotonic
from typing import TYPE_CHECKING

from tests.support.network import Network

if TYPE_CHECKING:
    from tests.proofs.faults.trial import Trial


LOST = 0.1
"""Share of answers that are lost."""


async def silence_database(trial: "Trial") -> float:
    """Swallow packets to the database; connections from before stay silent for ever."""
    server = trial.chance.choice(("subscriber", "writer"))
    with trial.deafness() if server == "subscriber" else nullcontext():
        await _swallow(trial, trial.cluster.lines[server].database)
    return await _healed(trial)


async def silence_redis(trial: "Trial") -> float:
    """Swallow packets to Redis. The database is there, so nobody is excused for being late."""
    server = trial.chance.choice(("subscriber", "writer"))
    await _swallow(trial, trial.cluster.lines[server].redis)
    return await _healed(trial)


async def lose_answers(trial: "Trial") -> float:
    """Cut connections to the database when it has done what it was asked for, and before it says so."""
    network = trial.cluster.lines[trial.chance.choice(("subscriber", "writer"))].database
    network.lose_answers(lambda: trial.chance.random() < LOST)
    await asyncio.sleep(trial.chance.uniform(0, trial.stopped))
    network.lose_answers(lambda: False)
    return await _healed(trial)


async def _swallow(trial: "Trial", network: Network) -> None:
    network.swallow()
    await asyncio.sleep(trial.chance.uniform(0, trial.stopped))
    network.restore(forget=True)


async def _healed(trial: "Trial") -> float:
    """Return the seconds until both servers have acknowledged a change that was asked for now."""
    began = monotonic()
    for writer in (trial.person, trial.neighbour):
        while await trial.change(writer) is None:
            await asyncio.sleep(0.05)
    return monotonic() - began
