"""GraphQL over HTTP to the letter: media types, status codes, and what is no proper request and never our fault."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx2
import pytest
from starlette.datastructures import Headers

from resolvers.edge.http import GRAPHQL, PREFLIGHT_HEADERS, media_type_for
from resolvers.edge.http import JSON as PLAIN
from resolvers.settings import Settings
from services.offline_coach.coach import OfflineCoach
from tests.support.client import Api, document, profile_of, running_api
from tests.support.patience import patient

JSON = {"content-type": "application/json"}


@pytest.fixture(autouse=True)
def nothing_is_logged_as_an_error(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    yield
    records = [*caplog.get_records("call"), *caplog.records]
    # An exporter of another test may still be telling of a collector that was never there.
    ours = [record for record in records if not record.name.startswith("opentelemetry")]
    assert [record.getMessage() for record in ours if record.levelno >= logging.ERROR] == []


def query(text: Any, **more: Any) -> bytes:
    return json.dumps({"query": text, **more}).encode()


def media_type_of(response: httpx2.Response) -> str:
    return response.headers["content-type"].removesuffix("; charset=utf-8")


def code_of(response: httpx2.Response) -> str:
    """Of an answer that is one error."""
    [error] = response.json()["errors"]
    assert response.json().keys() == {"errors"}
    code: str = error["extensions"]["code"]
    return code


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
    b"[" * 60_000,
    b'{"a":' * 12_000,
    '{"query": "{ __typename }"}'.encode("utf-16"),
    b'\xef\xbb\xbf{"query": "{ __typename }"}',
    b'{"query": 1' + b"0" * 5000 + b"}",
    query(None),
    query(1),
    query(["{ viewer { id } }"]),
    query("{ viewer { id } }", variables=1),
    query("{ viewer { id } }", variables=[]),
    query("{ viewer { id } }", variables="{}"),
    query("{ viewer { id } }", extensions=[]),
    query("{ viewer { id } }", operationName=1),
    query("{ viewer { id } }", operationName=[]),
    query("{ viewer { id } }", operationName={"a": 1}),
    query("query A { viewer { id } }", operationName="\ud800"),
    query(document("CareerActionsLive"), variables={"profileId": profile_of("ada")}),
]


async def test_a_body_that_is_no_request_is_refused_with_400(api: Api) -> None:
    wrong: dict[bytes, tuple[int, str]] = {}
    for body in BODIES:
        for media_type in (PLAIN, GRAPHQL):
            response = await api.http.post("/graphql", content=body, headers={**JSON, "accept": media_type})
            [error] = response.json()["errors"]
            if (response.status_code, media_type_of(response)) != (400, media_type) or not error[
                "extensions"
            ]:
                wrong[body[:60]] = (response.status_code, response.text[:80])
    assert wrong == {}


WELL_FORMED = [
    query(""),
    query("{"),
    query("{ nonsense }"),
    query("fragment F on Viewer { id }"),
    query("query A { viewer { id } }", operationName="B"),
    query("query A { viewer { id } } query B { viewer { id } }"),
    query("query($id: ID!) { node(id: $id) { id } }", variables={"id": None}),
    query("query($id: ID!) { node(id: $id) { id } }", variables={"id": {}}),
    query('{ opportunities(first: "x") { pageInfo { hasNextPage } } }'),
]


async def test_what_is_well_formed_but_not_executed_is_400_only_where_the_media_type_is_ours(
    api: Api,
) -> None:
    for body in WELL_FORMED:
        for media_type, status in ((PLAIN, 200), (GRAPHQL, 400)):
            response = await api.http.post("/graphql", content=body, headers={**JSON, "accept": media_type})
            assert (response.status_code, media_type_of(response)) == (status, media_type), body
            assert response.json().keys() == {"errors"}, body


async def test_what_was_executed_is_200_also_when_it_failed(api: Api) -> None:
    for text in ("{ viewer { id } }", '{ refreshRun(id: "x") { id } }'):
        for media_type in (PLAIN, GRAPHQL):
            response = await api.http.post(
                "/graphql", content=query(text), headers={**JSON, "accept": media_type}
            )
            answer = response.json()
            assert (response.status_code, media_type_of(response)) == (200, media_type)
            assert answer.keys() == {"data", "errors"}


ACCEPTED = {
    None: PLAIN,
    "": PLAIN,
    "*/*": PLAIN,
    "application/*": PLAIN,
    "application/json": PLAIN,
    "APPLICATION/JSON; charset=utf-8": PLAIN,
    GRAPHQL: GRAPHQL,
    f"{GRAPHQL}, {PLAIN}": GRAPHQL,
    f"{PLAIN}, {GRAPHQL}": GRAPHQL,
    f"{PLAIN}, {GRAPHQL};q=0.9": PLAIN,
    f"{GRAPHQL}; charset=utf-8, {PLAIN}; charset=utf-8": GRAPHQL,
    f"{GRAPHQL};q=0, */*": PLAIN,
    f"{PLAIN};q=0, */*": GRAPHQL,
    f"{GRAPHQL}, */*;q=0.1": GRAPHQL,
    f"{PLAIN}, */*": PLAIN,
    "text/html, */*;q=0.8": PLAIN,
    "text/html": 406,
    "text/event-stream": 406,
    f"{PLAIN};q=0": 406,
    "nonsense": 406,
    ";;,,=;q=": 406,
}


def test_the_media_type_of_an_answer_is_the_one_wanted_most() -> None:
    for accept, expected in ACCEPTED.items():
        headers = Headers({} if accept is None else {"accept": accept})
        assert (media_type_for(headers) or 406) == expected, accept


async def test_an_answer_that_nobody_would_take_is_406(api: Api) -> None:
    for accept in ("text/html", "image/png, text/*;q=0.5", f"{PLAIN};q=0"):
        response = await api.http.post(
            "/graphql", content=query("{ __typename }"), headers={**JSON, "accept": accept}
        )
        assert (response.status_code, code_of(response)) == (406, "NOT_ACCEPTABLE")


async def test_answers_are_kept_by_nobody(api: Api) -> None:
    response = await api.http.post("/graphql", content=query("{ __typename }"), headers=JSON)
    kept = {name: response.headers[name] for name in ("content-type", "cache-control", "vary")}
    assert kept == {
        "content-type": "application/json; charset=utf-8",
        "cache-control": "no-store",
        "vary": "Accept",
    }


async def test_several_operations_at_once_are_not_answered(api: Api) -> None:
    one = {"query": "{ __typename }"}
    for batch in ([], [one], [one, one]):
        response = await api.post(batch)
        assert (response.status_code, code_of(response)) == (400, "BATCHING_NOT_SUPPORTED")


DOCUMENTS = [
    "{",
    "}",
    "\ud800",
    "\x00",
    "{ \ud800 }",
    '{ node(id: "\ud800") { id } }',
    "{ nonsense }",
    "{" * 60_000,
    "{a" * 30_000,
    "{a" * 5000 + "}" * 5000,
    "{ node(id: " + "[" * 60_000,
    "query($a: " + "[" * 30_000 + "Int" + "]" * 30_000 + ") { viewer { id } }",
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
            if error["extensions"]["code"] and error["message"]:
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


async def test_a_document_of_three_thousand_fields_is_refused_at_once(api: Api) -> None:
    loop = asyncio.get_running_loop()
    for field in ("viewer { id } ", "a%d: viewer { id } "):
        text = "{" + "".join(field % number if "%" in field else field for number in range(3_000)) + "}"
        before = loop.time()
        response = await api.http.post("/graphql", content=query(text), headers=JSON)
        assert response.json()["errors"]
        assert loop.time() - before < patient(2)


async def test_another_content_type_is_refused(api: Api) -> None:
    form = "application/x-www-form-urlencoded"
    for content_type in ("", "text/plain", form, "multipart/form-data; boundary=x", "nonsense", "é"):
        headers = [(b"content-type", content_type.encode("latin-1"))] if content_type else []
        response = await api.http.post("/graphql", content=query("{ viewer { id } }"), headers=headers)
        assert (response.status_code, code_of(response)) == (415, "UNSUPPORTED_MEDIA_TYPE"), content_type
    for encoded in ({"content-type": f"{PLAIN}; charset=utf-16"}, {**JSON, "content-encoding": "gzip"}):
        response = await api.http.post("/graphql", content=query("{ __typename }"), headers=encoded)
        assert response.status_code == 415


async def test_another_method_is_refused_with_405(api: Api) -> None:
    for method in ("PUT", "PATCH", "DELETE", "OPTIONS", "HEAD"):
        response = await api.http.request(method, "/graphql")
        assert (response.status_code, response.headers["allow"]) == (405, "GET, POST"), method


async def test_a_body_over_64_kb_is_refused_with_413(api: Api) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(9):
            yield b" " * 8 * 1024

    for body in (chunks(), b" " * (64 * 1024 + 1)):
        response = await api.http.post("/graphql", content=body, headers=JSON)
        assert (response.status_code, code_of(response)) == (413, "BODY_TOO_LARGE")
        assert "65536" in response.text
    largest = query("{ __typename }").ljust(64 * 1024)
    assert (await api.http.post("/graphql", content=largest, headers=JSON)).json()["data"]


async def test_only_the_import_of_ones_own_resume_may_be_larger(api: Api) -> None:
    resume = {"basics": {"name": "Ada"}, "work": [{"summary": "x" * 10_000} for _ in range(10)]}
    assert (await api.data("ImportResume", resume=resume))["__typename"] == "ProfilePayload"
    ada = f"Bearer {api.token('ada')}"
    padding = "x" * 100_000
    smuggling = (
        "mutation { importResume(resume: {}) { __typename } viewer: updateProfile(input: {}) { __typename } }"
    )
    for text, bearer in (
        ("{ viewer { id } }", ada),
        (smuggling, ada),
        ("mutation { ...on Mutation { importResume(resume: {}) { __typename } } }", ada),
        ("{ importResume }", ada),
        ("{", ada),
        (document("ImportResume"), None),
    ):
        response = await api.post({"query": text, "variables": {"resume": padding}}, bearer)
        assert (response.status_code, code_of(response)) == (413, "BODY_TOO_LARGE"), text
    response = await api.post(
        {"query": document("ImportResume"), "variables": {"resume": "x" * 2_100_000}}, ada
    )
    assert (response.status_code, code_of(response)) == (413, "BODY_TOO_LARGE")


async def test_a_host_name_that_is_not_ours_is_refused(settings: Settings) -> None:
    hosts = settings.model_copy(update={"allowed_hosts": ("api.example.org", "*.foothold.example")})
    async with running_api(hosts, model=OfflineCoach()) as api:
        for host, status in (
            (api.address, 200),
            ("localhost", 200),
            ("app.localhost:8000", 200),
            ("10.1.2.3:8000", 200),
            ("[::1]:8000", 200),
            ("API.example.org.:443", 200),
            ("a.foothold.example", 200),
            ("foothold.example", 400),
            ("example.org", 400),
            ("api.example.org.evil.test", 400),
            ("localhost.evil.test", 400),
            ("127.0.0.1.evil.test", 400),
            ("[::1", 400),
            ("localhost:evil", 400),
            ("", 400),
        ):
            response = await api.http.get("/healthz", headers={"host": host})
            assert response.status_code == status, host
        refused = await api.http.get("/graphql", headers={"host": "evil.test"})
        assert code_of(refused) == "HOST_NOT_ALLOWED"
        assert "FOOTHOLD_ALLOWED_HOSTS" in refused.text


async def test_a_get_that_is_no_query_is_refused_with_400(api: Api) -> None:
    refused = [
        {"query": "{ viewer { id } }", "variables": "1"},
        {"query": "{ viewer { id } }", "variables": "{"},
        {"query": "{ viewer { id } }", "extensions": "[]"},
        {
            "query": document("CareerActionsLive"),
            "variables": json.dumps({"profileId": profile_of("ada")}),
        },
        {},
    ]
    for parameters in refused:
        headers = {"accept": PLAIN, "graphql-require-preflight": "1"}
        response = await api.http.get("/graphql", params=parameters, headers=headers)
        assert (response.status_code, bool(code_of(response))) == (400, True), parameters
    changing = {"query": 'mutation { saveAction(id: "x") { __typename } }'}
    response = await api.http.get("/graphql", params=changing, headers=headers)
    assert (response.status_code, response.headers["allow"]) == (405, "POST")


async def test_a_query_may_come_by_get_from_whoever_had_to_ask_for_it(api: Api) -> None:
    parameters = {
        "query": "query($id: ID!) { node(id: $id) { id } }",
        "variables": '{"id": "x"}',
        "operationName": "",
    }
    authorization = {"authorization": f"Bearer {api.token('ada')}"}
    for name in (*PREFLIGHT_HEADERS, "content-type"):
        headers = {**authorization, name: PLAIN}
        response = await api.http.get("/graphql", params=parameters, headers=headers)
        assert response.json() == {"data": {"node": None}}, name
    for simple in ({}, {"content-type": "text/plain"}, {"content-type": "text/plain;application/json"}):
        response = await api.http.get("/graphql", params=parameters, headers={**authorization, **simple})
        assert (response.status_code, code_of(response)) == (400, "PREFLIGHT_REQUIRED"), simple


async def test_queries_by_get_can_be_switched_on(settings: Settings) -> None:
    plain = settings.model_copy(update={"plain_get": True, "max_body": 1_024})
    async with running_api(plain, model=OfflineCoach()) as api:
        response = await api.http.get("/graphql", params={"query": "{ __typename }"})
        assert response.json() == {"data": {"__typename": "Query"}}
        refused = await api.http.get("/graphql", params={"query": "mutation { __typename }"})
        assert refused.status_code == 405
        long = await api.http.get("/graphql", params={"query": "x" * 1_024})
        assert (long.status_code, code_of(long)) == (414, "URL_TOO_LONG")
