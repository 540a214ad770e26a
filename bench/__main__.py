"""Foothold beside a floor without GraphQL and beside Node, on one database, driven by one load generator.

    make bench
    python -m bench --only list,fanout --quick

MONGODB_URI names a MongoDB to use in place of the embedded database; what is put there is removed afterwards.
"""

import asyncio
import json
import os
import resource
import secrets
import shutil
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import asdict
from pathlib import Path
from statistics import median
from typing import Any

import click

from bench import data
from bench.comparison import HEADING, Found, section
from bench.load import Task
from bench.page import write
from bench.plan import OTHERS, Step, steps
from bench.processes import ROOT, environment, free_port, running
from bench.sides import PEER, Server, Sides
from db.driver.client import connect
from db.embedded.server import EmbeddedDatabase
from resolvers.observe.logs import configure

OPEN_FILES = 24_000
OPEN_FILES_NEEDED = 11_500


def say(text: str) -> None:
    """Progress."""
    click.echo(f"{time.strftime('%H:%M:%S')} {text}", err=True)


@asynccontextmanager
async def database(directory: Path, given: str | None) -> AsyncIterator[str]:
    """The URI of a server, without a database's name."""
    if given is not None:
        yield given
        return
    async with EmbeddedDatabase(directory, patience=120) as embedded:
        yield embedded.uri


def difference(ours: object, theirs: object, path: str = "answer") -> str:
    """Return the first place where two JSON documents differ, and both values there."""
    if isinstance(ours, dict) and isinstance(theirs, dict) and list(ours) == list(theirs):
        pairs = [(f"{path}.{name}", ours[name], theirs[name]) for name in ours]
    elif isinstance(ours, list) and isinstance(theirs, list) and len(ours) == len(theirs):
        pairs = [(f"{path}[{at}]", *both) for at, both in enumerate(zip(ours, theirs, strict=True))]
    else:
        return f"{path}: {json.dumps(ours)[:200]} and {json.dumps(theirs)[:200]}"
    return next(difference(a, b, at) for at, a, b in pairs if a != b)


def named(uri: str, name: str) -> str:
    """The URI with this database."""
    server, _, options = uri.partition("?")
    scheme, _, rest = server.partition("://")
    return f"{scheme}://{rest.partition('/')[0]}/{name}?{options}"


@asynccontextmanager
async def redis_server(directory: Path) -> AsyncIterator[str]:
    """A redis-server that keeps nothing."""
    port = free_port()
    command = ("redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no")
    async with running(*command, port=port, log=directory / "redis.log"):
        yield f"redis://127.0.0.1:{port}"


