"""Rate limits: refusals have a type and a time, whatever address a request claims to be from."""

import asyncio
import socket
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus
from websockets.typing import Subprotocol

from resolvers.app import create_app
from resolvers.settings import Settings
from services.identity.local_tokens import LocalIdentity
from services.identity.rates import RateLimits, Rates
from services.kit.errors import Limited
from services.offline_coach.coach import OfflineCoach
from tests.support.client import Api, profile_of, running_api
from tests.support.redis import RedisServer
from tests.support.serving import serving

VIEWER = "{ viewer { id } }"
ADA = profile_of("ada")
NEAR = "203.0.113.7"
FAR = "203.0.113.8"


@asynccontextmanager
async def limited(settings: Settings, **limits: str) -> AsyncIterator[Api]:
    """The API with these limits."""
    async with running_api(settings.model_copy(update=limits), model=OfflineCoach(pace=0)) as api:
        yield api


@asynccontextmanager
async def behind_a_proxy(settings: Settings, **limits: str) -> AsyncIterator[Api]:
    """The API behind a proxy on this machine, which says whom it speaks for."""
    app = create_app(settings.model_copy(update=limits), model=OfflineCoach(pace=0))
    trusting = {"proxy_headers": True, "forwarded_allow_ips": "127.0.0.1"}
    async with serving(app, **trusting) as address, Api(address, LocalIdentity(settings.data)) as api:
        yield api


async def code_of(api: Api, query: str = VIEWER, user: str = "ada", **headers: str) -> str | None:
    """The code of the first error, if there is one."""
    bearer = {"authorization": f"Bearer {api.token(user)}"}
    response = await api.http.post("/graphql", json={"query": query}, headers={**bearer, **headers})
    errors = response.json().get("errors")
    return errors[0]["extensions"]["code"] if errors else None


async def test_a_person_who_asks_too_often_is_told_when_to_come_back(settings: Settings) -> None:
    async with limited(settings, rate_person="2/hour") as api:
        for _ in range(2):
            assert "errors" not in await api.execute(VIEWER)
        refused = (await api.execute(VIEWER))["errors"][0]
        assert refused["extensions"]["code"] == "RATE_LIMITED"
        assert 3_590 <= refused["extensions"]["retryAfter"] <= 3_600
        assert f"{refused['extensions']['retryAfter']} seconds" in refused["message"]
        assert "errors" not in await api.execute(VIEWER, "ben")


async def test_each_field_of_a_document_is_counted(settings: Settings) -> None:
    async with limited(settings, rate_person="3/hour") as api:
        result = await api.execute("{ a: viewer { id } b: viewer { id } c: viewer { id } d: viewer { id } }")
        assert [error["extensions"]["code"] for error in result["errors"]] == ["RATE_LIMITED"]


async def test_a_mutation_over_the_limit_gives_the_typed_error_and_changes_nothing(
    settings: Settings,
) -> None:
    async with limited(settings, rate_person="1/hour") as api:
        query = """mutation ($resume: JSON!) { importResume(resume: $resume) {
          __typename ... on RateLimitedError { message code retryAfter } } }"""
        first = await api.execute(query, resume={"basics": {"name": "Ada"}})
        assert first["data"]["importResume"] == {"__typename": "ProfilePayload"}
        second = (await api.execute(query, resume={"basics": {"name": "Eve"}}))["data"]["importResume"]
        assert (second["__typename"], second["code"]) == ("RateLimitedError", "RATE_LIMITED")
        assert second["retryAfter"] > 0
    async with limited(settings) as api:
        assert (await api.data("Viewer"))["profile"]["name"] == "Ada"


async def test_a_subscription_over_the_limit_ends_with_its_terminal_member(settings: Settings) -> None:
    query = """subscription ($id: ID!) { careerActions(profileId: $id) {
      ... on CareerActionsChange { reason } ... on SubscriptionFailed { code retryAfter } } }"""
    async with limited(settings, rate_person="1/hour") as api, api.socket() as socket:
        assert (await (await socket.subscribe(query, id=ADA)).next())["reason"] == "INITIAL"
        refused = await socket.subscribe(query, id=ADA)
        failed = await refused.next()
        assert (failed["code"], failed["retryAfter"] > 3_000) == ("RATE_LIMITED", True)
        assert (await refused.message())["type"] == "complete"


async def test_an_audit_is_counted_like_work_for_the_model(settings: Settings) -> None:
    query = "query ($id: ID!) { matchAudit(profileId: $id) { swaps { kind } } }"
    async with limited(settings, rate_model="1/hour") as api:
        await api.execute(query, id=ADA)
        (refused,) = (await api.execute(query, id=ADA))["errors"]
        assert refused["extensions"]["code"] == "RATE_LIMITED"


STARTS = {
    "sendMessage": 'sendMessage(profileId: "{id}", text: "Hello") {{ ... on RateLimitedError {{ code }} }}',
    "sendCompletionMessage": 'sendCompletionMessage(actionId: "{id}", text: "Hello") '
    "{{ ... on RateLimitedError {{ code }} }}",
    "refreshMatches": 'refreshMatches(profileId: "{id}") {{ ... on RateLimitedError {{ code }} }}',
    "extractLearnings": 'extractLearnings(profileId: "{id}") {{ ... on RateLimitedError {{ code }} }}',
}


