"""Memory while connections come and go, beside another checkout.

    git worktree add /tmp/before v0.1.0
    python -m bench.churn --beside /tmp/before

Both servers are driven in turns of the same churn, in one run. Without ``--beside`` one is measured, and it fails when
the last third of the turns takes more than ``MOST_GROWTH`` MiB a minute.
"""

import asyncio
import json
import random
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from time import monotonic

import click

from bench.data import LIST
from bench.load import percentile
from bench.processes import ROOT, resident_bytes
from bench.wire import Http, Refused, Socket
from tests.smoke.conftest import Foothold
from tests.support.client import document, profile_of

MOST_GROWTH = 5.0
_MIB = 1024 * 1024
_AT_ONCE = 60
_LONGEST = 6.0
"""Seconds that a connection lasts at most, by which time a server has done much else."""
_RESUME = {
    "basics": {"name": "Ada", "label": "Data analyst"},
    "skills": [{"name": "Python"}, {"name": "SQL"}],
}


class Churned:
    """A server under churn."""

    def __init__(self, name: str, checkout: Path, directory: Path) -> None:
        self.name = name
        self.server = Foothold(directory)
        self.server.set("PYTHONPATH", str(checkout))
        self.server.set("FOOTHOLD_RATE_PERSON", "off")
        self.grown: list[float] = []
        self.taken: list[float] = []
        self.done = 0
        resume = directory / "resume.json"
        resume.write_text(json.dumps(_RESUME))
        self.server.run("load", "resume", str(resume), "--user", "ada")

    @property
    def size(self) -> float:
        """MiB in memory."""
        return 0.0 if self.server.process is None else resident_bytes(self.server.process.pid) / _MIB

    async def turn(self, seconds: float) -> None:
        """Churn for so long, and note by how much the process grew."""
        token = self.server.token("ada")
        before, began, done = self.size, monotonic(), self.done
        async with asyncio.TaskGroup() as group:
            for _ in range(_AT_ONCE):
                group.create_task(self._come_and_go(token, began + seconds))
        grown = self.size - before
        self.grown.append(grown / (monotonic() - began) * 60)
        click.echo(
            f"{self.name:8} {self.done - done:6} connections {self.size:8.1f} MiB {self.grown[-1]:+8.1f} MiB a minute"
        )

    async def _come_and_go(self, token: str, end: float) -> None:
        draw = random.Random()  # noqa: S311 - not to be secret
        variables = {"profileId": profile_of("ada")}
        while monotonic() < end:
            self.done += 1
            http = await Http.open(self.server.port)
            began = monotonic()
            await http.run(token, LIST, variables)
            self.taken.append(monotonic() - began)
            with suppress(Refused):
                await http.run(token, "{ viewer { nothing } }", {})
            live = await Socket.open(self.server.port, token, lambda _payload: None)
            live.subscribe(document("CareerActionsLive"), variables)
            await asyncio.sleep(min(draw.random() ** 4 * _LONGEST, max(0.0, end - monotonic())))
            live.transport.close()
            http.close()


async def measured(sides: list[Churned], turns: int, seconds: float) -> None:
    """Start the sides, and churn each in turn."""
    for side in sides:
        await side.server.start()
    try:
        for _ in range(turns):
            for side in sides:
                await side.turn(seconds)
    finally:
        for side in sides:
            side.server.stop()


@click.command()
@click.option("--turns", default=6, show_default=True)
@click.option("--seconds", default=20.0, show_default=True, help="How long each turn is.")
@click.option(
    "--beside", type=click.Path(exists=True, file_okay=False, path_type=Path), help="Another checkout."
)
def main(turns: int, seconds: float, beside: Path | None) -> None:
    """Say by how much a server grows while connections come and go."""
    with tempfile.TemporaryDirectory() as directory:
        checkouts = {"this": ROOT} | ({"beside": beside} if beside is not None else {})
        sides = []
        for name, checkout in checkouts.items():
            (Path(directory) / name).mkdir()
            sides.append(Churned(name, checkout, Path(directory) / name))
        asyncio.run(measured(sides, turns, seconds))
    late = [side.grown[-max(1, turns // 3) :] for side in sides]
    growth = [sum(each) / len(each) for each in late]
    for side, rate in zip(sides, growth, strict=True):
        click.echo(
            f"{side.name}: {rate:+.1f} MiB a minute in the last turns; p99 of a query "
            f"{percentile(side.taken, 0.99) * 1000:.1f} ms; {side.done} connections"
        )
    if growth[0] > MOST_GROWTH:
        click.echo(f"It grows by {growth[0]:.1f} MiB a minute; {MOST_GROWTH:g} are allowed.", err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
