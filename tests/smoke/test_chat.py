"""`foothold serve` killed in the middle of a reply: it is begun anew, and nobody is shown a splice."""

import asyncio
import json
from pathlib import Path
from typing import Any

from tests.smoke.conftest import Foothold
from tests.support.canaries import NAMES, PHONES
from tests.support.chatting import Tab
from tests.support.client import profile_of, websocket
from tests.support.follower import Person
from tests.support.model_server import Pause, Reply, Wait, model_server, text_reply
from tests.support.patience import patient

PROFILE = profile_of("ada")
RESUME = {"basics": {"name": NAMES[3], "phone": PHONES[3]}, "skills": [{"name": "Python"}]}


def slow(reply: Reply, seconds: float) -> Reply:
    """With a pause before each step."""
    return Reply([part for step in reply.steps for part in (Pause(seconds), step)])


async def reply_in(person: Person) -> dict[str, Any]:
    page = await person.ask("Messages", profileId=PROFILE)
    node: dict[str, Any] = page["edges"][-1]["node"]
    return node


async def test_killed_in_mid_stream_a_reply_is_interrupted_and_begun_anew_with_a_reset(
    foothold: Foothold, tmp_path: Path
) -> None:
    (tmp_path / "ada.json").write_text(json.dumps(RESUME))
    never = asyncio.Event()
    first = text_reply("Half", " of", " the", " first 👩‍🔬", " attempt")
    second = text_reply("All", " of", " the", " second", " attempt.")
    async with model_server() as server:
        server.enqueue(slow(first, 0.1).then(Wait(never), after=14), slow(second, 0.1))
        foothold.set("ANTHROPIC_API_KEY", "a-key")
        foothold.set("ANTHROPIC_BASE_URL", server.url)
        foothold.run("load", "resume", "ada.json", "--user", "ada")
        token = foothold.token("ada")
        await foothold.start()
        async with Person(foothold.address, token) as person:
            sent = await person.ask("SendMessage", profileId=PROFILE, text="Hello")
            tab = Tab(sent["reply"]["id"])
            async with websocket(foothold.address, token) as socket:
                await tab.until_text(await tab.open(socket), "Half of the first")
                while (await reply_in(person))["text"] != tab.text:
                    await asyncio.sleep(0.05)
                foothold.kill()
            await foothold.start()
            restarted = asyncio.get_running_loop().time()
            async with websocket(foothold.address, token) as socket:
                subscription = await tab.open(socket)
                reset = await subscription.next()
                assert asyncio.get_running_loop().time() - restarted < patient(10)
                assert reset == {"__typename": "ChatReset", "attempt": 2}
                tab.apply(reset)
                anew = await reply_in(person)
                assert (anew["status"], anew["attempt"]) == ("STREAMING", 2)
                assert anew["interruptedText"] == "Half of the first"
                while tab.apply(await subscription.next()):
                    pass
            assert [kind for kind in tab.kinds if kind != "ChatDelta"] == ["ChatReset", "ChatCompleted"]
            assert tab.text == "All of the second attempt."
            assert (await reply_in(person))["text"] == tab.text
            assert len(server.requests) == 2
        never.set()
    assert foothold.stop()
    assert "attempt." not in foothold.log()
