"""Whatever people do whose writes are answered wrongly is done once, and they are told that it was."""

import asyncio
from pathlib import Path

import pytest
from pymongo import common

from tests.support.answers import Fault, When
from tests.support.replica_api import CALLS, answered_wrongly

pytestmark = pytest.mark.slow

FAULTS = [
    Fault(When.NOT_DONE),
    Fault(When.DONE),
    Fault(When.DONE, 64),
    Fault(When.DONE, 11602, ("RetryableWriteError",)),
    Fault(When.NOT_DONE, 133),
]


@pytest.mark.parametrize("fault", FAULTS, ids=str)
async def test_what_is_asked_for_is_done_though_each_write_is_answered_wrongly_once(
    fault: Fault, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Else the driver looks for the server at most twice a second.
    monkeypatch.setattr(common, "MIN_HEARTBEAT_INTERVAL", 0.01)
    async with answered_wrongly(tmp_path) as (server, people):
        await asyncio.gather(*map(people.given, CALLS))
        server.expect(fault)
        asking = {name: asyncio.create_task(call(people, name)) for name, (call, _) in CALLS.items()}
        await asyncio.gather(*asking.values(), return_exceptions=True)
        assert server.met
        server.expect(None)
        told = {name: task.exception() or task.result() for name, task in asking.items()}
        assert told == {name: expected for name, (_, expected) in CALLS.items()}
