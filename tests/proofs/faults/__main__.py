"""`make faults`: have one fault after another happen, and count what a subscriber missed of what was acknowledged."""

import argparse
import asyncio
import random
import secrets
import signal
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from time import monotonic

import click

from tests.proofs.faults.outcomes import Fault, Limits, Outcome
from tests.proofs.faults.trial import Trial


def rotation(chance: random.Random, number: int, kinds: Sequence[Fault]) -> list[Fault]:
    """Every fault as often as every other, in an order of chance's."""
    faults: list[Fault] = []
    while len(faults) < number:
        faults += chance.sample(kinds, len(kinds))
    return faults[:number]


class Tally:
    """Outcomes of all trials, each told as soon as it is there. ``seconds`` are those that all may take."""

    def __init__(self, number: int, seconds: float) -> None:
        self._number = number
        self._seconds = seconds
        self._began = monotonic()
        self.outcomes: list[Outcome] = []
        self.wrong: list[str] = []

    @property
    def over(self) -> bool:
        return monotonic() - self._began > self._seconds

    def add(self, outcome: Outcome) -> None:
        self.outcomes.append(outcome)
        place = len(self.outcomes)
        self.wrong += [f"{place}, {outcome.fault.value}: {what}" for what in outcome.wrong]
        click.echo(
            f"{monotonic() - self._began:6.1f} s  {place:3}/{self._number}  {outcome.fault.value:42}"
            f"healed in {outcome.healed:5.2f} s, {outcome.acknowledged} acknowledged"
            + "".join(f"\n    WRONG: {what}" for what in outcome.wrong)
        )

    def table(self, trials: Sequence[Trial]) -> str:
        """One line for each fault, and the sums."""
        lines = [f"{'fault':42}{'times':>7}{'changes':>9}{'worst time to heal':>20}"]
        for fault in Fault:
            these = [outcome for outcome in self.outcomes if outcome.fault is fault]
            if these:
                acknowledged = sum(outcome.acknowledged for outcome in these)
                worst = max(outcome.healed for outcome in these)
                lines.append(f"{fault.value:42}{len(these):>7}{acknowledged:>9}{worst:>18.2f} s")
        ledgers = [trial.ledger for trial in trials]
        sums = {
            "faults": len(self.outcomes),
            "acknowledged": sum(len(ledger.acknowledged) for ledger in ledgers),
            "missed": sum(len(ledger.missed()) for ledger in ledgers),
            "doubled": sum(len(ledger.doubled) for ledger in ledgers),
            "out of order": sum(len(ledger.disordered) + len(ledger.order_of_ids()) for ledger in ledgers),
        }
        reasons = Counter(reason for trial in trials for reason in trial.witness.reasons)
        lines.append(", ".join(f"{name} {value}" for name, value in sums.items()))
        lines.append("emissions: " + ", ".join(f"{name} {value}" for name, value in sorted(reasons.items())))
        lines.append(f"{(monotonic() - self._began) / max(1, len(self.outcomes)):.2f} s a fault")
        return "\n".join(lines)


async def undergo(trial: Trial, faults: Sequence[Fault], changes: int, tally: Tally) -> None:
    """Have these faults happen to one cluster, with at least so many changes acknowledged."""
    async with trial:
        acknowledged = trial.ledger.acknowledged
        for place, fault in enumerate(faults, start=1):
            if tally.over:
                break
            tally.add(await trial.undergo(fault))
            while len(acknowledged) < changes * place / len(faults) and not tally.over:
                await asyncio.sleep(0.05)
            await trial.settled()
        if len(acknowledged) < changes:
            tally.wrong.append(f"{len(acknowledged)} changes in place of {changes}")
        tally.wrong += await trial.finish()


async def main(
    seed: int, faults: Sequence[Fault], changes: int, tally: Tally, directories: Sequence[Path]
) -> bool:
    """Have these faults happen, in as many clusters side by side as directories. Return True if all was well."""
    trials, together = [], len(directories)
    async with asyncio.TaskGroup() as group:
        for number, directory in enumerate(directories):
            chance = random.Random(f"{seed}/{number}")  # noqa: S311 - it must be the same again
            trial = Trial(directory, chance, writers=4, pause=0.02, stopped=3.0, limits=Limits())
            trials.append(trial)
            group.create_task(undergo(trial, faults[number::together], changes // together, tally))
    if len(tally.outcomes) < len(faults):
        tally.wrong.append(f"only {len(tally.outcomes)} faults in the time")
    click.echo(tally.table(trials))
    for what in tally.wrong:
        click.echo(f"WRONG: {what}")
    return not tally.wrong


def _run() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.proofs.faults", description=__doc__)
    parser.add_argument("--seed", type=int, default=secrets.randbelow(1_000_000))
    parser.add_argument("--faults", type=int, default=100)
    parser.add_argument(
        "--at-once", type=int, default=1, help="clusters side by side, since faults mostly wait"
    )
    parser.add_argument("--only", nargs="+", choices=[fault.name for fault in Fault], metavar="NAME")
    parser.add_argument("--changes", type=int, default=None, help="acknowledged at least; 20 for each fault")
    parser.add_argument("--seconds", type=float, default=None, help="for all; by default 8 for each fault")
    parser.add_argument("--keep", type=Path, default=None, help="where logs stay")
    given = parser.parse_args()
    changes = given.faults * 20 if given.changes is None else given.changes
    seconds = given.faults * 8.0 + 30 if given.seconds is None else given.seconds
    kinds = [fault for fault in Fault if given.only is None or fault.name in given.only]
    faults = rotation(random.Random(given.seed), given.faults, kinds)  # noqa: S311 - it must be the same again
    click.echo(f"seed {given.seed}, {given.faults} faults, at least {changes} changes")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # what was started must end with us
    with tempfile.TemporaryDirectory(prefix="foothold-faults-") as temporary:
        directories = [(given.keep or Path(temporary)) / str(number) for number in range(given.at_once)]
        for directory in directories:
            directory.mkdir(parents=True, exist_ok=True)
        tally = Tally(given.faults, seconds)
        return 0 if asyncio.run(main(given.seed, faults, changes, tally, directories)) else 1


if __name__ == "__main__":
    sys.exit(_run())