@pytest.mark.parametrize("name", STARTS)
async def test_what_starts_work_for_the_model_has_a_limit_of_its_own(settings: Settings, name: str) -> None:
    document = f"mutation {{ {STARTS[name].format(id=ADA)} }}"
    async with limited(settings, rate_model="1/hour") as api:
        assert (await api.execute(document))["data"][name] == {}
        # As if from elsewhere: nobody is believed who is no proxy of ours.
        headers = {"authorization": f"Bearer {api.token('ada')}", "x-forwarded-for": NEAR}
        refused = await api.http.post("/graphql", json={"query": document}, headers=headers)
        assert refused.json()["data"][name] == {"code": "RATE_LIMITED"}
        assert await code_of(api) is None  # all else is as before


async def test_an_address_that_asks_too_often_is_refused_by_the_transport(settings: Settings) -> None:
    async with behind_a_proxy(settings, rate_address="2/hour") as api:
        for user in ("ada", "ben"):
            assert await code_of(api, user=user, **{"x-forwarded-for": NEAR}) is None
        # Whatever it puts before what the proxy knows.
        headers = {"x-forwarded-for": f"{FAR}, {NEAR}"}
        refused = await api.http.post("/graphql", json={"query": VIEWER}, headers=headers)
        error = refused.json()["errors"][0]["extensions"]
        assert (refused.status_code, error["code"]) == (429, "RATE_LIMITED")
        assert int(refused.headers["retry-after"]) == error["retryAfter"] > 0
        with pytest.raises(InvalidStatus) as closed:
            await connect(
                f"ws://{api.address}/graphql",
                subprotocols=[Subprotocol("graphql-transport-ws")],
                additional_headers=headers,
            )
        assert closed.value.response.status_code == 429
        assert await code_of(api, **{"x-forwarded-for": FAR}) is None


async def test_an_address_has_a_limit_of_model_work_for_all_its_people(settings: Settings) -> None:
    async with behind_a_proxy(settings, rate_model_address="1/hour") as api:
        query = "mutation ($id: ID!) { refreshMatches(profileId: $id) { __typename } }"

        async def start(user: str, address: str) -> str:
            headers = {"authorization": f"Bearer {api.token(user)}", "x-forwarded-for": address}
            body = {"query": query, "variables": {"id": profile_of(user)}}
            result = (await api.http.post("/graphql", json=body, headers=headers)).json()
            name: str = result["data"]["refreshMatches"]["__typename"]
            return name

        asked = [await start("ada", NEAR), await start("ben", NEAR), await start("ben", FAR)]
        assert asked == ["NotFoundError", "RateLimitedError", "NotFoundError"]


async def test_tokens_that_are_not_valid_are_limited_and_keep_nobody_out(settings: Settings) -> None:
    async with behind_a_proxy(settings, rate_sign_in="2/hour") as api:

        async def status(token: str, address: str = NEAR) -> int:
            headers = {"authorization": f"Bearer {token}", "x-forwarded-for": address}
            return (await api.http.post("/graphql", json={"query": VIEWER}, headers=headers)).status_code

        assert [await status("made.up.token") for _ in range(3)] == [401, 401, 429]
        assert await status("made.up.token", FAR) == 401
        assert await status(api.token("ada")) == 200


@pytest.mark.parametrize("rate", ["", "fast", "5", "5/minute; 1/second", "-1/minute", "5/fortnight"])
def test_a_limit_that_cannot_be_read_is_refused_at_the_start(rate: str) -> None:
    with pytest.raises(ValidationError):
        Settings(_env_file=None, rate_person=rate)


async def tries(rates: Rates, who: str, times: int) -> int:
    """Return the number that were allowed."""
    through = 0
    for _ in range(times):
        with suppress(Limited):
            await rates.model_work(who, None)
            through += 1
    return through


async def test_processes_that_share_redis_share_a_person_s_limit_and_go_on_without_it(tmp_path: Path) -> None:
    limits = RateLimits(model="5/hour")
    with RedisServer(tmp_path) as redis:
        ones = [Rates(limits, redis.url, namespace="a") for _ in range(3)]
        assert sum(await asyncio.gather(*(tries(rates, "ada", 4) for rates in ones))) == 5
        with pytest.raises(Limited) as refused:
            await ones[0].model_work("ada", None)
        assert 3_590 <= refused.value.retry_after <= 3_600
        assert await tries(ones[0], "ben", 1) == 1
        elsewhere = Rates(limits, redis.url, namespace="b")
        assert await tries(elsewhere, "ada", 1) == 1
        redis.kill()
        began = time.monotonic()
        assert await tries(ones[0], "ben", 5) == 4  # what this process knows of
        assert time.monotonic() - began < 5
        for rates in (*ones, elsewhere):
            await rates.aclose()


async def test_redis_that_does_not_answer_holds_nobody_up_for_long() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        rates = Rates(RateLimits(model="5/hour"), f"redis://127.0.0.1:{port}/0")
        began = time.monotonic()
        assert await tries(rates, "ada", 6) == 5
        assert time.monotonic() - began < 5
        await rates.aclose()


async def test_ended_windows_take_no_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    rates = Rates(RateLimits(person="5/second"))
    for number in range(5_000):
        await rates.root_field(str(number))
    at = time.monotonic() + 2
    monkeypatch.setattr("services.identity.rates.time.monotonic", lambda: at)
    for number in range(10_000, 15_001):
        await rates.root_field(str(number))
    held: Any = rates._local.storage
    assert len(held._counts) <= 10_000
