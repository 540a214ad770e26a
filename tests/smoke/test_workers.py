"""`foothold serve --workers`: processes that share a port, and a parent that replaces and ends them."""

import asyncio
import os
import signal
import subprocess
from contextlib import AsyncExitStack
from pathlib import Path

from services.identity.local_tokens import LocalIdentity
from tests.smoke.conftest import Foothold
from tests.support.client import profile_of
from tests.support.follower import Follower, Person
from tests.support.patience import within

RESUME = {"basics": {"name": "Ada Ferris", "label": "Data analyst"}, "skills": [{"name": "SQL"}]}


def workers_of(foothold: Foothold) -> set[int]:
    """The process ids of those that serve."""
    assert foothold.process is not None
    listing = subprocess.run(
        ["ps", "-A", "-ww", "-o", "pid=", "-o", "ppid=", "-o", "args="],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    fields = [line.split(None, 2) for line in listing.splitlines()]
    return {
        int(pid)
        for pid, parent, args in fields
        if int(parent) == foothold.process.pid and "spawn_main" in args
    }


async def test_a_worker_that_is_killed_is_replaced_and_its_subscribers_miss_nothing(
    foothold: Foothold, tmp_path: Path
) -> None:
    foothold.set("FOOTHOLD_DRAIN_SECONDS", "0.5")
    await foothold.start("serve", "--workers", "2")
    while "Foothold at" not in foothold.log():
        await asyncio.sleep(0.05)
    one, other = workers_of(foothold)
    token, profile = LocalIdentity(tmp_path / "data").issue("ada"), profile_of("ada")
    async with AsyncExitStack() as stack:
        person = await stack.enter_async_context(Person(foothold.address, token))
        await person.ask("ImportResume", resume=RESUME)
        await person.ask("RefreshMatches", profileId=profile)
        followers = [
            await stack.enter_async_context(Follower(foothold.address, token, profile)) for _ in range(16)
        ]
        while not followers[0].held:
            await asyncio.sleep(0.05)
        action = next(iter(followers[0].held))
        os.kill(one, signal.SIGKILL)
        await person.toggle(action, "meanwhile")
        for follower in followers:
            await follower.until(person.acknowledged)
            assert follower.states() == await person.actions(profile)
        came_back = [follower for follower in followers if "RESUME" in follower.reasons]
        assert 0 < len(came_back) < len(followers), "both served"
        async with within(30):
            while len(workers_of(foothold)) < 2:
                await asyncio.sleep(0.2)
        assert workers_of(foothold) >= {other}
        process = foothold.process
        assert process is not None
        process.send_signal(signal.SIGTERM)
        assert await asyncio.to_thread(process.wait, 30) == 0
        assert not workers_of(foothold)
    with_a_word = [line for line in foothold.log().splitlines() if "server.started_without_redis" in line]
    assert len(with_a_word) == 1


def test_what_is_wrong_for_all_workers_is_said_once(foothold: Foothold) -> None:
    foothold.set("MONGODB_URI", "mongodb://name:pass:word@nowhere/")
    said = foothold.run("serve", "--workers", "3", status=1)
    errors = [line for line in said.splitlines() if not line.startswith("{")]
    assert len(errors) == 1
    assert errors[0].startswith("Error: ")
    assert "MONGODB_URI" in errors[0]
    assert "pass" not in said
