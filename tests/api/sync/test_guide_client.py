"""The client in the API guide: it waits between attempts, and says what is refused."""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from websockets.asyncio.server import ServerConnection, serve

from tests.support.client import Api, profile_of
from tests.support.patience import within

GUIDE = (Path(__file__).parents[3] / "docs" / "api.md").read_text()
Follow = Callable[[str, str], Awaitable[None]]


def client(
    url: str,
    monkeypatch: pytest.MonkeyPatch,
    *,
    changed: tuple[str, str] = ("", ""),
    sleep: Any = asyncio.sleep,
) -> Follow:
    """Return the guide's function, with one text in its module ``changed`` to another, and another ``sleep``."""
    found = re.search(r"```python\n(.*?)^asyncio\.run", GUIDE, re.DOTALL | re.MULTILINE)
    assert found is not None
    before, after = changed
    assert before in found[1]
    text = found[1].replace(before, after, 1)
    monkeypatch.setenv("URL", url)
    module: dict[str, Any] = {}
    exec(compile(text, "client.py", "exec"), module)  # noqa: S102 - the guide's own text
    module["asyncio"] = SimpleNamespace(sleep=sleep)
    follow: Follow = module["follow"]
    return follow


@asynccontextmanager
async def failing(code: str, retry_after: int | None) -> AsyncIterator[tuple[str, list[Any]]]:
    """Serve subscriptions that fail at once; the URL, and what was subscribed to."""
    subscribed: list[Any] = []

    async def answer(socket: ServerConnection) -> None:
        async for text in socket:
            message = json.loads(text)
            if message["type"] == "connection_init":
                await socket.send('{"type": "connection_ack"}')
            if message["type"] == "subscribe":
                subscribed.append(message["payload"]["variables"])
                event = {"code": code, "message": "Not now.", "retryAfter": retry_after}
                data = {"data": {"careerActions": event}}
                await socket.send(json.dumps({"type": "next", "id": message["id"], "payload": data}))

    async with serve(answer, "127.0.0.1", 0, subprotocols=["graphql-transport-ws"]) as server:  # type: ignore[list-item]
        port = next(iter(server.sockets)).getsockname()[1]
        yield f"ws://127.0.0.1:{port}", subscribed


class Enough(Exception):
    """The test has seen enough pauses."""


@pytest.mark.parametrize(
    ("retry_after", "pauses"), [(None, [0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 10, 10]), (7, [7, 10, 10])]
)
async def test_it_waits_longer_after_each_failure(
    retry_after: int | None, pauses: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    waited: list[float] = []

    async def counted(seconds: float) -> None:
        waited.append(seconds)
        if len(waited) == len(pauses):
            raise Enough

    async with failing("UNAVAILABLE", retry_after) as (url, subscribed):
        with pytest.raises(Enough):
            await client(url, monkeypatch, sleep=counted)("token", "profile")
    assert waited == pauses
    assert subscribed == [{"profileId": "profile", "after": None}] * len(pauses)


async def test_it_ends_with_the_words_of_a_failure_that_would_come_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with failing("NOT_FOUND", None) as (url, subscribed):
        with pytest.raises(SystemExit, match=r"Not now\."):
            await client(url, monkeypatch)("token", "profile")
        assert len(subscribed) == 1


async def test_it_ends_with_the_words_of_a_document_that_is_refused(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    follow = client(f"ws://{api.address}/graphql", monkeypatch, changed=("status title", "status titel"))
    async with within(20):
        with pytest.raises(SystemExit, match="Cannot query field 'titel'"):
            await follow(api.token("ada"), profile_of("ada"))


async def test_it_ends_with_a_token_that_is_not_accepted(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    async with within(20):
        with pytest.raises(SystemExit, match="not accepted"):
            await client(f"ws://{api.address}/graphql", monkeypatch)("nonsense", profile_of("ada"))
