"""Every refusal has words and a code, the same on both transports, and none of them wakes anybody."""

import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from resolvers.edge.close_codes import CloseCode
from resolvers.edge.connection_params import MisplacedToken
from tests.support.client import Api
from tests.support.patience import within

TWO = "query A { viewer { id } } query B { viewer { id } }"
BY_ID = "query Q($id: ID!) { node(id: $id) { id } }"

REFUSALS: list[tuple[dict[str, Any], str]] = [
    ({"query": ""}, "DOCUMENT_EMPTY"),
    ({"query": " # nothing"}, "GRAPHQL_PARSE_FAILED"),
    ({"query": "{"}, "GRAPHQL_PARSE_FAILED"),
    ({"query": "{ viewer { id }"}, "GRAPHQL_PARSE_FAILED"),
    ({"query": "{ viewr { id } }"}, "GRAPHQL_VALIDATION_FAILED"),
    ({"query": "{ viewer }"}, "GRAPHQL_VALIDATION_FAILED"),
    ({"query": "{ viewr { id } }", "operationName": ""}, "GRAPHQL_VALIDATION_FAILED"),
    ({"query": "fragment F on Viewer { id }"}, "OPERATION_NOT_FOUND"),
    ({"query": "type Query { id: ID }"}, "OPERATION_NOT_FOUND"),
    ({"query": "query A { viewer { id } }", "operationName": "B"}, "OPERATION_NOT_FOUND"),
    ({"query": TWO, "operationName": "C" * 1_000}, "OPERATION_NOT_FOUND"),
    ({"query": TWO}, "OPERATION_NAME_MISSING"),
    ({"query": TWO, "operationName": ""}, "OPERATION_NAME_MISSING"),
    ({"query": BY_ID}, "BAD_USER_INPUT"),
    ({"query": BY_ID, "variables": {"id": None}}, "BAD_USER_INPUT"),
    ({"query": BY_ID, "variables": {"id": {}}}, "BAD_USER_INPUT"),
    ({"query": "{ viewer { id } }"}, "UNAUTHENTICATED"),
    ({"query": "{ " + "__typename " * 501 + "}"}, "DOCUMENT_TOO_COMPLEX"),
    ({"query": "{ ...F } fragment F on Query { ...F }"}, "FRAGMENT_CYCLE"),
    ({"query": "{ __schema { queryType { name } } }"}, "GRAPHQL_VALIDATION_FAILED"),
]


@pytest.fixture(autouse=True)
def nothing_is_logged_as_an_error(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    yield
    records = [record for record in caplog.get_records("call") if not record.name.startswith("opentelemetry")]
    assert [record.getMessage() for record in records if record.levelno >= logging.ERROR] == []


def codes(errors: list[dict[str, Any]]) -> set[str]:
    return {error["extensions"]["code"] for error in errors if error["message"]}


async def test_every_refusal_has_the_same_words_and_code_on_both_transports(api: Api) -> None:
    wrong: dict[str, object] = {}
    async with api.socket(None) as socket:
        for request, code in REFUSALS:
            posted = (await api.post(request)).json()["errors"]
            message = await (await socket.ask(request)).message()
            sent = message["payload"] if message["type"] == "error" else message["payload"]["errors"]
            if codes(posted) != {code} or sent != posted:
                wrong[json.dumps(request)[:80]] = (code, posted, sent)
    assert wrong == {}


async def test_an_empty_operation_name_is_none(api: Api) -> None:
    request = {"query": "query A { __typename }", "operationName": ""}
    assert (await api.post(request)).json() == {"data": {"__typename": "Query"}}
    async with api.socket(None) as socket:
        assert await (await socket.ask(request)).next() == "Query"


async def opened(api: Api, payload: dict[str, Any]) -> tuple[int | None, str, Any]:
    """The close code and reason of a connection whose first query has been answered, and the answer."""
    protocol = Subprotocol("graphql-transport-ws")
    async with within(5), connect(f"ws://{api.address}/graphql", subprotocols=[protocol]) as connection:
        answer = None
        try:
            await connection.send(json.dumps({"type": "connection_init", "payload": payload}))
            await connection.recv()
            asked = {"query": "{ viewer { __typename } }"}
            await connection.send(json.dumps({"type": "subscribe", "id": "1", "payload": asked}))
            answer = json.loads(await connection.recv())["payload"]
        except ConnectionClosed:
            pass
        return connection.close_code, connection.close_reason or "", answer


async def test_the_name_of_the_token_is_read_whatever_its_case(api: Api) -> None:
    bearer = f"Bearer {api.token('ada')}"
    known = {"data": {"viewer": {"__typename": "Viewer"}}}
    for payload in (
        {"Authorization": bearer},
        {"AUTHORIZATION": bearer, "other": 1},
        {"authorization": bearer, "Authorization": bearer},
        {"authorization": None, "Authorization": bearer},
    ):
        assert (await opened(api, payload))[2] == known, payload
    code, _, answer = await opened(api, {"authorization": bearer, "Authorization": "Bearer other"})
    assert (code, answer) == (CloseCode.FORBIDDEN, None)


async def test_a_token_in_another_place_is_answered_with_the_name_that_is_read(api: Api) -> None:
    token = api.token("ada")
    for payload in (
        {"token": token},
        {"authToken": f"Bearer {token}"},
        {"headers": {"Authorization": f"Bearer {token}"}},
        {"context": {"headers": {"x-token": token}}},
    ):
        code, reason, answer = await opened(api, payload)
        assert (code, reason, answer) == (CloseCode.FORBIDDEN, MisplacedToken.reason, None), payload
    _, _, answer = await opened(api, {"client": "web", "headers": {"x-version": "1.2.3"}, "list": ["a"]})
    assert codes(answer["errors"]) == {"UNAUTHENTICATED"}, "a stranger may say what it likes"
