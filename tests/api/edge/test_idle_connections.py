"""A connection that waits, perhaps for days, keeps only what it needs to go on."""

import gc
from typing import Any, TypeVar

from websockets.frames import Frame

from db.career_actions import CareerActionStore
from db.driver.client import Database
from resolvers.edge.http_protocol import HttpProtocol
from schema.shared.relay import global_id
from services.kit.ids import profile_id_of
from services.sync.emissions import Emission, Reason
from tests.support.client import Api, document, profile_of
from tests.support.factories import an_action

T = TypeVar("T")


def alive(kind: type[T]) -> list[T]:
    gc.collect()
    return [each for each in gc.get_objects() if type(each) is kind]


async def test_an_idle_subscriber_keeps_no_handshake_no_request_and_no_snapshot(
    api: Api, database: Database
) -> None:
    action = an_action(profile_id_of("ada"))
    await CareerActionStore(database).insert([action])
    before = set(map(id, alive(HttpProtocol)))
    async with api.socket() as socket:
        live = await socket.subscribe(document("CareerActionsLive"), profileId=profile_of("ada"))
        assert (await live.next())["reason"] == "INITIAL"
        emissions: list[Emission[Any]] = alive(Emission)
        assert [each for each in emissions if each.reason is Reason.INITIAL] == []
        assert [each for each in alive(HttpProtocol) if id(each) not in before] == []
        held = [bytes(each.data) for each in alive(Frame)]
        assert not [data for data in held if b'"subscribe"' in data]
        await api.data("StartAction", id=global_id("CareerAction", action.id), mutationId="m")
        assert (await live.next())["mutationIds"] == ["m"]
