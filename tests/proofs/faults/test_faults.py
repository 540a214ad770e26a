"""Ten faults; `make faults` has as many as it is told, and CI 300.

The times allow for a machine that does much else: there they are 5 s, and 15 s for the worker.
"""

import asyncio
import random
from pathlib import Path

from tests.proofs.faults.cluster import Cluster
from tests.proofs.faults.outcomes import Fault, Limits, Outcome
from tests.proofs.faults.trial import Trial
from tests.support.patience import patient

WHILE_THE_RUN_WAITS = (
    Fault.CLIENT,
    Fault.SUBSCRIBER,
    Fault.NUMBER,
    Fault.UNMARK,
    Fault.ANNOUNCE,
    Fault.WRITTEN,
    Fault.REDIS_STOPPED,
    Fault.REDIS,
)


async def test_whatever_is_killed_or_lost_a_subscriber_sees_each_acknowledged_change_once_and_in_order(
    tmp_path: Path,
) -> None:
    limits = Limits(heal=patient(5), worker=patient(15))
    chance = random.Random(1)  # noqa: S311 - it must be the same again
    async with Trial(Cluster(tmp_path), chance, writers=2, pause=0.1, stopped=1.0, limits=limits) as trial:
        run = asyncio.create_task(trial.undergo(Fault.WORKER))
        outcomes: list[Outcome] = [await trial.undergo(fault) for fault in WHILE_THE_RUN_WAITS]
        # A run whose stage finds no database fails, and says so: that is another fault.
        outcomes += [await run, await trial.undergo(Fault.DATABASE)]
        wrong = [f"{outcome.fault.value}: {what}" for outcome in outcomes for what in outcome.wrong]
        assert [*wrong, *await trial.finish()] == []
        assert [outcome for outcome in outcomes if outcome.late] == []
        assert len(trial.ledger.acknowledged) > len(outcomes)
