"""The budget through the API: what the provider counts is what a person has less, and nobody gets beyond it."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, suppress
from random import Random
from typing import Any

import pytest
from pydantic import SecretStr

from db.budgets import BudgetRecord, BudgetStore
from db.driver.client import Database
from resolvers.settings import Settings
from services.identity.budgets import Budgets
from services.identity.metered import Metered
from services.llm.claude import AnthropicModel
from services.llm.port import ModelError
from services.offline_coach.coach import OfflineCoach
from tests.support.chatting import RESUME, a_person, followed, said
from tests.support.client import Api, document, profile_of, running_api
from tests.support.factories import a_tool_request
from tests.support.model_server import (
    Abort,
    ModelServer,
    Reply,
    Wait,
    error_event,
    error_reply,
    model_server,
    text_reply,
    tool_call,
)
from tests.support.patience import within

ADA = profile_of("ada")
TOOL = "generate_career_actions"
BUDGET = "{ viewer { budget { dailyTokens tokensLeft resetsAt } } }"


@pytest.fixture(scope="module")
async def provider() -> AsyncIterator[ModelServer]:
    async with model_server() as server:
        yield server


@pytest.fixture
def server(provider: ModelServer) -> ModelServer:
    provider.reset()
    return provider


@pytest.fixture
def paid(settings: Settings, server: ModelServer) -> Settings:
    """With a model that costs something."""
    return settings.model_copy(
        update={
            "anthropic_api_key": SecretStr("a-key"),
            "anthropic_base_url": server.url,
            "daily_tokens": 100_000,
        }
    )


async def tokens_left(api: Api) -> int:
    left: int = (await api.execute(BUDGET))["data"]["viewer"]["budget"]["tokensLeft"]
    return left


async def ended(api: Api, run: dict[str, Any]) -> dict[str, Any]:
    while run["active"]:
        run = await api.data("RefreshRun", id=run["id"])
    return run


async def test_a_person_sees_what_the_provider_counted(paid: Settings, server: ModelServer) -> None:
    async with a_person(paid, AnthropicModel("a-key", base_url=server.url)) as api:
        server.enqueue(text_reply("Well done.", usage=(1_200, 34)))
        await followed(api, await said(api, "I learned Rust."))
        budget = (await api.execute(BUDGET))["data"]["viewer"]["budget"]
        assert (budget["dailyTokens"], budget["tokensLeft"]) == (100_000, 100_000 - 1_234)
        assert budget["resetsAt"].endswith("T00:00:00+00:00")


async def test_the_offline_coach_costs_nothing(settings: Settings, database: Database) -> None:
    nothing = settings.model_copy(update={"daily_tokens": 0})
    async with a_person(nothing, OfflineCoach(pace=0)) as api:
        assert (await followed(api, await said(api, "I learned Rust."))).kinds[-1] == "ChatCompleted"
        assert (await api.execute(BUDGET))["data"]["viewer"]["budget"] is None
    assert await database["budgets"].find_one() is None


async def test_beyond_the_budget_everything_says_so_and_nothing_is_asked(
    paid: Settings, server: ModelServer
) -> None:
    nothing = paid.model_copy(update={"daily_tokens": 0})
    async with a_person(nothing, AnthropicModel("a-key", base_url=server.url)) as api:
        failed = (await followed(api, await said(api, "I learned Rust."))).events[-1]
        assert (failed["__typename"], failed["code"]) == ("ChatFailed", "BUDGET_EXHAUSTED")
        query = """mutation ($id: ID!) { extractLearnings(profileId: $id) {
          ... on RateLimitedError { message code retryAfter } } }"""
        refused = (await api.execute(query, id=ADA))["data"]["extractLearnings"]
        assert refused["code"] == "BUDGET_EXHAUSTED"
        assert 1 <= refused["retryAfter"] <= 24 * 60 * 60
        run = (await api.data("RefreshMatches", profileId=ADA))["refreshRun"]
        generation = (await ended(api, run))["generation"]
        assert (generation["status"], generation["failure"]["code"]) == ("FAILED", "BUDGET_EXHAUSTED")
    assert server.requests == []


WHOLE = tool_call(TOOL, {"actions": []}, usage=(50, 7))
MOST = 100  # tokens that the request allows to come out


@pytest.mark.parametrize(
    ("reply", "spent"),
    [
        (WHOLE, 57),
        (tool_call(TOOL, {}, raw="{", usage=(50, 7)), 57),  # of no use, but paid for
        (WHOLE.cut(4), 50 + MOST),
        (WHOLE.then(Abort(), after=3), 50 + MOST),
        (WHOLE.then(error_event("overloaded_error"), after=3), 50 + MOST),
        (error_reply(529, "overloaded_error"), 0),
        (error_reply(429, "rate_limit_error"), 0),
        (error_reply(401, "authentication_error"), 0),
        (error_reply(400, "invalid_request_error"), 0),
        (error_reply(504, "timeout_error"), None),  # a gateway does not know what was done behind it
        (tool_call(TOOL, {"actions": []}, usage=(0, 0)), None),  # a server that does not count
    ],
)
async def test_each_end_of_a_call_costs_what_it_may_have_cost(
    database: Database, server: ModelServer, reply: Reply, spent: int | None
) -> None:
    server.enqueue(reply)
    assert await cost(database, server.url) == spent


async def test_a_provider_that_cannot_be_reached_costs_nothing(database: Database) -> None:
    assert await cost(database, "http://127.0.0.1:1") == 0


async def test_a_cancelled_call_costs_what_may_still_have_come(
    database: Database, server: ModelServer
) -> None:
    server.enqueue(WHOLE.then(Wait(asyncio.Event()), after=3))
    paid = Reading("a-key", base_url=server.url)
    assert await cost(database, server.url, paid, paid.read) == 50 + MOST


async def test_a_call_that_is_cancelled_before_anything_came_costs_all_that_was_reserved(
    database: Database, server: ModelServer
) -> None:
    server.enqueue(WHOLE.then(Wait(asyncio.Event()), after=0))
    assert await cost(database, server.url, cancelled_at=server.asked) is None


class Reading(AnthropicModel):
    """Says when the provider's first count of tokens has been read."""

    def __init__(self, api_key: str, *, base_url: str) -> None:
        super().__init__(api_key, base_url=base_url)
        self.read = asyncio.Event()

    async def _events(self, stream: Any, call: Any) -> AsyncIterator[dict[str, Any]]:
        async for event in super()._events(stream, call):
            self.read.set()
            yield event


