"""Failovers: the database is a pretend replica set, whose primary steps down with writes that nobody else has."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

from tests.proofs.faults.processes import DatabaseServer
from tests.smoke.conftest import a_port
from tests.support.replica_set import NAME, ReplicaSet

if TYPE_CHECKING:
    from tests.proofs.faults.trial import Trial

ELECTION = 1.0
LAG = 2.5
"""Time enough for other processes to look at the changelog by themselves: nobody tells them of what is held."""


class PretendSet:
    """Two databases as processes, and in front of them a replica set of two members, in this process."""

    def __init__(self, directory: Path) -> None:
        self._databases = [DatabaseServer(directory / str(number), a_port()) for number in (0, 1)]
        first, second = self._databases
        self._listen = (a_port(), a_port())
        self.replica_set = ReplicaSet(first.port, second.port, listen=self._listen)
        self.uri = self.uri_by()

    def uri_by(self, name: str = "foothold") -> str:
        """Return the URI that leads to the database called ``name``; the product says how often drivers look."""
        hosts = ",".join(f"127.0.0.1:{port}" for port in self._listen)
        return f"mongodb://{hosts}/{name}?replicaSet={NAME}"

    async def start(self) -> None:
        await asyncio.gather(*(database.start() for database in self._databases))
        await self.replica_set.start()

    def kill(self) -> None:
        for database in self._databases:
            database.kill()


async def fail_over(trial: "Trial") -> None:
    """Have changes wait for a majority, and the primary step down; or have the other member only lag behind.

    What waits is the changes or, when they are written already, their numbers.
    """
    replica_set = trial.cluster.replica_set
    replica_set.hold(trial.chance.choice(("streams", "streams", None)))
    await asyncio.wait_for(replica_set.applied.wait(), trial.patience)
    with trial.deafness():
        await asyncio.sleep(trial.chance.uniform(0, LAG))
        if trial.chance.random() < 0.2:
            await replica_set.release()
        else:
            await replica_set.step_down_and_lose(abrupt=trial.chance.random() < 0.5)
            await asyncio.sleep(ELECTION)
            replica_set.elect()
