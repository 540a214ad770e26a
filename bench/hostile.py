"""Cost of hostile documents, and their effect on normal requests.

``python -m bench.hostile`` fails when refusing one of 1,000 documents takes 50 ms of CPU, or when the normal requests'
99th percentile more than doubles while they are sent. Both are measured three times before that is said.
"""

import asyncio
import gc
import json
import sys
import tempfile
from collections import defaultdict
from pathlib import Path
from time import monotonic, process_time
from typing import Any

import click
import httpx2
import structlog

from resolvers.server.garbage import settle
from resolvers.wiring.schema import schema
from services.identity.local_tokens import LocalIdentity
from tests.smoke.conftest import Foothold
from tests.support.client import document, profile_of
from tests.support.hostile import Hostile, hostile_documents

MOST_CPU = 0.050  # seconds of one refusal
MOST_SLOWER = 2.0  # times the 99th percentile
ATTEMPTS = 3


async def cpu_of(hostile: Hostile) -> tuple[float, bool]:
    """Seconds of CPU, and whether it was refused before anything was executed."""
    began = process_time()
    result = await schema.execute(hostile.text, variable_values=hostile.variables)
    return process_time() - began, bool(result.errors and result.errors[0].path is None)


async def measured_cpu(count: int) -> list[str]:
    """Prints a line for each kind. What was too dear."""
    await schema.execute("{ __typename }")
    settle()  # as the server does
    by_kind: dict[str, list[float]] = defaultdict(list)
    answered: dict[str, int] = defaultdict(int)
    dear: list[str] = []
    for hostile in hostile_documents(count):
        took, refused = await cpu_of(hostile)
        answered[hostile.kind] += not refused
        for _ in range(ATTEMPTS - 1):
            if took < MOST_CPU:
                break
            gc.collect()
            took = min(took, (await cpu_of(hostile))[0])  # not parsed again where it could be
        by_kind[hostile.kind].append(took)
        if refused and took >= MOST_CPU:
            dear.append(f"{hostile.kind}: {took * 1000:.0f} ms for {len(hostile.text)} characters")
    click.echo(f"{'kind':20} {'documents':>9} {'answered':>9} {'mean ms':>9} {'most ms':>9}  of CPU")
    for kind, times in by_kind.items():
        mean = sum(times) / len(times)
        most = max(times)
        click.echo(f"{kind:20} {len(times):9} {answered[kind]:9} {mean * 1000:9.1f} {most * 1000:9.1f}")
    return dear


class Load:
    """Requests at a steady pace, whatever becomes of those before."""

    def __init__(self, http: httpx2.AsyncClient, pace: float) -> None:
        self._http = http
        self._pace = pace
        self.taken: list[float] = []
        self.statuses: dict[int, int] = defaultdict(int)

    async def send(self, bodies: list[dict[str, Any]]) -> None:
        began = monotonic()
        async with asyncio.TaskGroup() as group:
            for number, body in enumerate(bodies):
                await asyncio.sleep(began + number / self._pace - monotonic())
                group.create_task(self._one(json.dumps(body).encode()))

    async def _one(self, body: bytes) -> None:
        began = monotonic()
        response = await self._http.post("/graphql", content=body)
        self.taken.append(monotonic() - began)
        self.statuses[response.status_code] += 1

    def percentile(self, share: float) -> float:
        """Milliseconds."""
        return sorted(self.taken)[int(share * (len(self.taken) - 1))] * 1000


async def slower(server: Foothold, token: str, seconds: float, hostile_pace: float) -> float:
    """Prints both percentiles; their quotient."""
    headers = {"content-type": "application/json", "authorization": f"Bearer {token}"}
    variables = {"profileId": profile_of("ada"), "first": 20}
    normal = [{"query": document("CareerActions"), "variables": variables}] * int(50 * seconds)
    hostile = [{"query": one.text, "variables": one.variables} for one in hostile_documents(1_000)]
    async with httpx2.AsyncClient(
        base_url=f"http://{server.address}", headers=headers, timeout=30, verify=False
    ) as http:
        await Load(http, 50).send(normal[:100])
        alone, beside, attack = Load(http, 50), Load(http, 50), Load(http, hostile_pace)
        await alone.send(normal)
        await asyncio.gather(beside.send(normal), attack.send(hostile[: int(hostile_pace * seconds)]))
    click.echo(f"hostile statuses at {hostile_pace:g} a second: {dict(attack.statuses)}")
    for name, load in (("alone", alone), ("beside", beside)):
        click.echo(f"normal {name}: p50 {load.percentile(0.5):.1f} ms, p99 {load.percentile(0.99):.1f} ms")
    if set(alone.statuses) | set(beside.statuses) != {200} or any(code >= 500 for code in attack.statuses):
        raise click.ClickException("a request failed")
    return beside.percentile(0.99) / alone.percentile(0.99)


async def measured_slower(seconds: float, pace: float) -> float:
    """The least of a few attempts."""
    best = float("inf")
    with tempfile.TemporaryDirectory() as directory:
        server = Foothold(Path(directory))
        resume = Path(directory) / "resume.json"
        resume.write_text(json.dumps({"basics": {"name": "Ada"}, "skills": [{"name": "Python"}]}))
        server.run("load", "resume", str(resume), "--user", "ada")
        await server.start()
        try:
            token = LocalIdentity(Path(directory) / "data").issue("ada")
            for _ in range(ATTEMPTS):
                best = min(best, await slower(server, token, seconds, pace))
                if best <= MOST_SLOWER:
                    break
        finally:
            server.kill()
    return best


@click.command()
@click.option("--count", default=1_000, show_default=True, help="How many documents.")
@click.option(
    "--seconds", default=10.0, show_default=True, help="How long requests are sent; 0 for not at all."
)
@click.option("--pace", default=10.0, show_default=True, help="Hostile documents a second.")
def main(count: int, seconds: float, pace: float) -> None:
    """Say what hostile documents cost."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    failures = asyncio.run(measured_cpu(count))
    if seconds and (times := asyncio.run(measured_slower(seconds, pace))) > MOST_SLOWER:
        failures.append(f"normal requests' p99 is {times:.1f} times as long")
    for failure in failures:
        click.echo(failure, err=True)
    sys.exit(bool(failures))


if __name__ == "__main__":
    main()
