"""``python -m tests.proofs.quality``: how well the built-in rules judge, printed; fails below a floor.

``--save`` writes what was measured as the floors of the next run, where it is better.
"""

import asyncio
import json
import logging
import sys
import tempfile
from pathlib import Path

import click
import structlog

from db.collections import all_collections
from db.driver.client import connect, database_of
from db.driver.indexes import ensure_indexes
from db.embedded.server import EmbeddedDatabase
from tests.proofs.quality.measuring import CEILINGS, Measured, measure
from tests.proofs.quality.refresh import Board
from tests.support.database import fresh_name

FLOORS = Path(__file__).parent / "floors.json"
_SLACK = 0.005
"""What rounding on another machine may change."""


def broken(figures: dict[str, float], floors: dict[str, float]) -> list[str]:
    """The figures that are worse than their floor, or missing."""
    found = []
    for name, floor in floors.items():
        value = figures.get(name)
        sign = -1 if name in CEILINGS else 1
        if value is None or sign * value < sign * floor - _SLACK:
            found.append(f"{name}: {'missing' if value is None else f'{value:.3f}'}, {limit_of(name, floor)}")
    return found


def raised(figures: dict[str, float], floors: dict[str, float]) -> dict[str, float]:
    """The better of both; what the work costs has room for a busy machine."""
    new = {}
    for name, value in figures.items():
        measured = round(value * (2 if name.startswith("cost") else 1), 3)
        better = min if name in CEILINGS else max
        new[name] = better(measured, floors.get(name, measured))
    return new


def limit_of(name: str, floor: float) -> str:
    return f"{'at most' if name in CEILINGS else 'at least'} {floor:g}"


async def _measured() -> Measured:
    with tempfile.TemporaryDirectory() as directory:
        async with EmbeddedDatabase(Path(directory)) as embedded:
            client = connect(embedded.uri)
            database = database_of(client, fresh_name())
            await ensure_indexes(database, all_collections())
            try:
                return await measure(Board(database))
            finally:
                client.close()


@click.command()
@click.option("--save", is_flag=True, help="Raise the floors to what was measured.")
def main(save: bool) -> None:
    """Measure order, robustness, grounding and cost on people and postings of the project's own."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    floors: dict[str, float] = json.loads(FLOORS.read_text(encoding="utf-8")) if FLOORS.exists() else {}
    measured = asyncio.run(_measured())
    for line in measured.lines:
        click.echo(line)
    for name, value in measured.figures.items():
        limit = limit_of(name, floors[name]) if name in floors else "new"
        click.echo(f"{name:60}{value:8.3f}   {limit}")
    if save:
        text = json.dumps(raised(measured.figures, floors), indent=1)
        FLOORS.write_text(f"{text}\n", encoding="utf-8")
        return
    for line in (worse := broken(measured.figures, floors)):
        click.echo(f"below its floor: {line}", err=True)
    sys.exit(1 if worse else 0)


if __name__ == "__main__":
    main()
