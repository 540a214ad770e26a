"""Latency of a model's tokens to a subscriber, through Foothold and through a bare relay.

    make bench

Everything runs on this machine: an upstream that stamps its tokens, ``foothold serve`` on the embedded database, the
relay, and the clients, each a process of its own.
"""

import asyncio
import contextlib
import json
import sys
import tempfile
from pathlib import Path
from time import monotonic
from typing import Any

import click
import httpx2
import uvloop
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

from bench.page import write
from bench.processes import ROOT, free_port, processor_seconds, running
from bench.report import HEADING, Reply, Side, section, table, verdict
from schema.shared.relay import global_id
from services.identity.local_tokens import LocalIdentity
from services.kit.ids import profile_id_of

OPERATIONS = ROOT / "graphql" / "operations"


class Foothold:
    """People with a profile each, and a websocket each, that write to the coach."""

    def __init__(self, address: str, identity: LocalIdentity) -> None:
        self._address = address
        self._identity = identity
        self._http = httpx2.AsyncClient(base_url=f"http://{address}", timeout=60)
        self._chat = (OPERATIONS / "Chat.graphql").read_text()
        self._sockets: dict[int, ClientConnection] = {}
        self._ids = 0

    async def __aenter__(self) -> "Foothold":
        return self

    async def __aexit__(self, *_: object) -> None:
        await asyncio.gather(*(socket.close() for socket in self._sockets.values()))
        await self._http.aclose()

    async def join(self, number: int) -> None:
        """Make the person's profile and open their websocket."""
        resume = {"basics": {"name": f"Person {number}", "label": "Nurse"}, "skills": [{"name": "Triage"}]}
        await self._run("ImportResume", number, resume=resume)
        connection = await connect(
            f"ws://{self._address}/graphql",
            subprotocols=[Subprotocol("graphql-transport-ws")],
            compression=None,
            max_queue=None,
        )
        payload = {"authorization": f"Bearer {self._identity.issue(f'person-{number}')}"}
        await connection.send(json.dumps({"type": "connection_init", "payload": payload}))
        await connection.recv()
        self._sockets[number] = connection

    async def follow(self, number: int, text: str) -> Reply:
        """Say something, and follow the reply to its end."""
        profile = global_id("Profile", profile_id_of(f"person-{number}"))
        sent = await self._run("SendMessage", number, profileId=profile, text=text)
        if sent["__typename"] != "SendMessagePayload":
            raise click.ClickException(f"not sent: {sent}")
        connection = self._sockets[number]
        self._ids += 1
        variables = {"messageId": sent["reply"]["id"]}
        payload = {"query": self._chat, "variables": variables}
        await connection.send(json.dumps({"type": "subscribe", "id": str(self._ids), "payload": payload}))
        reply = Reply()
        ended = False
        async for frame in connection:
            message = json.loads(frame)
            if message["type"] == "complete":
                break
            if message["type"] == "ping":
                await connection.send('{"type": "pong"}')
                continue
            item = message["payload"]["data"]["chat"]
            if item["__typename"] == "ChatDelta":
                reply.take(item["text"])
            elif item["__typename"] == "ChatCompleted":
                ended = True
            else:
                raise click.ClickException(f"not completed: {item}")
        if not ended:
            raise click.ClickException("a reply had no end")
        return reply

    async def _run(self, operation: str, number: int, **variables: Any) -> Any:
        response = await self._http.post(
            "/graphql",
            json={"query": (OPERATIONS / f"{operation}.graphql").read_text(), "variables": variables},
            headers={"authorization": f"Bearer {self._identity.issue(f'person-{number}')}"},
        )
        result = response.json()
        if result.get("errors"):
            raise click.ClickException(str(result["errors"]))
        (value,) = result["data"].values()
        return value


async def through_relay(address: str, text: str) -> Reply:
    """The same through the relay."""
    reply = Reply()
    async with connect(f"ws://{address}/", compression=None, max_queue=None) as connection:
        await connection.send(text)
        async for frame in connection:
            message = json.loads(frame)
            if "end" in message:
                break
            reply.take(message["text"])
    return reply


