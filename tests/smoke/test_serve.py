"""`foothold serve` with its own database: killed in the middle of work, it loses nothing that it acknowledged."""

import asyncio
import json
from pathlib import Path

from tests.smoke.conftest import Foothold
from tests.support.client import profile_of
from tests.support.follower import Follower, Person
from tests.support.patience import within

RESUME = {
    "basics": {"name": "Ada Ferris", "label": "Data analyst", "summary": "Reports for hospitals."},
    "work": [{"name": "County Hospital", "position": "Analyst", "highlights": ["Built a SQL report"]}],
    "skills": [{"name": "Python"}, {"name": "SQL"}],
}
POSTINGS = {
    "opportunities": [
        {
            "externalId": str(number),
            "title": f"Analyst {number}",
            "organization": "Example Institute",
            "kind": "JOB",
            "description": "Analyse data with SQL.",
            "requiredSkills": ["SQL"],
        }
        for number in range(12)
    ]
}


def prepared(foothold: Foothold, directory: Path) -> str:
    """A résumé and postings, loaded by the command line; a token."""
    (directory / "ada.json").write_text(json.dumps(RESUME))
    (directory / "postings.json").write_text(json.dumps(POSTINGS))
    assert "12 new" in foothold.run("load", "opportunities", "postings.json")
    foothold.run("load", "resume", "ada.json", "--user", "ada")
    return foothold.token("ada")


async def test_killed_among_many_transitions_and_started_again_nothing_is_lost(
    foothold: Foothold, tmp_path: Path, many: int
) -> None:
    await foothold.start()
    token = prepared(foothold, tmp_path)
    profile = profile_of("ada")
    async with (
        Follower(foothold.address, token, profile) as follower,
        Person(foothold.address, token) as person,
    ):
        await person.ask("RefreshMatches", profileId=profile)
        while len(follower.held) < 3:
            await asyncio.sleep(0.05)
        actions = list(follower.held)

        async def change(id_: str) -> None:
            for turn in range(many // len(actions)):
                await person.toggle(id_, f"{id_}/{turn}")

        changing = asyncio.gather(*(change(id_) for id_ in actions))
        for share in (0.3, 0.6):
            while len(person.acknowledged) < many * share:
                await asyncio.sleep(0.01)
            foothold.kill()
            await foothold.start()
        await changing
        await follower.until(person.acknowledged)
        assert follower.states() == await person.actions(profile)
        assert len(follower.mutation_ids) == len(set(follower.mutation_ids)), "each once"
        assert follower.reasons.count("RESUME") >= 2
        assert "RESYNC" not in follower.reasons
    assert foothold.stop()


async def test_a_refresh_whose_process_was_killed_goes_on_after_the_restart(
    foothold: Foothold, tmp_path: Path
) -> None:
    await foothold.start()
    token = prepared(foothold, tmp_path)
    profile = profile_of("ada")
    async with Person(foothold.address, token) as person:
        run = await person.ask("RefreshMatches", profileId=profile)
        foothold.kill()
        await foothold.start()
        async with within(30):
            while True:
                now = await person.ask("RefreshRun", id=run["refreshRun"]["id"])
                if not now["active"]:
                    break
                await asyncio.sleep(0.2)
        assert (now["matching"]["status"], now["generation"]["status"]) == ("SUCCEEDED", "SUCCEEDED")
        assert len((await person.ask("Matches", profileId=profile))["edges"]) == 12
        assert 3 <= len(await person.actions(profile)) <= 5


async def test_the_log_is_one_json_object_a_line_and_holds_nothing_of_a_person(
    foothold: Foothold, tmp_path: Path
) -> None:
    await foothold.start()
    token = prepared(foothold, tmp_path)
    async with Person(foothold.address, token) as person:
        run = await person.ask("RefreshMatches", profileId=profile_of("ada"))
        while (await person.ask("RefreshRun", id=run["refreshRun"]["id"]))["active"]:
            await asyncio.sleep(0.1)
    async with within(10):  # it is told to people before it is told to the log
        while "refresh.finished" not in foothold.log():
            await asyncio.sleep(0.05)
    assert foothold.stop()
    lines = [line for line in foothold.log().splitlines() if not line.startswith("Foothold at ")]
    events = [json.loads(line) for line in lines]
    assert {"foothold.started", "request.finished", "refresh.finished"} <= {
        event["event"] for event in events
    }
    assert {event["pid"] for event in events} == {foothold.process.pid if foothold.process else 0}
    assert "foothold.stopped" in {event["event"] for event in events}
    (done,) = [event for event in events if event["event"] == "refresh.finished"]
    assert done["operation"] == "RefreshMatches"
    assert done["request_id"] in {
        event["request_id"] for event in events if event["event"] == "request.finished"
    }
    for secret in (token, "Ferris", "hospital", "SQL", "County"):
        assert secret.lower() not in foothold.log().lower(), secret


async def test_a_file_can_be_loaded_while_the_server_runs(foothold: Foothold, tmp_path: Path) -> None:
    await foothold.start()
    token = prepared(foothold, tmp_path)
    async with Person(foothold.address, token) as person:
        page = await person.ask("Opportunities")
    assert len(page["edges"]) == 12
    assert "12 as before" in foothold.run("load", "opportunities", "postings.json")
