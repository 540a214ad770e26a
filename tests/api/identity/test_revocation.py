"""Rights end when a token is revoked, in every process, and nothing is sent from then on."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import jwt
import pytest
from pydantic import SecretStr
from websockets.asyncio.client import connect
from websockets.typing import Subprotocol

from db.driver.client import Database
from db.revocations import RevocationStore
from resolvers.commands.revoke import revoke
from resolvers.edge.close_codes import CloseCode
from resolvers.edge.graphql_ws import WebSocketAdapter
from resolvers.settings import Settings
from services.identity.callers import Caller
from services.identity.revocations import Revocations, RevokedToken
from services.kit import clock
from services.kit.errors import InvalidInput
from services.offline_coach.coach import OfflineCoach
from services.sync.wakeups import Wakeups
from tests.support.client import Api, Socket, Subscription, document, profile_of, running_api, websocket
from tests.support.patience import patient, within
from tests.support.redis import RedisServer
from tests.support.webhooks import SECRET, tell

QUERY = {"query": "{ viewer { id } }"}


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"webhook_secret": SecretStr(SECRET)})


@pytest.fixture
async def elsewhere(database: Database) -> AsyncIterator[Revocations]:
    """Revoke in a process that the server does not hear of."""
    async with Wakeups() as wakeups:
        yield Revocations(RevocationStore(database), wakeups, longest=timedelta(days=30))


async def subscribed(socket: Socket) -> list[Subscription]:
    """One subscription whose steady part is handed over, and one whose is not."""
    subscriptions = [
        await socket.subscribe(document("CareerActionsLive"), profileId=profile_of("ada")),
        await socket.subscribe(document("RefreshProgress"), profileId=profile_of("ada")),
    ]
    await subscriptions[0].next()
    return subscriptions


async def status(api: Api, token: str) -> int:
    return (await api.post(QUERY, f"Bearer {token}")).status_code


async def test_revocation_ends_the_person_s_sockets_within_a_second_and_nobody_else_s(api: Api) -> None:
    old = api.token("ada")
    async with websocket(api.address, old) as hers, api.socket("eve") as another:
        subscriptions = await subscribed(hers)
        assert await tell(api.http, "user.updated", banned=True) == 204
        before = asyncio.get_running_loop().time()
        assert await hers.closed() == CloseCode.FORBIDDEN
        assert asyncio.get_running_loop().time() - before < patient(1)
        assert all(one.messages.empty() for one in subscriptions), "no complete: that would be the end"
        assert await status(api, old) == 401
        assert await status(api, api.token("ada")) == 200, "a token that was issued later is good"
        eves = await another.subscribe(document("CareerActionsLive"), profileId=profile_of("eve"))
        assert (await eves.next())["reason"] == "INITIAL"


async def test_nothing_is_sent_nor_begun_while_the_close_is_on_its_way(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    release = asyncio.Event()
    close = WebSocketAdapter.close

    async def slowly(adapter: WebSocketAdapter, code: int, reason: str) -> None:
        await release.wait()
        await close(adapter, code, reason)

    await api.data("UpdateProfile", input={"headline": "Nurse", "skills": [{"name": "Triage"}]})
    monkeypatch.setattr(WebSocketAdapter, "close", slowly)
    async with api.socket() as ended:
        revoked = await subscribed(ended)
        await tell(api.http, "user.updated", banned=True)
        begun = await ended.ask(QUERY)
        await ended.send(type="ping")
        async with api.socket() as later:
            good = await subscribed(later)
            await api.data("RefreshMatches", profileId=profile_of("ada"))
            assert (await good[0].next())["reason"] == "CHANGE"
            assert await good[1].next()
        assert all(one.messages.empty() for one in (*revoked, begun))
        release.set()
        assert await ended.closed() == CloseCode.FORBIDDEN


async def test_a_revoked_token_opens_no_socket(api: Api) -> None:
    old = api.token("ada")
    await tell(api.http, "user.updated", banned=True)
    async with connect(
        f"ws://{api.address}/graphql", subprotocols=[Subprotocol("graphql-transport-ws")]
    ) as raw:
        payload = {"authorization": f"Bearer {old}"}
        await raw.send(json.dumps({"type": "connection_init", "payload": payload}))
        await raw.wait_closed()
        assert raw.close_code == CloseCode.FORBIDDEN


async def test_a_session_s_end_ends_its_tokens_only(api: Api) -> None:
    def token(session: str) -> str:
        claims = jwt.decode(api.token("ada"), options={"verify_signature": False}) | {"sid": session}
        return jwt.encode(claims, api.identity._key, algorithm="EdDSA")

    ended, other = token("sess_1"), token("sess_2")
    async with websocket(api.address, ended) as closing, websocket(api.address, other) as staying:
        assert await tell(api.http, "session.revoked", session="sess_1") == 204
        assert await closing.closed() == CloseCode.FORBIDDEN
        assert await status(api, ended) == 401
        assert await status(api, other) == 200
        assert await subscribed(staying)


async def test_what_another_process_revokes_is_seen_without_an_announcement(
    api: Api, elsewhere: Revocations
) -> None:
    old, other = api.token("ada"), api.token("ada")
    claims = jwt.decode(old, options={"verify_signature": False})
    async with websocket(api.address, old) as socket:
        await subscribed(socket)
        await elsewhere.revoke_token("ada", claims["jti"])
        async with within(5):
            assert await socket.closed() == CloseCode.FORBIDDEN
    assert await status(api, old) == 401
    assert await status(api, other) == 200


async def test_what_was_revoked_before_a_start_is_known_at_once(
    settings: Settings, elsewhere: Revocations
) -> None:
    async with running_api(settings, model=OfflineCoach()) as api:
        old = api.token("ada")
    await elsewhere.revoke_person("ada")
    async with running_api(settings, model=OfflineCoach()) as api:
        assert await status(api, old) == 401


async def test_redis_carries_a_revocation_to_all_processes(settings: Settings, tmp_path: Path) -> None:
    with RedisServer(tmp_path) as redis:
        shared = settings.model_copy(update={"redis_url": SecretStr(redis.url)})
        async with (
            running_api(shared, model=OfflineCoach()) as here,
            running_api(shared, model=OfflineCoach()) as there,
            there.socket() as socket,
        ):
            await subscribed(socket)
            assert await tell(here.http, "user.updated", banned=True) == 204
            async with within(1):
                assert await socket.closed() == CloseCode.FORBIDDEN


async def test_an_operator_ends_the_tokens_of_a_person_from_the_command_line(
    api: Api, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(InvalidInput):
        await revoke(settings, "")
    async with api.socket() as socket:
        with pytest.raises(InvalidInput, match="no profile"):
            await revoke(settings, "ada")
        await revoke(settings, "ada", unknown_too=True)
        assert "all tokens of ada" in capsys.readouterr().out
        async with within(5):
            assert await socket.closed() == CloseCode.FORBIDDEN


async def test_a_token_that_outlives_any_revocation_is_not_taken(api: Api) -> None:
    assert await status(api, api.identity.issue("ada", timedelta(days=29))) == 200
    assert await status(api, api.identity.issue("ada", timedelta(days=31))) == 401


async def test_revocations_are_forgotten_when_no_token_can_live(database: Database) -> None:
    async with Wakeups() as wakeups:
        revocations = Revocations(RevocationStore(database), wakeups, longest=timedelta(milliseconds=1))
        await revocations.revoke_person("ada")
        (found,) = await database["revocations"].find().to_list(None)
        assert "ada" not in str(found), "nobody's id is kept"
        while clock.now() <= found["until"]:
            await asyncio.sleep(0.002)
        await revocations.sweep()
        await revocations.heal()
        assert await database["revocations"].find().to_list(None) == []
        assert not revocations._standing


class Deaf(Wakeups):
    """Wakeups whose announcements are lost."""

    async def announce(self, topic: str, payload: str = "") -> None:
        """Lose it."""


@pytest.mark.parametrize("hours", [-5, 5])
async def test_what_was_revoked_while_a_clock_was_wrong_is_revoked_afterwards(
    database: Database, monkeypatch: pytest.MonkeyPatch, hours: int
) -> None:
    right = clock.now
    ada = Caller("ada", right() + timedelta(hours=1), issued_at=right() - timedelta(seconds=1))
    async with Deaf() as wakeups:
        here, elsewhere = (
            Revocations(RevocationStore(database), wakeups, longest=timedelta(days=1)) for _ in range(2)
        )
        await here.heal()
        with monkeypatch.context() as wrong:
            wrong.setattr(clock, "now", lambda: right() + timedelta(hours=hours))
            await here.heal()
        await elsewhere.revoke_person("ada")
        with monkeypatch.context() as wrong:
            wrong.setattr(clock, "now", lambda: right() + timedelta(hours=hours))
            await here.heal()
        await here.heal()
        with pytest.raises(RevokedToken):
            here.check(ada)


async def test_a_clock_that_is_ahead_deletes_no_revocation_that_still_stands(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    right = clock.now
    async with Wakeups() as wakeups:
        revocations = Revocations(RevocationStore(database), wakeups, longest=timedelta(hours=1))
        await revocations.revoke_person("ada")
        monkeypatch.setattr(clock, "now", lambda: right() + timedelta(hours=5))
        await revocations.sweep()
        await revocations.heal()
        assert revocations._standing


@pytest.mark.parametrize("hours", [-5, 5])
async def test_who_revokes_by_a_wrong_clock_ends_the_tokens_until_now_and_no_later_ones(
    database: Database, monkeypatch: pytest.MonkeyPatch, hours: int
) -> None:
    right = clock.now
    before, after = (
        Caller("ada", right() + timedelta(days=1), issued_at=right() + timedelta(seconds=seconds))
        for seconds in (-30, 30)
    )
    async with Wakeups() as wakeups:
        wrong, other = (
            Revocations(RevocationStore(database), wakeups, longest=timedelta(days=1)) for _ in range(2)
        )
        with monkeypatch.context() as patch:
            patch.setattr(clock, "now", lambda: right() + timedelta(hours=hours))
            await wrong.revoke_person("ada")
        await other.heal()
        for revocations in (wrong, other):
            with pytest.raises(RevokedToken):
                revocations.check(before)
            revocations.check(after)