async def measure(side: Side, rounds: int, replies: int, tokens: int, rate: int) -> float:
    """Replies one after another, then many at once. How late this process's own clock was at worst, meanwhile."""
    for number in range(rounds):
        ask = "bench tokens=5 rate=50 together=1 delay=0.25"
        side.single.append(await side.follow(number % replies, ask))
    click.echo(f"{side.name}: {replies} replies at once", err=True)
    watching = asyncio.create_task(_own_delay())
    sampling = asyncio.create_task(_processor(side.pid))
    ask = f"bench tokens={tokens} rate={rate} together={replies} delay=3"
    side.many = await asyncio.gather(*(side.follow(number, ask) for number in range(replies)))
    watching.cancel()
    sampling.cancel()
    samples = await sampling
    begun = min(reply.arrivals[0] for reply in side.many)
    ended = max(reply.arrivals[-1] for reply in side.many)
    (first, *_, last) = [sample for sample in samples if begun <= sample[0] <= ended]
    side.processor = (last[1] - first[1]) / (tokens / rate)
    lost = [reply for reply in side.many if reply.tokens != tokens]
    if lost:
        raise click.ClickException(
            f"{side.name}: {len(lost)} replies lost tokens, such as {lost[0].tokens} of {tokens}"
        )
    return await watching


async def _own_delay() -> float:
    worst = 0.0
    with contextlib.suppress(asyncio.CancelledError):
        while True:
            before = monotonic()
            await asyncio.sleep(0.005)
            worst = max(worst, monotonic() - before - 0.005)
    return worst


async def _processor(pid: int) -> list[tuple[float, float]]:
    samples = []
    with contextlib.suppress(asyncio.CancelledError):
        while True:
            samples.append((monotonic(), processor_seconds(pid)))
            await asyncio.sleep(0.1)
    return samples


async def run(rounds: int, replies: int, tokens: int, rate: int) -> str:
    """Start everything, measure both sides, and say what was found."""
    with tempfile.TemporaryDirectory() as directory:
        data = Path(directory)
        upstream, served, relayed = free_port(), free_port(), free_port()
        url = f"http://127.0.0.1:{upstream}"
        async with (
            running(
                sys.executable,
                "-m",
                "bench.upstream",
                str(upstream),
                port=upstream,
                log=data / "upstream.log",
            ),
            running(
                str(Path(sys.executable).with_name("foothold")),
                "serve",
                port=served,
                log=data / "foothold.log",
                FOOTHOLD_PORT=str(served),
                FOOTHOLD_DATA=str(data / "data"),
                FOOTHOLD_RATE_PERSON="off",
                FOOTHOLD_RATE_MODEL="off",
                ANTHROPIC_API_KEY="bench",
                ANTHROPIC_BASE_URL=url,
            ) as foothold_pid,
            running(
                sys.executable,
                "-m",
                "bench.relay",
                str(relayed),
                port=relayed,
                log=data / "relay.log",
                ANTHROPIC_BASE_URL=url,
            ) as relay_pid,
            Foothold(f"127.0.0.1:{served}", LocalIdentity(data / "data")) as people,
        ):
            for number in range(replies):
                await people.join(number)
            foothold = Side("Foothold", people.follow, foothold_pid)
            relay = Side("relay", lambda _, text: through_relay(f"127.0.0.1:{relayed}", text), relay_pid)
            delays = [await measure(side, rounds, replies, tokens, rate) for side in (relay, foothold)]
    settings = (
        f"{rounds} replies one at a time, then {replies} at once of {tokens} tokens each, at {rate} a second, "
        "beginning within one second."
    )
    return section(table(foothold, relay, replies), verdict(foothold, rate), settings, max(delays))


@click.command(help=__doc__)
@click.option("--rounds", default=100, show_default=True)
@click.option("--replies", default=200, show_default=True)
@click.option("--tokens", default=500, show_default=True)
@click.option("--rate", default=50, show_default=True, help="Tokens a second of each reply.")
@click.option("--save", is_flag=True, help="Write the result into docs/benchmarks.md.")
def main(rounds: int, replies: int, tokens: int, rate: int, save: bool) -> None:
    """The command."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        found = runner.run(run(rounds, replies, tokens, rate))
    click.echo(found)
    if save:
        write(HEADING, found)


if __name__ == "__main__":
    main()
