"""Finished operations leave nothing for the collector of garbage: all is freed when the last reference goes.

Cycles wait for a collection. Those of a connection are in the oldest generation by the time it ends, which is looked
through rarely: memory grew by megabytes a minute.
"""

import asyncio
import gc
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator

import pytest

from services.kit.caches import forget
from tests.support.chatting import RESUME, said
from tests.support.client import Api, document, profile_of
from tests.support.patience import within

TIMES = 10
OURS = ("resolvers.", "services.", "schema.", "db.", "graphql.", "strawberry.", "uvicorn.", "starlette.")
OTHERS = ("resolvers.commands.", "graphql.language.ast.Token")
"""The client's, which the tests use in the same process, and tokens of a malformed text, which know each other."""
PROFILE = profile_of("ada")

Churn = Callable[[Api], Awaitable[object]]


def alive() -> Counter[str]:
    """How many objects of each of the server's types there are. What was loaded before is frozen, and not seen."""
    types = Counter(map(type, gc.get_objects()))
    names = {f"{each.__module__}.{each.__qualname__}": count for each, count in types.items()}
    return Counter(
        {
            name: count
            for name, count in names.items()
            if name.startswith(OURS) and not name.startswith(OTHERS)
        }
    )


async def left_by(churn: Churn, api: Api) -> dict[str, int]:
    """The types of which at least every second of ``TIMES`` turns left something behind."""
    for _ in range(2):
        await churn(api)
    await asyncio.sleep(0)
    gc.collect()
    before = alive()
    for _ in range(TIMES):
        await churn(api)
    forget()  # what is remembered is bounded, and not left behind
    left: dict[str, int] = {}
    try:
        async with within(2):
            while left := {name: n for name, n in (alive() - before).items() if n >= TIMES // 2}:
                await asyncio.sleep(0.02)
    except TimeoutError:
        pass
    return left


async def _query(api: Api) -> None:
    await api.data("CareerActions", profileId=PROFILE, first=20)


async def _refused(api: Api) -> None:
    assert "errors" in await api.execute("{ viewer { id } }", user=None)


async def _unknown_field(api: Api) -> None:
    assert "errors" in await api.execute("{ viewr { id } }")


async def _malformed(api: Api) -> None:
    assert "errors" in await api.execute("{ viewer { ")


async def _several_operations(api: Api) -> None:
    assert "errors" in await api.execute("query A { viewer { id } } query B { viewer { id } }")


async def _refused_mutation(api: Api) -> None:
    await api.data("SaveAction", id="bm9uZQ==")


async def _change(api: Api) -> None:
    await api.data("ImportResume", resume=RESUME)


async def _connection(api: Api) -> None:
    async with Api(api.address, api.identity) as another:
        await _query(another)


async def _websocket(api: Api) -> None:
    async with api.socket():
        pass


async def _websocket_query(api: Api) -> None:
    async with api.socket() as socket:
        asked = await socket.subscribe(document("CareerActions"), profileId=PROFILE, first=20)
        await asked.next()


async def _websocket_refusal(api: Api) -> None:
    async with api.socket() as socket:
        assert (await (await socket.subscribe("{ viewr { id } }")).message())["type"] == "error"


async def _subscription(api: Api) -> None:
    async with api.socket() as socket:
        live = await socket.subscribe(document("CareerActionsLive"), profileId=PROFILE)
        await live.next()


async def _ended_subscription(api: Api) -> None:
    async with api.socket() as socket:
        live = await socket.subscribe(document("CareerActionsLive"), profileId=PROFILE)
        await live.next()
        await live.complete()
        await (await socket.subscribe("{ __typename }")).next()


async def _cut_subscription(api: Api) -> None:
    async with api.socket() as socket:
        live = await socket.subscribe(document("CareerActionsLive"), profileId=PROFILE)
        await live.next()
        socket.connection.transport.abort()


async def _chat(api: Api) -> None:
    reply = await said(api, "What should I learn next?")
    async with api.socket() as socket:
        followed = await socket.subscribe(document("Chat"), messageId=reply)
        while (await followed.next())["__typename"] != "ChatCompleted":
            pass


async def _refresh(api: Api) -> None:
    run = (await api.data("RefreshMatches", profileId=PROFILE))["refreshRun"]
    while run["active"]:
        await asyncio.sleep(0.02)
        run = await api.data("RefreshRun", id=run["id"])


@pytest.fixture
def counted() -> Iterator[None]:
    """Nothing is collected meanwhile."""
    gc.disable()
    yield
    gc.enable()


@pytest.mark.usefixtures("counted")
async def test_what_is_done_with_is_freed_without_the_collector(api: Api) -> None:
    await api.data("ImportResume", resume=RESUME)
    turns: list[Churn] = [
        _query,
        _refused,
        _unknown_field,
        _malformed,
        _several_operations,
        _refused_mutation,
        _change,
        _connection,
        _websocket,
        _websocket_query,
        _websocket_refusal,
        _subscription,
        _ended_subscription,
        _cut_subscription,
        _chat,
        _refresh,
    ]

    left = {churn.__name__: await left_by(churn, api) for churn in turns}

    assert {name: types for name, types in left.items() if types} == {}
