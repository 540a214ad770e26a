"""`make faults`: have one fault after another happen, and count what a subscriber missed of what was acknowledged."""

import argparse
import asyncio
import random
import secrets
import signal
import sys
import tempfile
from collections import Counter
from collections.abc import Collection, Sequence
from pathlib import Path
from time import monotonic

import click

from tests.proofs.faults.cluster import Cluster
from tests.proofs.faults.outcomes import BESIDE, WAITING, Fault, Limits, Outcome
from tests.proofs.faults.trial import Trial


def rotation(chance: random.Random, number: int, kinds: Sequence[Fault]) -> list[Fault]:
    """Every fault as often as every other, in an order of chance's."""
    faults: list[Fault] = []
    while len(faults) < number:
        faults += chance.sample(kinds, len(kinds))
    return faults[:number]


LEAST = 0.3
"""Share of the faults that must happen in the time, on a slow machine too. How many did is in the last lines."""
ATTEMPTS = 3
"""Of a fault that healed too late each time: a machine that stood still once is no fault of ours."""


class Tally:
    """Outcomes of all trials, each told as soon as it is there. ``seconds`` are those that all may take."""

    def __init__(self, number: int, seconds: float) -> None:
        self._number = number
        self._seconds = seconds
        self._began = monotonic()
        self.outcomes: list[Outcome] = []
        self.late: list[Outcome] = []
        """Those that were tried again."""
        self.wrong: list[str] = []

    @property
    def over(self) -> bool:
        return monotonic() - self._began > self._seconds

    def add_late(self, outcome: Outcome) -> None:
        """Count one that healed too late, and is tried again."""
        self.late.append(outcome)
        place = len(self.outcomes) + 1
        self.wrong += [f"before {place}, {outcome.fault.value}: {what}" for what in outcome.wrong]
        click.echo(f"{outcome.fault.value} healed in {outcome.healed:.2f} s, which is late: once more")

    def add(self, outcome: Outcome) -> None:
        """Count the last attempt of a fault."""
        self.outcomes.append(outcome)
        place = len(self.outcomes)
        if outcome.late:
            self.wrong.append(f"{place}, {outcome.fault.value}: healed after {outcome.healed:.1f} s, again")
        self.wrong += [f"{place}, {outcome.fault.value}: {what}" for what in outcome.wrong]
        click.echo(
            f"{monotonic() - self._began:6.1f} s  {place:3}/{self._number}  {outcome.fault.value:42}"
            f"healed in {outcome.healed:5.2f} s, took {outcome.took:5.2f} s, {outcome.acknowledged} acknowledged"
            + "".join(f"\n    WRONG: {what}" for what in outcome.wrong)
        )

    def table(self, trials: Sequence[Trial]) -> str:
        """One line for each fault, and the sums."""
        lines = [f"{'fault':42}{'times':>7}{'changes':>9}{'worst time to heal':>20}{'a fault':>10}"]
        for fault in Fault:
            these = [outcome for outcome in self.outcomes if outcome.fault is fault]
            if these:
                acknowledged = sum(outcome.acknowledged for outcome in these)
                worst = max(outcome.healed for outcome in these)
                took = sum(outcome.took for outcome in these) / len(these)
                lines.append(
                    f"{fault.value:42}{len(these):>7}{acknowledged:>9}{worst:>18.2f} s{took:>8.2f} s"
                )
        ledgers = [ledger for trial in trials for ledger in trial.ledgers.values()]
        sums = {
            "faults": len(self.outcomes),
            "acknowledged": sum(len(trial.ledger.acknowledged) for trial in trials),
            "missed": sum(len(ledger.unseen) for ledger in ledgers),
            "doubled": sum(len(ledger.doubled) for ledger in ledgers),
            "out of order": sum(len(ledger.disordered) + len(ledger.order_of_ids()) for ledger in ledgers),
        }
        reasons = Counter(reason for trial in trials for each in trial.witnesses for reason in each.reasons)
        lines.append(", ".join(f"{name} {value}" for name, value in sums.items()))
        lines.append("emissions: " + ", ".join(f"{name} {value}" for name, value in sorted(reasons.items())))
        each = (monotonic() - self._began) / max(1, len(self.outcomes))
        lines.append(f"{each:.2f} s a fault; late, and tried again: {len(self.late)}")
        return "\n".join(lines)