async def cost(
    database: Database,
    url: str,
    paid: AnthropicModel | None = None,
    cancelled_at: asyncio.Event | None = None,
) -> int | None:
    """Of one call; None for all that was reserved, which is over a thousand."""
    store = BudgetStore(database)
    budgets = Budgets(store, 100_000)
    model = Metered(paid or AnthropicModel("a-key", base_url=url), budgets)
    calling = asyncio.create_task(model.call_tool(a_tool_request()))
    if cancelled_at is not None:
        async with within(10):
            await cancelled_at.wait()
        calling.cancel()
    with suppress(ModelError, asyncio.CancelledError):
        await calling
    await model.aclose()
    spent = 100_000 - (await budgets.allowance(a_tool_request().subject.profile.id)).left
    return spent if spent < 1_000 else None


class Provider:
    """Answers in every way there is, and counts what it would bill: also for replies that nobody got."""

    def __init__(self) -> None:
        self.billed = 0
        self._random = Random(5)  # noqa: S311

    def __call__(self, body: dict[str, Any]) -> Reply:
        said = json.dumps([body["system"], body["messages"]], ensure_ascii=False)
        usage = (len(said) // self._random.choice([1, 2, 4]), self._random.randint(1, body["max_tokens"]))
        chance = self._random.random()
        if chance < 0.1:
            return error_reply(529, "overloaded_error", retry_after="90")
        self.billed += sum(usage)
        if chance < 0.2:
            return error_reply(504, "timeout_error", retry_after="90")
        tool = body.get("tool_choice", {}).get("name")
        reply = text_reply("Go ", "on.", usage=usage) if tool is None else tool_call(tool, {}, usage=usage)
        if chance < 0.3:
            return reply.cut(4)
        if chance < 0.4:
            return reply.then(Abort(), after=3)
        return reply


async def test_no_way_of_asking_gets_beyond_the_budget(
    paid: Settings, server: ModelServer, database: Database, pytestconfig: pytest.Config
) -> None:
    """At once, in two processes, under forged addresses, with connections that are cut."""
    attempts: int = pytestconfig.getoption("attempts")
    daily = max(10_000, 200 * attempts)
    provider = server.fallback = Provider()
    unlimited = paid.model_copy(
        update={
            "rate_person": "off",
            "rate_model": "off",
            "rate_model_address": "off",
            "daily_tokens": daily,
        }
    )
    random = Random(7)  # noqa: S311
    places = asyncio.Semaphore(16)
    refused = 0
    async with AsyncExitStack() as stack:
        apis = [
            await stack.enter_async_context(
                running_api(unlimited, model=AnthropicModel("a-key", base_url=server.url))
            )
            for _ in range(2)
        ]
        token = apis[0].token("ada")
        await apis[0].data("ImportResume", resume=RESUME)
        await followed(apis[0], await said(apis[0], "I learned Rust."))

        async def attempt(number: int) -> None:
            nonlocal refused
            name = random.choice(["ExtractLearnings"] * 8 + ["SendMessage", "RefreshMatches"])
            variables = (
                {"profileId": ADA, "text": "And then?"} if name == "SendMessage" else {"profileId": ADA}
            )
            address = f"203.0.113.{random.randrange(256)}"
            headers = {
                "authorization": f"Bearer {token}",
                "x-forwarded-for": address,
                "forwarded": f"for={address}",
                "x-real-ip": address,
            }
            body = {"query": document(name), "variables": variables}
            async with places:
                asking = apis[number % 2].http.post("/graphql", json=body, headers=headers)
                if number % 5:
                    refused += (await asking).text.count("RateLimitedError")
                else:
                    with suppress(TimeoutError):
                        await asyncio.wait_for(asking, random.uniform(0.001, 0.02))

        await asyncio.gather(*map(attempt, range(attempts)))
        async with within(60):
            while not refused:  # of a few attempts, those that were refused may all have left
                await attempt(1)
    assert 0 < provider.billed <= daily
    (budget,) = [BudgetRecord.from_bson(found) async for found in database["budgets"].find()]
    assert provider.billed <= budget.spent + budget.reserved <= daily
