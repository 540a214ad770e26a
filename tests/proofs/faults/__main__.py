"""`make faults`: have one fault after another happen, and count what a subscriber missed of what was acknowledged."""

import argparse
import asyncio
import random
import secrets
import signal
import sys
import tempfile
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


def table(outcomes: list[Outcome], trial: Trial) -> str:
    """One line for each fault, and the sums."""
    lines = [f"{'fault':42}{'times':>7}{'changes':>9}{'worst time to heal':>20}"]
    for fault in Fault:
        these = [outcome for outcome in outcomes if outcome.fault is fault]
        if these:
            acknowledged = sum(outcome.acknowledged for outcome in these)
            worst = max(outcome.healed for outcome in these)
            lines.append(f"{fault.value:42}{len(these):>7}{acknowledged:>9}{worst:>18.2f} s")
    ledger = trial.ledger
    sums = {
        "faults": len(outcomes),
        "acknowledged": len(ledger.acknowledged),
        "missed": len(ledger.missed()),
        "doubled": len(ledger.doubled),
        "out of order": len(ledger.disordered) + len(ledger.order_of_ids()),
    }
    reasons = {reason: trial.witness.reasons.count(reason) for reason in ("CHANGE", "RESUME", "RESYNC")}
    lines.append(", ".join(f"{name} {value}" for name, value in sums.items()))
    lines.append("emissions: " + ", ".join(f"{name} {value}" for name, value in reasons.items()))
    return "\n".join(lines)


async def main(
    chance: random.Random, faults: Sequence[Fault], changes: int, seconds: float, directory: Path
) -> bool:
    """Have these faults happen. Return True if all was well."""
    began = monotonic()
    outcomes: list[Outcome] = []
    wrong: list[str] = []
    async with Trial(directory, chance, writers=4, pause=0.02, stopped=3.0, limits=Limits()) as trial:
        for place, fault in enumerate(faults, start=1):
            if monotonic() - began > seconds:
                wrong.append(f"only {place - 1} faults in {seconds:.0f} s")
                break
            outcome = await trial.undergo(fault)
            outcomes.append(outcome)
            wrong += [f"{place}, {fault.value}: {what}" for what in outcome.wrong]
            click.echo(
                f"{monotonic() - began:6.1f} s  {place:3}/{len(faults)}  {fault.value:42}"
                f"healed in {outcome.healed:5.2f} s, {len(trial.ledger.acknowledged)} acknowledged"
                + "".join(f"\n    WRONG: {what}" for what in outcome.wrong)
            )
            while (
                len(trial.ledger.acknowledged) < changes * place / len(faults)
                and monotonic() - began < seconds
            ):
                await asyncio.sleep(0.05)
            await trial.settled()
        if len(trial.ledger.acknowledged) < changes:
            wrong.append(f"fewer than {changes} changes in {seconds:.0f} s")
        wrong += await trial.finish()
        click.echo(table(outcomes, trial))
    for what in wrong:
        click.echo(f"WRONG: {what}")
    return not wrong


def _run() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.proofs.faults", description=__doc__)
    parser.add_argument("--seed", type=int, default=secrets.randbelow(1_000_000))
    parser.add_argument("--faults", type=int, default=100)
    parser.add_argument(
        "--only", nargs="+", choices=[fault.name for fault in Fault], metavar="NAME", default=None
    )
    parser.add_argument("--changes", type=int, default=None, help="acknowledged at least; 100 for each fault")
    parser.add_argument("--seconds", type=float, default=None, help="for all; by default 8 for each fault")
    parser.add_argument("--keep", type=Path, default=None, help="where logs stay")
    given = parser.parse_args()
    changes = given.faults * 100 if given.changes is None else given.changes
    seconds = given.faults * 8.0 + 30 if given.seconds is None else given.seconds
    kinds = [fault for fault in Fault if given.only is None or fault.name in given.only]
    chance = random.Random(given.seed)  # noqa: S311 - it must be the same again
    faults = rotation(chance, given.faults, kinds)
    click.echo(f"seed {given.seed}, {given.faults} faults, at least {changes} changes")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # what was started must end with us
    with tempfile.TemporaryDirectory(prefix="foothold-faults-") as temporary:
        directory = given.keep or Path(temporary)
        directory.mkdir(parents=True, exist_ok=True)
        return 0 if asyncio.run(main(chance, faults, changes, seconds, directory)) else 1


if __name__ == "__main__":
    sys.exit(_run())
