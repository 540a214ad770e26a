"""Webhooks of the issuer are applied once, in order, and accepted from nobody else."""

import json
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr, ValidationError

from db.driver.client import Database
from resolvers.edge.close_codes import CloseCode
from resolvers.edge.webhooks import MAX_EVENT, PATH
from resolvers.settings import Settings
from services.kit.ids import profile_id_of
from tests.support.chatting import followed, said
from tests.support.client import Api, running_api
from tests.support.webhooks import SECRET, an_event, send, signed, tell


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"webhook_secret": SecretStr(SECRET)})


async def name_of(api: Api, user: str = "ada") -> str | None:
    result = await api.execute("{ viewer { profile { name } } }", user)
    name: str | None = result["data"]["viewer"]["profile"]["name"]
    return name


BOOKKEEPING = {"schedules", "installation"}


async def everything(database: Database) -> dict[str, Any]:
    names = sorted(set(await database.list_collection_names()) - BOOKKEEPING)
    return {name: await database[name].find().sort("_id", 1).to_list(None) for name in names}


async def test_without_a_secret_there_is_no_such_address(database_uri: str, tmp_path: Path) -> None:
    bare = Settings(_env_file=None, mongodb_uri=SecretStr(database_uri), data=tmp_path)
    async with running_api(bare) as api:
        assert (await send(api.http, an_event("user.created"))).status_code == 404


@pytest.mark.parametrize("secret", ["", "whsec_", "whsec_!!!!", "c2hvcnQ=", "no base 64 at all, but long"])
def test_a_secret_that_is_none_is_refused_at_the_start(secret: str) -> None:
    with pytest.raises(ValidationError):
        Settings(_env_file=None, webhook_secret=SecretStr(secret))


async def test_a_name_fills_a_profile_that_has_none_and_is_the_person_s_own_from_then_on(api: Api) -> None:
    await api.data("UpdateProfile", input={"headline": "Analyst"})
    assert await tell(api.http, "user.created", first_name="Ada", last_name="Ferris", ago=60) == 204
    assert await name_of(api) == "Ada Ferris"
    assert await tell(api.http, "user.updated", first_name="Other", last_name=None, ago=50) == 204
    assert await name_of(api) == "Ada Ferris", "what is there stays"
    await api.data("UpdateProfile", input={"name": None})
    assert await tell(api.http, "user.updated", first_name="Other", ago=40) == 204
    assert await name_of(api) is None, "what the person took away stays away"


async def test_whoever_has_no_profile_gets_none(api: Api, database: Database) -> None:
    assert await tell(api.http, "user.created", first_name="Ada") == 204
    assert await database["profiles"].find_one({}) is None
    assert "Ada" not in str(await everything(database))


async def test_replayed_and_reordered_events_change_nothing(api: Api, database: Database) -> None:
    older = an_event("user.updated", ago=60, first_name="Older")
    newer = an_event("user.updated", ago=30, last_name=None)
    await api.data("UpdateProfile", input={"headline": "Analyst"})
    assert (await send(api.http, newer)).status_code == 204
    before = await everything(database)
    for body in (older, newer, newer, an_event("user.created", ago=90, first_name="Oldest", banned=True)):
        assert (await send(api.http, body)).status_code == 204
    assert await everything(database) == before


async def test_a_deleted_user_is_deleted_here_once_and_for_all(api: Api, database: Database) -> None:
    token = api.token("ada")
    for user in ("ada", "eve"):
        await api.data("UpdateProfile", user, input={"headline": f"{user} the analyst"})
        reply = await said(api, f"{user} says hello.", user)
    await followed(api, reply, "eve")  # or it would still be written while what is left is looked at
    last = an_event("user.updated", ago=20, first_name="Late")
    async with api.socket() as socket:
        deletion = an_event("user.deleted", ago=10)
        assert (await send(api.http, deletion)).status_code == 204
        assert await socket.closed() == CloseCode.FORBIDDEN
    assert (await api.post({"query": "{ viewer { id } }"}, f"Bearer {token}")).status_code == 401
    left = await everything(database)
    for name, documents in left.items():
        about = [one for one in documents if profile_id_of("ada") in str(one) or "ada" in str(one)]
        assert not about or name == "deleted_accounts", name
    assert await name_of(api, "eve") is None
    for body in (deletion, last, an_event("user.updated", first_name="Ada")):
        assert (await send(api.http, body)).status_code == 204
    assert await everything(database) == left


