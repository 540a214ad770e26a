"""What is no proper request gets an answer in the 400s that says why, and is never our fault."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest

from tests.client import Api, document, profile_of

JSON = {"content-type": "application/json"}


@pytest.fixture(autouse=True)
def nothing_is_logged_as_an_error(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    yield
    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR] == []


def query(text: Any, **more: Any) -> bytes:
    return json.dumps({"query": text, **more}).encode()


BODIES = [
    b"",
    b"1",
    b"null",
    b"true",
    b'"{ viewer { id } }"',
    b"NaN",
    b"[]",
    b"[1]",
    b'[{"query": "{ viewer { id } }"}]',
    b"{",
    b"{}",
    b'\xff\xfe{"query"',
    b'{"query": "\xc3"}',
    b"[" * 100_000,
    b'{"a":' * 100_000,
    b'{"query": 1' + b"0" * 5000 + b"}",
    query(None),
    query(1),
    query(["{ viewer { id } }"]),
    query(""),
    query("{ viewer { id } }", variables=1),
    query("{ viewer { id } }", variables=[]),
    query("{ viewer { id } }", variables="{}"),
    query("{ viewer { id } }", extensions=[]),
    query("{ viewer { id } }", operationName=1),
    query("{ viewer { id } }", operationName=[]),
    query("{ viewer { id } }", operationName={"a": 1}),
    query("query A { viewer { id } }", operationName="B"),
    query("query A { viewer { id } }", operationName="\ud800"),
    query("fragment F on Viewer { id }"),
    query(document("CareerActionsLive"), variables={"profileId": profile_of("ada")}),
]


async def test_a_body_that_is_no_request_is_refused_with_400(api: Api) -> None:
    answers: dict[bytes, tuple[int, str]] = {}
    for body in BODIES:
        response = await api.http.post("/graphql", content=body, headers=JSON)
        answers[body] = (response.status_code, response.text)
    wrong = {
        body[:60]: (status, text[:80])
        for body, (status, text) in answers.items()
        if status != 400 or not text
    }
    assert wrong == {}


DOCUMENTS = [
    "{",
    "}",
    "\ud800",
    "\x00",
    "{ \ud800 }",
    '{ node(id: "\ud800") { id } }',
    "{ nonsense }",
    "{" * 100_000,
    "{a" * 100_000,
    "{a" * 5000 + "}" * 5000,
    "{ node(id: " + "[" * 100_000,
    "query($a: " + "[" * 50_000 + "Int" + "]" * 50_000 + ") { viewer { id } }",
    "{ ...F } fragment F on Query { ...F }",
    "{ viewer { id " * 300,
    "query($a: Int = $a) { viewer { id } }",
    "{ viewer @skip(if: 1) { id } }",
    '"""' * 1000,
]


async def test_a_document_that_is_none_is_an_error_of_its_own(api: Api) -> None:
    wrong: dict[str, object] = {}
    for text in DOCUMENTS:
        response = await api.http.post("/graphql", content=query(text), headers=JSON)
        if response.status_code == 200:
            [error, *_] = response.json()["errors"]
            if "extensions" not in error and error["message"]:
                continue
        elif response.status_code == 400 and response.text:
            continue
        wrong[text[:60]] = (response.status_code, response.text[:200])
    async with api.socket() as socket:
        for text in DOCUMENTS:
            message = await (await socket.subscribe(text)).message()
            if message["type"] != "error" and "errors" not in message.get("payload", {}):
                wrong[text[:60]] = message
    assert wrong == {}


async def test_a_document_of_a_hundred_thousand_fields_is_refused_at_once(api: Api) -> None:
    loop = asyncio.get_running_loop()
    for field in ("viewer { id } ", "a%d: viewer { id } "):
        text = "{" + "".join(field % number if "%" in field else field for number in range(100_000)) + "}"
        before = loop.time()
        response = await api.http.post("/graphql", content=query(text), headers=JSON)
        assert response.json()["errors"]
        assert loop.time() - before < 2


async def test_another_content_type_is_refused(api: Api) -> None:
    form = "application/x-www-form-urlencoded"
    for content_type in ("", "text/plain", form, "multipart/form-data; boundary=x", "nonsense", "é"):
        headers = [(b"content-type", content_type.encode("latin-1"))] if content_type else []
        response = await api.http.post("/graphql", content=query("{ viewer { id } }"), headers=headers)
        assert (response.status_code, bool(response.text)) == (400, True), content_type


async def test_another_method_is_refused_with_405(api: Api) -> None:
    for method in ("PUT", "PATCH", "DELETE", "OPTIONS", "HEAD"):
        assert (await api.http.request(method, "/graphql")).status_code == 405, method


async def test_a_body_over_eight_megabytes_is_refused_with_413(api: Api) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(9):
            yield b" " * 1024 * 1024

    for body in (chunks(), b" " * (9 * 1024 * 1024)):
        response = await api.http.post("/graphql", content=body, headers=JSON)
        assert response.status_code == 413
        assert "8388608" in response.text