async def play(task: Task) -> dict[str, Any]:
    """Have a generator of its own play the task."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bench.generate",
        env=environment(),
        cwd=ROOT,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        output, errors = await process.communicate(json.dumps(asdict(task)).encode())
    finally:
        if process.returncode is None:
            process.kill()
    if process.returncode != 0:
        raise click.ClickException(f"{task.case}: {errors.decode()[-3000:]}")
    answer: dict[str, Any] = json.loads(output)
    return answer


class Run:
    """One run of the benchmark."""

    def __init__(self, directory: Path, uri: str, sides: Sides, quick: bool) -> None:
        self._directory = directory
        self._uri = uri
        self._sides = sides
        self._quick = quick
        self._mark = secrets.token_hex(4)
        self._filled: dict[str, str] = {}

    async def aclose(self) -> None:
        """Remove what was put into the database."""
        client = connect(self._uri)
        for name in self._filled:
            await client.drop_database(name)
        client.close()

    async def _database(self, people: int, size: int) -> str:
        """The URI of a database with this many people and actions, filled once."""
        name = f"bench_{self._mark}_{people}_{size}"
        if name not in self._filled:
            say(f"database: {people:,} people, {size:,} actions")
            self._filled[name] = named(self._uri, name)
            await data.fill(self._filled[name], people, size, say)
        return self._filled[name]

    async def check(self) -> None:
        """All sides must answer alike, or nothing is comparable."""
        uri = await self._database(3 * len(self._sides.names), OTHERS)
        answers = {}
        for number, side in enumerate(self._sides.names):
            async with self._sides.started(side, uri) as server:
                task = self._task("check", [server], number * 3, {})
                answers[side] = await play(task)
        reference = answers[self._sides.names[0]]
        for side, answer in answers.items():
            if answer != reference:
                raise click.ClickException(f"{side} answers differently: {difference(reference, answer)}")
        say(f"{', '.join(answers)} answer alike")

    async def step(self, step: Step) -> Found:
        """The numbers of each side: the median of the repetitions, which take turns."""
        sides = [side for side in step.sides if side in self._sides.names]
        repeats = 1 if self._quick else step.repeats
        people = step.people(self._quick)
        uri = await self._database(
            people * len(sides) * repeats, step.actions or people * len(sides) * repeats + OTHERS
        )
        found: dict[str, list[dict[str, float]]] = {side: [] for side in sides}
        for repeat in range(repeats):
            for place, side in enumerate(sides):
                async with AsyncExitStack() as stack:
                    redis = None
                    if step.redis:
                        redis = await stack.enter_async_context(redis_server(self._directory))
                    count = 2 if step.redis else 1
                    servers = [
                        await stack.enter_async_context(self._sides.started(side, uri, redis))
                        for _ in range(count)
                    ]
                    first = people * (repeat * len(sides) + place)
                    sizes = step.quick if self._quick else step.sizes
                    numbers = await play(self._task(step.case, servers, first, sizes))
                shown = ", ".join(f"{name} {value:.5g}" for name, value in numbers.items())
                say(f"{step.title}: {side}: {shown}")
                found[side].append(numbers)
        return {side: _medians(all_) for side, all_ in found.items()}

    def _task(self, case: str, servers: list[Server], first: int, sizes: dict[str, int]) -> Task:
        pids = [server.pid for server in servers]
        keys = str(self._sides.directory)
        return Task(case, keys, servers[-1].port, servers[0].port, pids, first, sizes)


def _medians(repetitions: list[dict[str, float]]) -> dict[str, float]:
    return {name: median(numbers[name] for numbers in repetitions) for name in repetitions[0]}


async def run(chosen: list[Step], quick: bool, given: str | None) -> tuple[str, bool]:
    """Start everything, play the steps, and say what was found, and whether something failed."""
    node = shutil.which("node") if (PEER / "node_modules").is_dir() else None
    if node is None:
        say("without Node: it needs node 20.19 or later, and `npm ci` in bench/peer")
    if shutil.which("redis-server") is None:
        say("without Redis: there is no redis-server")
        chosen = [step for step in chosen if not step.redis]
    results, failed = {}, False
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        async with AsyncExitStack() as stack:
            uri = await stack.enter_async_context(database(directory / "database", given))
            run_ = Run(directory, uri, Sides(directory, node), quick)
            if given is not None:  # the embedded one goes with its directory
                stack.push_async_callback(run_.aclose)
            await run_.check()
            for step in chosen:
                try:
                    results[step.name] = await run_.step(step)
                except click.ClickException as error:  # the page says of what is missing that it is
                    say(f"{step.title}: {error.message}")
                    failed = True
    steps_ = {step.name: step for step in chosen}
    return section(results, steps_, node, embedded=given is None, quick=quick), failed


@click.command(help=__doc__)
@click.option("--only", default="", help="Cases, separated by commas.")
@click.option("--quick", is_flag=True, help="Small, for trying it out; the figures mean little.")
@click.option("--million", is_flag=True, help="A million actions in the largest collection.")
@click.option("--save", is_flag=True, help="Write the result into docs/benchmarks.md.")
def main(only: str, quick: bool, million: bool, save: bool) -> None:
    """The command."""
    all_ = steps(1_000_000 if million else 10_000 if quick else 100_000)
    wanted = set(filter(None, only.split(",")))
    if unknown := wanted - {step.name for step in all_}:
        raise click.BadParameter(f"no such case: {', '.join(sorted(unknown))}", param_hint="--only")
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    limit = OPEN_FILES if hard == resource.RLIM_INFINITY else min(OPEN_FILES, hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (limit, hard))
    chosen = [step for step in all_ if not wanted or step.name in wanted]
    if limit < OPEN_FILES_NEEDED:
        say(f"without 10,000 subscribers: they need {OPEN_FILES_NEEDED:,} open files")
        chosen = [step for step in chosen if step.name != "idle"]
    configure(level="warning", json=False)
    found, failed = asyncio.run(run(chosen, quick, os.environ.get("MONGODB_URI") or None))
    click.echo(found)
    if save:
        write(HEADING, found)
    sys.exit(failed)


if __name__ == "__main__":
    main()