async def test_forged_events_change_nothing(api: Api, database: Database) -> None:
    await api.data("UpdateProfile", input={"headline": "Analyst"})
    body = an_event("user.deleted")
    good = signed(body)
    other = "whsec_" + "b3RoZXI" * 6
    forged: list[dict[str, str]] = [
        {},
        signed(body, secret=other),
        signed(body, ago=600),
        signed(body, ago=-600),
        signed(an_event("user.deleted", "eve")),
        {**good, "svix-id": "msg_other"},
        {**good, "svix-timestamp": str(int(good["svix-timestamp"]) + 1)},
        {**good, "svix-timestamp": "nan"},
        {**good, "svix-timestamp": "1e400"},
        {**good, "svix-signature": "v1"},
        {**good, "svix-signature": "v1,a,b v1"},
        {**good, "svix-signature": "v1,%"},
        {**good, "svix-signature": good["svix-signature"].replace("v1,", "v2,")},
    ]
    before = await everything(database)
    for headers in forged:
        response = await send(api.http, body, headers)
        assert response.status_code == 401, headers
        assert response.json()["errors"][0]["extensions"]["code"] == "INVALID_SIGNATURE"
    not_text = await send(api.http, b"\xff\xfe", signed(b""))
    assert not_text.status_code == 401
    assert await everything(database) == before
    several = {**good, "svix-signature": f"v1,AAAA {good['svix-signature']}"}
    assert (await send(api.http, body, several)).status_code == 204, "while a secret is changed there are two"


async def test_the_standard_s_own_header_names_are_good_too(api: Api) -> None:
    body = an_event("user.updated")
    assert (await send(api.http, body, signed(body, names="webhook"))).status_code == 204


async def test_a_signed_event_that_cannot_be_used_says_where(api: Api, database: Database) -> None:
    for body, field in (
        (b"", "body"),
        (b"[" * 50_000, "body"),
        (b"[]", "type"),
        (b'{"type": 7}', "type"),
        (b'{"type": "user.deleted"}', "data"),
        (b'{"type": "user.deleted", "data": {"id": ""}}', "data.id"),
        (b'{"type": "user.updated", "data": {"id": 7}}', "data.id"),
        (b'{"type": "session.ended", "data": {"id": "sess_1"}}', "data.user_id"),
        (b'{"type": "session.ended", "data": {"user_id": "ada"}}', "data.id"),
    ):
        response = await send(api.http, body)
        assert response.status_code == 400, body
        assert response.json()["errors"][0]["message"].startswith(f"{field}: "), body
    assert not any((await everything(database)).values())


async def test_what_is_of_no_concern_is_taken_and_ignored(api: Api, database: Database) -> None:
    for body in (
        b'{"type": "email.created", "data": {}}',
        b'{"type": "user.updated", "data": {"id": "ada"}}',
    ):
        assert (await send(api.http, body)).status_code == 204
    assert await database["profiles"].find_one({}) is None


async def test_a_large_body_and_another_method_are_refused(api: Api) -> None:
    response = await send(api.http, json.dumps({"pad": "x" * MAX_EVENT}).encode())
    assert response.status_code == 413
    assert (await api.http.get(PATH)).status_code == 405


async def test_nothing_of_an_event_is_logged(api: Api, capfd: pytest.CaptureFixture[str]) -> None:
    body = an_event("user.updated", "user_canary", first_name="Canary-Name", email="canary@example.org")
    await send(api.http, body)
    await send(api.http, body, {})
    await send(api.http, b'{"type": "Canary-Type", "data": {"id": "Canary-Id"}}')
    logged = "".join(capfd.readouterr()).casefold()
    assert "webhook" in logged
    assert "canary" not in logged
