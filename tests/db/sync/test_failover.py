"""A primary that dies before its writes are replicated: what a subscriber was sent must still be what there is."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing, suppress

import pytest

from db.career_actions import ActionStatus
from db.collections import all_collections
from db.driver.client import connect, database_of
from db.driver.indexes import ensure_indexes
from db.embedded.server import EmbeddedDatabase
from services.career_actions.career_actions import Transition
from tests.support.database import fresh_name
from tests.support.replica_set import ReplicaSet, a_replica_set
from tests.support.syncing import PROFILE, Client, a_sync, first, following


@pytest.fixture
async def replica_set(
    mongodb_uri: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[ReplicaSet]:
    async with (
        EmbeddedDatabase(tmp_path_factory.mktemp("first")) as one,
        EmbeddedDatabase(tmp_path_factory.mktemp("second")) as other,
        a_replica_set(one.uri, other.uri) as pretend,
    ):
        yield pretend


async def test_nothing_is_sent_that_a_failover_takes_back(replica_set: ReplicaSet) -> None:
    name = fresh_name()
    here, there = connect(replica_set.uri), connect(replica_set.uri)
    try:
        await ensure_indexes(database_of(here, name), all_collections())
        async with a_sync(database_of(here, name)) as writer, a_sync(database_of(there, name)) as reader:
            lost, kept = await writer.given(), await writer.given()
            client = Client()
            async with aclosing(reader.subscribe()) as emissions:
                client.apply(await first(emissions))
                replica_set.hold("streams")
                hanging = asyncio.ensure_future(
                    writer.actions.transition(PROFILE, lost.id, Transition.START, "lost")
                )
                await replica_set.applied.wait()
                await reader.subscriptions.heal()
                with suppress(TimeoutError):
                    async with asyncio.timeout(1):
                        client.apply(await anext(emissions))
                await replica_set.fail_over()
                hanging.cancel()
                await asyncio.gather(hanging, return_exceptions=True)
            await reader.actions.transition(PROFILE, kept.id, Transition.START, "kept")
            following_both = asyncio.create_task(following(reader, client, until={"lost", "kept"}))
            while not following_both.done():
                await reader.actions.sweep()  # announces what the dead process wrote and could not number
                await asyncio.sleep(0.1)
            await following_both
            shown = {action.id: (action.status, action.version) for action in client.held.values()}
            there_is = {a.id: (a.status, a.version) for a in await reader.store.page(PROFILE, batch=None)}
            assert shown[kept.id] == (ActionStatus.IN_PROGRESS, 2)
            assert {id_: shown[id_] for id_ in there_is} == there_is
    finally:
        here.close()
        there.close()