async def test_a_get_that_is_no_query_is_refused_with_400(api: Api) -> None:
    refused = [
        {"query": "{ viewer { id } }", "variables": "1"},
        {"query": "{ viewer { id } }", "variables": "{"},
        {"query": "{ viewer { id } }", "extensions": "[]"},
        {"query": 'mutation { saveAction(id: "x") { __typename } }'},
        {
            "query": document("CareerActionsLive"),
            "variables": json.dumps({"profileId": profile_of("ada")}),
        },
        {},
    ]
    for parameters in refused:
        headers = {"accept": "application/json"}
        response = await api.http.get("/graphql", params=parameters, headers=headers)
        assert (response.status_code, bool(response.text)) == (400, True), parameters


async def test_a_query_may_come_by_get(api: Api) -> None:
    parameters = {"query": "query($id: ID!) { node(id: $id) { id } }", "variables": '{"id": "x"}'}
    headers = {"authorization": f"Bearer {api.token('ada')}"}
    response = await api.http.get("/graphql", params=parameters, headers=headers)
    assert response.json() == {"data": {"node": None}}


async def test_a_client_that_leaves_amid_its_body_is_no_fault(api: Api) -> None:
    host, port = api.address.split(":")
    for _ in range(3):
        _, writer = await asyncio.open_connection(host, int(port))
        writer.write(
            b"POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 99\r\n\r\n{"
        )
        await writer.drain()
        await asyncio.sleep(0.05)
        writer.transport.abort()
    await asyncio.sleep(0.1)
    assert (await api.http.get("/healthz")).status_code == 200


BAD_IDS = ["", "x", "=", "\x00", "\ud800", "é", "Q2FyZWVyQWN0aW9uOg==", "Q2FyZWVyQWN0aW9uOgA=", "1" * 100_000]
BAD_CURSORS = [
    "", "x", "\ud800", "é", "W10", "WzFd", "e30", "bnVsbA", "1" * 100_000,
    "WzEsIlx1ZDgwMCJd",  # [1,"\ud800"]
    "WzFlNDAwLCJhIl0",  # [1e400,"a"]
    "W05hTiwiYSJd",  # [NaN,"a"]
    "Wzk5OTk5OTk5OTk5OTk5OTk5OTk5OTksImEiXQ",  # [9999999999999999999999,"a"]
    "W3RydWUsImEiXQ",  # [true,"a"]
]  # fmt: skip


async def test_no_id_or_cursor_is_our_fault(api: Api) -> None:
    wrong = []
    for bad in BAD_IDS:
        assert (await api.run("Node", id=bad))["data"] == {"node": None}, bad
        for name, argument in (("SaveAction", "id"), ("MarkCompletionStarted", "actionId")):
            refused = await api.data(name, **{argument: bad})
            if (refused["__typename"], refused.get("field")) not in (
                ("InvalidInputError", argument),
                ("NotFoundError", None),
            ):
                wrong.append((name, bad, refused))
        for name, argument in (
            ("RefreshRun", "id"),
            ("CareerActions", "profileId"),
            ("Matches", "profileId"),
        ):
            [error] = (await api.run(name, **{argument: bad}))["errors"]
            if error["extensions"]["code"] not in ("INVALID_INPUT", "NOT_FOUND"):
                wrong.append((name, bad, error))
    for bad in BAD_CURSORS:
        for name in ("CareerActions", "Matches"):
            [error] = (await api.run(name, profileId=profile_of("ada"), after=bad))["errors"]
            if error["extensions"] != {"code": "INVALID_INPUT", "field": "after"}:
                wrong.append((name, bad, error))
    assert wrong == []


async def test_first_is_between_1_and_100(api: Api) -> None:
    for first in (0, -1, 101, 2**31 - 1, -(2**31)):
        [error] = (await api.run("CareerActions", profileId=profile_of("ada"), first=first))["errors"]
        assert error["extensions"] == {"code": "INVALID_INPUT", "field": "first"}, first


async def test_a_mutation_id_is_short_and_printable(api: Api) -> None:
    for mutation_id in ("", "\ud800", "\x00", "a\nb", "x" * 129, "\u202e"):
        refused = await api.data("SaveAction", id="Q2FyZWVyQWN0aW9uOmE=", mutationId=mutation_id)
        assert (refused["__typename"], refused["field"]) == ("InvalidInputError", "mutationId"), mutation_id


async def test_a_hundred_thousand_statuses_are_five(api: Api) -> None:
    page = await api.data("CareerActions", profileId=profile_of("ada"), statuses=["SAVED"] * 100_000)
    assert page["edges"] == []


async def test_a_bad_cursor_ends_a_subscription_by_its_terminal_member(api: Api) -> None:
    async with api.socket() as socket:
        for bad in ("", "x", "\ud800", "a:" + "9" * 100):
            refused = await socket.subscribe(
                document("CareerActionsLive"), profileId=profile_of("ada"), after=bad
            )
            assert (await refused.next())["code"] == "INVALID_INPUT"
            assert (await refused.message())["type"] == "complete"