class Turns:
    """Faults of one cluster, in their order as far as some are waited for while others happen."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self._left = list(faults)

    def next(self, kinds: Collection[Fault]) -> Fault | None:
        """Return one of these kinds that is soon due; None if there is none."""
        for place, fault in enumerate(self._left[: len(Fault)]):
            if fault in kinds:
                return self._left.pop(place)
        return None


async def undergo(trial: Trial, faults: Sequence[Fault], changes: int, tally: Tally) -> None:
    """Have these faults happen to one cluster, with at least so many changes acknowledged."""
    turns, done = Turns(faults), 0
    acknowledged = trial.ledger.acknowledged

    async def one(fault: Fault) -> None:
        nonlocal done
        done += 1
        outcome, attempts = await trial.undergo(fault), 1
        while outcome.late and attempts < ATTEMPTS:
            tally.add_late(outcome)
            outcome, attempts = await trial.undergo(fault), attempts + 1
        tally.add(outcome)

    async with trial, asyncio.TaskGroup() as group:
        waiting: dict[Sequence[Fault], asyncio.Task[None]] = {}
        while not tally.over:
            for kinds in WAITING:
                if kinds not in waiting and (fault := turns.next(kinds)) is not None:
                    waiting[kinds] = group.create_task(one(fault))
            if (fault := turns.next(BESIDE if waiting else list(Fault))) is not None:
                await one(fault)
                while len(acknowledged) < changes * done / len(faults) and not tally.over:
                    await asyncio.sleep(0.05)
                await trial.settled()
            elif waiting:
                await asyncio.wait(waiting.values(), return_when=asyncio.FIRST_COMPLETED)
            else:
                break
            waiting = {kinds: task for kinds, task in waiting.items() if not task.done()}
        await asyncio.gather(*waiting.values())
        if len(acknowledged) < changes and not tally.over:
            tally.wrong.append(f"{len(acknowledged)} changes in place of {changes}")
        tally.wrong += await trial.finish()


async def main(
    seed: int, faults: Sequence[Fault], changes: int, tally: Tally, directories: Sequence[Path]
) -> bool:
    """Have these faults happen, in as many clusters side by side as directories. Return True if all was well.

    Failovers happen to one more: its database is a replica set.
    """
    failovers = [fault for fault in faults if fault is Fault.FAILOVER]
    others = [fault for fault in faults if fault is not Fault.FAILOVER]
    shares: list[tuple[Cluster, Sequence[Fault]]] = [
        (Cluster(path), others[number :: len(directories)]) for number, path in enumerate(directories)
    ]
    if failovers:
        path = directories[0] / "failovers"
        path.mkdir()
        shares.append((Cluster(path, failovers=True), failovers))
    trials = []
    async with asyncio.TaskGroup() as group:
        for number, (cluster, share) in enumerate(shares):
            if not share:
                continue
            chance = random.Random(f"{seed}/{number}")  # noqa: S311 - it must be the same again
            trial = Trial(cluster, chance, writers=4, pause=0.05, stopped=3.0, limits=Limits())
            trials.append(trial)
            group.create_task(undergo(trial, share, changes * len(share) // len(faults), tally))
    if len(tally.outcomes) < len(faults) * LEAST:
        tally.wrong.append(f"only {len(tally.outcomes)} faults in the time")
    click.echo(tally.table(trials))
    for what in tally.wrong:
        click.echo(f"WRONG: {what}"[:300])
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
