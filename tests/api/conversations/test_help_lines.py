"""Somebody who does not want to live is given help lines by both coaches, and nothing of it is kept as a learning."""

from typing import Any

import pytest

from db.driver.client import Database
from resolvers.settings import Settings
from services.llm.port import Model
from services.llm.scripted import ScriptedModel
from services.offline_coach.coach import OfflineCoach
from tests.support.chatting import a_done_action, a_person, followed, message_of, said
from tests.support.client import Api, profile_of

ADA = profile_of("ada")
DISTRESS = "I want to end my life."
EAGER = {
    "learnings": [
        {"kind": "GOAL", "quotation": DISTRESS, "goal": "End my life"},
        {"kind": "GOAL", "quotation": "I want to learn Rust", "goal": "End it all"},
        {"kind": "SKILL", "quotation": "I learned Rust last winter.", "skill": {"name": "Rust"}},
    ]
}


async def learned(api: Api, **variables: Any) -> list[dict[str, Any]]:
    found = await api.data("ExtractLearnings", profileId=ADA, **variables)
    assert found["__typename"] == "ExtractLearningsPayload", found
    learnings: list[dict[str, Any]] = found["learnings"]
    return learnings


@pytest.mark.parametrize("model", [OfflineCoach(pace=0), ScriptedModel()], ids=["offline", "model"])
async def test_distress_is_answered_with_help_lines_and_never_coached_nor_extracted(
    settings: Settings, model: Model
) -> None:
    async with a_person(settings, model) as api:
        located = {"basics": {"name": "Ada", "location": {"countryCode": "DE"}}}
        await api.data("ImportResume", resume=located)
        reply = await message_of(api, (await _reply(api, DISTRESS)))
        assert reply["status"] == "COMPLETED"
        assert "TelefonSeelsorge" in reply["text"]
        assert "?" not in reply["text"]
        assert "end my life" not in reply["text"]
        assert reply["shouldExtract"] is False
        assert await learned(api) == []
    if isinstance(model, ScriptedModel):
        assert model.requests == [], "no model hears of it"


async def test_what_else_was_said_in_the_conversation_is_still_extracted(settings: Settings) -> None:
    model = ScriptedModel(tools={"extract_learnings": [EAGER]}, texts=[["Good."], ["Take your time."]])
    async with a_person(settings, model) as api:
        for text in ("I learned Rust last winter.", DISTRESS, "I am with a friend. I want to learn Rust"):
            await _reply(api, text)
        assert [learning["kind"] for learning in await learned(api)] == ["SKILL"]
    prompts = [str(request) for request in model.requests]
    assert not any("end my life" in prompt for prompt in prompts)


async def test_the_last_exchange_about_an_action_asks_for_no_extraction(
    settings: Settings, database: Database
) -> None:
    async with a_person(settings, OfflineCoach(pace=0)) as api:
        action = await a_done_action(database)
        for text in ("I did it.", "I learned Rust.", "With Dana.", "Je ne veux plus vivre"):
            sent = await api.data("SendCompletionMessage", actionId=action, text=text)
            tab = await followed(api, sent["reply"]["id"])
        assert tab.events[-1]["shouldExtract"] is False
        assert tab.text.startswith("Merci de l’écrire ici.")


async def test_a_model_that_speaks_of_it_itself_is_cut_short_with_help_lines(settings: Settings) -> None:
    model = ScriptedModel(
        texts=[["So you say: ", "I want to die. ", "What would you do with it next week, then?"]]
    )
    async with a_person(settings, model) as api:
        reply = await message_of(api, await _reply(api, "You know what I mean."))
        assert "findahelpline.com" in reply["text"]
        assert reply["shouldExtract"] is False


async def _reply(api: Api, text: str) -> str:
    reply_id = await said(api, text)
    await followed(api, reply_id)
    return reply_id
