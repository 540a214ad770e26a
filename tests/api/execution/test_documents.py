"""Documents over the wire: what is refused, how it is said, and documents that are known by an id."""

import json
from pathlib import Path
from typing import Any

import httpx2
import pytest

from resolvers.execution.trusted import document_id, manifest_of
from resolvers.settings import Settings
from services.kit.errors import InvalidInput
from services.offline_coach.coach import OfflineCoach
from tests.support.client import Api, document, profile_of, running_api

TEXT = "query Me { viewer { __typename } }"
LIVE = document("CareerActionsLive")
UNKNOWN = document_id("unknown")
HEADERS = {"content-type": "application/json"}


def codes(response: httpx2.Response) -> tuple[int, list[str]]:
    return response.status_code, [error["extensions"]["code"] for error in response.json()["errors"]]


@pytest.fixture
def trusting(settings: Settings, tmp_path: Path) -> Settings:
    manifest = tmp_path / "persisted-documents.json"
    manifest.write_text(manifest_of([TEXT, LIVE]))
    return settings.model_copy(update={"trusted_documents": manifest})


async def test_a_refused_document_is_a_bad_request_and_ends_its_own_operation_only(api: Api) -> None:
    too_wide = "{ " + "__typename " * 501 + "}"
    response = await api.post({"query": too_wide}, f"Bearer {api.token('ada')}")
    assert codes(response) == (400, ["DOCUMENT_TOO_COMPLEX"])
    extensions = response.json()["errors"][0]["extensions"]
    assert (extensions["measure"], extensions["limit"], extensions["found"]) == ("fields", 500, 501)
    async with api.socket() as socket:
        live = await socket.subscribe(LIVE, profileId=profile_of("ada"))
        assert (await live.next())["reason"] == "INITIAL"
        for text in (too_wide, "{ ...a } fragment a on Query { ...a }", "{"):
            message = await (await socket.subscribe(text)).message()
            assert message["type"] == "error", message
            assert message["payload"][0]["message"]
        assert (await (await socket.subscribe(TEXT)).next()) == {"__typename": "Viewer"}
        assert live.messages.empty()


async def test_strangers_do_not_learn_the_schema(api: Api) -> None:
    asked = "{ __schema { queryType { name } } }"
    assert "errors" in await api.execute(asked, None)
    assert "errors" not in await api.execute(asked, "ada")
    [error] = (await api.execute("{ viewr { id } }", None))["errors"]
    assert "Did you mean" not in error["message"]
    async with api.socket("ada") as socket:
        assert (await (await socket.subscribe(asked)).next()) == {"queryType": {"name": "Query"}}
    async with api.socket(None) as socket:
        assert (await (await socket.subscribe(asked)).message())["type"] == "error"


async def test_a_known_document_is_asked_for_by_its_id(trusting: Settings) -> None:
    async with running_api(trusting, model=OfflineCoach()) as api:
        ada = f"Bearer {api.token('ada')}"
        by_hash = {"persistedQuery": {"version": 1, "sha256Hash": document_id(TEXT).removeprefix("sha256:")}}
        asked: list[dict[str, Any]] = [
            {"documentId": document_id(TEXT)},
            {"documentId": document_id(TEXT), "operationName": "Me"},
            {"extensions": by_hash},
            {"query": TEXT, "extensions": {"persistedQuery": {"version": 1, "sha256Hash": "0"}}},
        ]
        for request in asked:
            response = await api.post(request, ada)
            assert response.json() == {"data": {"viewer": {"__typename": "Viewer"}}}, request
        for parameters in ({"documentId": document_id(TEXT)}, {"extensions": json.dumps(by_hash)}):
            got = await api.http.get("/graphql", params=parameters, headers={**HEADERS, "authorization": ada})
            assert got.json() == {"data": {"viewer": {"__typename": "Viewer"}}}
        missing: list[dict[str, Any]] = [
            {"documentId": UNKNOWN},
            {"documentId": TEXT},
            {"extensions": {"persistedQuery": {"sha256Hash": "0"}}},
        ]
        for request in missing:
            assert codes(await api.post(request, ada)) == (400, ["PERSISTED_QUERY_NOT_FOUND"])
        for malformed in ({"documentId": 1}, {"documentId": UNKNOWN, "query": TEXT}, {"documentId": ""}):
            assert (await api.post(malformed, ada)).status_code == 400


async def test_nothing_else_than_known_documents_may_be_answered(trusting: Settings) -> None:
    only = trusting.model_copy(update={"trusted_only": True})
    async with running_api(only, model=OfflineCoach()) as api:
        ada = f"Bearer {api.token('ada')}"
        assert codes(await api.post({"query": "{ viewer { id } }"}, ada)) == (400, ["DOCUMENT_NOT_TRUSTED"])
        assert (await api.post({"query": TEXT}, ada)).json()["data"]
        async with api.socket() as socket:
            live = await socket.subscribe("", profileId=profile_of("ada"))
            message = await live.message()
            assert (message["type"], len(message["payload"])) == ("error", 1)
            refused = await socket.subscribe("subscription { careerActions }")
            assert (await refused.message())["payload"][0]["extensions"] == {"code": "DOCUMENT_NOT_TRUSTED"}


async def test_a_subscription_is_asked_for_by_its_id_and_stays_live(trusting: Settings) -> None:
    async with running_api(trusting, model=OfflineCoach()) as api:
        await api.data("ImportResume", resume={"basics": {"name": "Ada"}, "skills": [{"name": "Python"}]})
        async with api.socket() as socket:
            variables = {"profileId": profile_of("ada")}
            unknown = await socket.ask({"documentId": UNKNOWN, "variables": variables})
            refused = await unknown.message()
            assert refused["payload"][0]["extensions"] == {"code": "PERSISTED_QUERY_NOT_FOUND"}
            live = await socket.ask({"documentId": document_id(LIVE), "variables": variables})
            assert (await live.next())["reason"] == "INITIAL"
            await api.data("RefreshMatches", profileId=profile_of("ada"))
            assert (await live.next())["reason"] == "CHANGE"


async def test_a_manifest_that_is_not_there_stops_the_start(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from resolvers import app
    from resolvers.app import create_app

    monkeypatch.setattr(app, "client_documents", lambda: None)  # the client's own, where it is built

    missing = settings.model_copy(update={"trusted_documents": tmp_path / "nothing.json"})
    with pytest.raises(FileNotFoundError):
        async with create_app(missing).router.lifespan_context(create_app(missing)):
            pass
    alone = settings.model_copy(update={"trusted_only": True})
    with pytest.raises(InvalidInput):
        async with create_app(alone).router.lifespan_context(create_app(alone)):
            pass
