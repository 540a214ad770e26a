"""Cost to others of one who asks for much: their query's 99th percentile, and the server's memory.

``python -m bench.neighbours`` measures a query of one person alone, then beside each burden, in turns on one server.
It fails when the percentile more than doubles, or the process grows by more than ``MOST_MEMORY`` MiB, three times.
"""

import asyncio
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import click
import httpx2

from bench.hostile import Load
from bench.processes import resident_bytes
from bench.wire import Http, Refused, Socket
from resolvers.edge.explorer import BUILT
from tests.smoke.conftest import Foothold
from tests.support.client import document, profile_of

MOST_SLOWER = 2.0
MOST_MEMORY = 150.0
ATTEMPTS = 3
PACE = 25
REFRESHING = 8
UNREAD = 100
SOCKETS, OPERATIONS = 10, 60
_SKILLS = [{"name": f"Skill {n}", "keywords": [f"Keyword {n} {k}" for k in range(5)]} for n in range(200)]
_RESUME = {"basics": {"name": "Ada", "label": "Data analyst"}, "skills": _SKILLS}


class Neighbours:
    """A server, the person who asks little, and those who ask for much."""

    def __init__(self, server: Foothold) -> None:
        self.server = server
        self.tokens = {name: server.token(name) for name in ("quiet", *map(_greedy, range(REFRESHING)))}

    async def post(self, user: str, query: str, variables: dict[str, object]) -> bytes:
        """Return the answer, whatever it is."""
        http = await Http.open(self.server.port)
        try:
            return await http.send(http.request(self.tokens[user], query, variables))
        except Refused:
            return b""
        finally:
            http.close()

    async def refreshes(self) -> None:
        """Refresh eight large profiles at once."""
        query = document("RefreshMatches")
        async with asyncio.TaskGroup() as group:
            for user in map(_greedy, range(REFRESHING)):
                group.create_task(self.post(user, query, {"profileId": profile_of(user)}))
        await asyncio.sleep(0.5)

    async def unread_files(self) -> None:
        """Ask for the explorer's largest file, anonymously, and read nothing."""
        assets = sorted((BUILT / "assets").glob("*"), key=lambda each: each.stat().st_size)
        if not assets:
            raise click.ClickException("make explorer first: its files are asked for")
        head = f"GET /explorer/assets/{assets[-1].name} HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n".encode()
        writers = []
        for _ in range(UNREAD):
            reader, writer = await asyncio.open_connection("127.0.0.1", self.server.port, limit=1024)
            del reader
            writer.transport.pause_reading()  # type: ignore[attr-defined] # of a socket
            writer.write(head)
            writers.append(writer)
        await asyncio.sleep(4)
        for writer in writers:
            writer.transport.abort()

    async def unread_websockets(self) -> None:
        """Ask for much over websockets, and read nothing."""
        sockets = []
        query = "{ exportMyData { data } }"
        for number in range(SOCKETS):
            token = self.tokens[_greedy(number % REFRESHING)]
            socket = await Socket.open(self.server.port, token, lambda _payload: None, receive_buffer=4096)
            socket.transport.pause_reading()
            for each in range(OPERATIONS):
                socket.send({"id": str(each), "type": "subscribe", "payload": {"query": query}})
            sockets.append(socket)
        await asyncio.sleep(4)
        for socket in sockets:
            socket.transport.abort()

    async def many_exports(self) -> None:
        """Ask for everything 49 times in one document, and for as much as is answered."""
        for times in (49, 4):
            fields = " ".join(f"a{n}: exportMyData {{ data }}" for n in range(times))
            async with asyncio.TaskGroup() as group:
                for number in range(12):
                    group.create_task(self.post(_greedy(number % REFRESHING), f"{{ {fields} }}", {}))

    async def quiet(self, seconds: float) -> float:
        """Return the 99th percentile of the quiet person's query, in milliseconds."""
        headers = {"content-type": "application/json", "authorization": f"Bearer {self.tokens['quiet']}"}
        body = {
            "query": document("CareerActions"),
            "variables": {"profileId": profile_of("quiet"), "first": 20},
        }
        async with httpx2.AsyncClient(
            base_url=f"http://{self.server.address}", headers=headers, timeout=60, verify=False
        ) as http:
            load = Load(http, PACE)
            await load.send([body] * int(PACE * seconds))
        if set(load.statuses) != {200}:
            raise click.ClickException(f"a request failed: {dict(load.statuses)}")
        return load.percentile(0.99)

    async def beside(self, burden: Callable[[], Awaitable[None]], seconds: float) -> tuple[float, float]:
        """Return by how many times the percentile is longer, and MiB that the process grew by at most."""
        if self.server.process is None:
            raise click.ClickException("the server does not run")
        pid = self.server.process.pid
        alone, before, most = await self.quiet(seconds), resident_bytes(pid), 0

        async def watch() -> None:
            nonlocal most
            while True:
                most = max(most, resident_bytes(pid))
                await asyncio.sleep(0.02)

        async def again() -> None:
            while True:
                await burden()

        tasks = [asyncio.create_task(watch()), asyncio.create_task(again())]
        burdened = await self.quiet(seconds)
        for task in tasks:
            task.cancel()
        for ended in await asyncio.gather(*tasks, return_exceptions=True):
            if isinstance(ended, Exception):
                raise ended
        grown = (most - before) / 1024 / 1024
        click.echo(f"{burden.__name__:18} p99 {alone:6.1f} → {burdened:6.1f} ms, {grown:+7.1f} MiB")
        return burdened / alone, grown


def _greedy(number: int) -> str:
    return f"greedy-{number}"


@asynccontextmanager
async def neighbours() -> AsyncIterator[Neighbours]:
    """A server with the sample opportunities, and eight people with 200 skills."""
    async with AsyncExitStack() as stack:
        directory = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        server = Foothold(directory)
        for name in ("PERSON", "MODEL", "MODEL_ADDRESS"):
            server.set(f"FOOTHOLD_RATE_{name}", "off")
        server.set("FOOTHOLD_DAILY_TOKENS", "0")
        await server.start("demo")
        stack.callback(server.stop)
        found = Neighbours(server)
        for user in found.tokens:
            resume = _RESUME if user != "quiet" else {"basics": {"name": "Quiet"}}
            await found.post(user, document("ImportResume"), {"resume": resume})
        yield found


async def measured(seconds: float, only: str | None) -> list[str]:
    """Measure each burden; what is missed."""
    failures = []
    async with neighbours() as found:
        await found.quiet(2)
        for burden in (found.refreshes, found.unread_files, found.unread_websockets, found.many_exports):
            if only is not None and burden.__name__ != only:
                continue
            times, grown = float("inf"), float("inf")
            for _ in range(ATTEMPTS):
                once = await found.beside(burden, seconds)
                times, grown = min(times, once[0]), min(grown, once[1])
                if times <= MOST_SLOWER and grown <= MOST_MEMORY:
                    break
                await asyncio.sleep(6)
            if times > MOST_SLOWER or grown > MOST_MEMORY:
                failures.append(f"{burden.__name__}: {times:.1f} times as long, {grown:.0f} MiB more")
    return failures


@click.command()
@click.option("--seconds", default=8.0, show_default=True, help="How long each is measured.")
@click.option("--only", help="One burden.")
def main(seconds: float, only: str | None) -> None:
    """Say what other people notice."""
    failures = asyncio.run(measured(seconds, only))
    for failure in failures:
        click.echo(failure, err=True)
    sys.exit(bool(failures))


if __name__ == "__main__":
    main()
