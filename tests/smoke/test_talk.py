"""`foothold talk`: what the tour does, from a done action to a learning in the profile."""

import asyncio
import json
import os
import signal
from pathlib import Path

from tests.smoke.conftest import Foothold
from tests.support.client import profile_of
from tests.support.follower import Person

RESUME = {
    "basics": {"name": "Ada Ferris", "label": "Data analyst", "summary": "Reports for hospitals."},
    "work": [{"name": "County Hospital", "position": "Analyst", "highlights": ["Built a SQL report"]}],
    "skills": [{"name": "Python"}, {"name": "SQL"}],
}


async def test_a_done_action_is_talked_about_and_what_is_learned_is_accepted(
    foothold: Foothold, tmp_path: Path
) -> None:
    (tmp_path / "ada.json").write_text(json.dumps(RESUME))
    await foothold.start()
    foothold.run("load", "resume", "ada.json", "--user", "ada")
    profile = profile_of("ada")
    async with Person(foothold.address, foothold.token("ada")) as person:
        await person.ask("RefreshMatches", profileId=profile)
        while not (actions := await person.actions(profile)):
            await asyncio.sleep(0.1)
        action = next(iter(actions))
        refused = foothold.run("talk", "--user", "ada", "--action", action, input="hello\n\n", status=1)
        assert "suggested" in refused, "it is not done yet"
        assert "Say something" not in refused
        refused = foothold.run("talk", "--user", "ada", "--action", profile, input="hello\n\n", status=1)
        assert "not a career action" in refused
        await person.ask("StartAction", id=action)
        await person.ask("CompleteAction", id=action)
        said = "I learned Rust from a colleague.\nI would like to use it more.\nThat was all.\n/learn\na\n\n"
        talked = foothold.run("talk", "--user", "ada", "--action", action, input=said)
        assert "offline coach" in talked
        assert "/learn shows what can be learned)" in talked
        assert "SKILL: Rust\n  “I learned Rust from a colleague.”" in talked
        assert "accepted" in talked
        skills = (await person.ask("Profile", id=profile))["skills"]
        assert {"Rust"} == {skill["name"] for skill in skills if skill["source"] == "CONVERSATION"}


async def test_ctrl_c_at_the_prompt_ends_it_at_once(foothold: Foothold, tmp_path: Path) -> None:
    (tmp_path / "ada.json").write_text(json.dumps(RESUME))
    await foothold.start()
    foothold.run("load", "resume", "ada.json", "--user", "ada")
    with foothold.popen("talk", "--user", "ada") as talking:
        assert talking.stdout is not None
        said = b""
        while b"you> " not in said:
            said += os.read(talking.stdout.fileno(), 4096)
            assert talking.poll() is None, said
        talking.send_signal(signal.SIGINT)
        assert talking.wait(10) == 130
        assert b"Traceback" not in talking.stdout.read()


async def test_without_a_profile_or_a_server_it_says_so(foothold: Foothold) -> None:
    assert "no signing key" in foothold.run("talk", "--user", "ada", input="", status=1)
    foothold.token("ada")
    assert "No answer from" in foothold.run("talk", "--user", "ada", input="", status=1)
    await foothold.start()
    assert "Import a résumé first" in foothold.run("talk", "--user", "ada", input="", status=1)
