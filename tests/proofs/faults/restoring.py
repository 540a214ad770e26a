"""Fault of a database that is replaced by an older copy of itself, under running processes that are told nothing."""

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.proofs.faults.trial import Trial

CHANGES = 12


async def restore(trial: "Trial") -> None:
    """Copy the database, and after more changes restore it. The subscriber is connected, or comes back later.

    Then it comes back after as many new changes as were lost: its cursor's number is there again.
    """
    database, ledger = trial.cluster.database, trial.ledger
    async with trial.stillness():
        held = {name: len(each.acknowledged) for name, each in trial.ledgers.items()}
        await asyncio.to_thread(database.copy)
    await trial.acknowledged(CHANGES)
    away = trial.chance.random() < 0.5
    with trial.deafness():
        async with trial.stillness():
            # Or a log entry read before could be shown with the action as it is read afterwards, until the RESYNC.
            await trial.until(lambda: not any(each.unseen for each in trial.ledgers.values()))
            if away:
                for witness in trial.witnesses:
                    witness.leave()
            lost = len(ledger.acknowledged) - held["Changes"]
            for name, each in trial.ledgers.items():
                each.replaced(held[name])
            await database.restore()
        if away:
            await trial.acknowledged(trial.chance.randint(0, 2 * lost))
            for witness in trial.witnesses:
                witness.come_back()
