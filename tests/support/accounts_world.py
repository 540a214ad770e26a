"""People who have used everything there is, and the search for what is left of them."""

import re
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from typing import Any

from bson import json_util

from db.collections import all_collections
from db.driver.client import Database
from db.opportunities import OpportunityStore
from schema.shared.relay import global_id
from services.kit.ids import profile_id_of
from services.llm.port import TextRequest, ToolRequest
from services.llm.scripted import Gate, ScriptedModel
from tests.support.chatting import Tab
from tests.support.client import Api, document, profile_of
from tests.support.factories import an_opportunity
from tests.support.judging import judgements

Documents = Mapping[str, Sequence[dict[str, Any]]]


def user_of(number: int) -> str:
    return f"user_zq{number:03d}"


def word_of(user: str) -> str:
    """A word that is in every text of the person's, and in no other's."""
    return f"Xylo{user.removeprefix('user_zq')}phon"


def said_of(word: str) -> str:
    """A sentence that carries what is learned of the person."""
    return f"I learned {word} repair and {word} tuning at home."


def traces_of(user: str) -> list[str]:
    """Texts that would show that there was this person, in lower case."""
    return [user, word_of(user).lower(), profile_id_of(user), global_id("Viewer", user).lower()]


def _word(text: str) -> str:
    found = re.search(r"Xylo\d+phon", text)
    assert found is not None
    return found.group()


def _actions(request: ToolRequest) -> dict[str, Any]:
    word = _word(request.prompt)
    kinds = ("build_tools", "teach_write", "develop_skills")
    return {
        "actions": [
            {
                "type": kind,
                "title": f"{kind} with {word}",
                "description": f"{word} in eight weeks.",
                "rationale": f"You know {word}.",
                "profile_basis": [word],
            }
            for kind in kinds
        ]
    }


def _matches(request: ToolRequest) -> dict[str, Any]:
    word = _word(request.context)
    texts = {
        "evidence": [],
        "explanation": f"It needs {word}.",
        "strengths": [word],
        "gaps": [f"More {word}"],
        "recommendations": [f"{word} courses"],
    }
    return judgements(request.prompt, change=lambda item, _: {**item, **texts})


def _learnings(request: ToolRequest) -> dict[str, Any]:
    word = _word(request.prompt)
    skills = (f"{word} repair", f"{word} tuning")
    return {
        "learnings": [
            {"kind": "SKILL", "quotation": said_of(word), "skill": {"name": skill}} for skill in skills
        ]
    }


_ANSWERS: Mapping[str, Callable[[ToolRequest], dict[str, Any]]] = {
    "generate_career_actions": _actions,
    "judge_matches": _matches,
    "extract_learnings": _learnings,
}


class Parrot(ScriptedModel):
    """Puts the person's word into everything it says."""

    def __init__(self) -> None:
        super().__init__(_ANSWERS)
        self.before_text: Gate | None = None

    def answer(self, request: ToolRequest) -> dict[str, Any]:
        """What it says unless it is told otherwise."""
        return dict(_ANSWERS[request.tool.name](request))

    async def stream_text(self, request: TextRequest) -> AsyncGenerator[str, None]:
        if self.before_text is not None:
            yield "Well. "
            await self.before_text.wait()
        yield f"Tell me more about {_word(request.turns[-1].text)}."


def resume_of(user: str) -> dict[str, Any]:
    word = word_of(user)
    return {
        "basics": {
            "name": f"Ada {word}",
            "email": f"{user}@example.org",
            "summary": f"Plays the {word}.",
            "label": "Python analyst",
        },
        "skills": [{"name": word}, {"name": "Python"}],
        "work": [{"name": f"{word} Ltd", "position": "Analyst", "highlights": [f"Built a {word}"]}],
        "meta": {"note": f"kept as it came: {word}"},
    }


async def given_opportunities(database: Database) -> None:
    await OpportunityStore(database).write([an_opportunity(number) for number in (1, 2, 3)], [])


async def refreshed(api: Api, user: str) -> None:
    """Refresh, to the end."""
    async with api.socket(user) as socket:
        progress = await socket.subscribe(document("RefreshProgress"), profileId=profile_of(user))
        started = await api.data("RefreshMatches", user, profileId=profile_of(user))
        run: dict[str, Any] = started["refreshRun"]
        while run["active"] or run["id"] != started["refreshRun"]["id"]:
            run = (await progress.next())["refreshRun"]


async def use_everything(api: Api, user: str) -> None:
    """Have the person do whatever leaves something."""
    word, profile = word_of(user), profile_of(user)
    await api.data("ImportResume", user, resume=resume_of(user))
    await api.data("UpdateProfile", user, input={"careerGoals": [f"Teach the {word}"]})
    for _ in range(2):
        await refreshed(api, user)
    page = await api.data("CareerActions", user, profileId=profile)
    saved, done, _left = [edge["node"]["id"] for edge in page["edges"]]
    await api.data("SaveAction", user, id=saved, mutationId=f"{word}-1")
    for step in ("StartAction", "CompleteAction"):
        await api.data(step, user, id=done, mutationId=f"{word}-2")
    said = said_of(word)
    for sent in (
        await api.data("SendMessage", user, profileId=profile, text=said),
        await api.data("SendCompletionMessage", user, actionId=done, text=said),
    ):
        async with api.socket(user) as socket:
            tab = Tab(sent["reply"]["id"])
            assert (await tab.to_the_end(socket))["__typename"] == "ChatCompleted"
    posting = {"title": f"Player of the {word}", "organization": f"{word} Ltd", "description": word}
    tracked = (await api.data("TrackPosting", user, input=posting, mutationId=f"{word}-4"))["application"][
        "id"
    ]
    await api.data("MarkApplied", user, id=tracked, channel=f"by {word}")
    await api.data("RecordProgress", user, id=tracked, stage="RESPONDED", note=f"They like the {word}")
    extracted = await api.data("ExtractLearnings", user, profileId=profile, mutationId=f"{word}-3")
    accepted, rejected = (learning["id"] for learning in extracted["learnings"])
    assert (await api.data("AcceptLearning", user, id=accepted))["__typename"] == "LearningPayload"
    await api.data("RejectLearning", user, id=rejected)


async def everything(database: Database) -> Documents:
    """All documents, by collection; but for whose turn it is."""
    names = set(await database.list_collection_names()) - {"schedules"}
    return {name: await database[name].find().sort("_id", 1).to_list(None) for name in sorted(names)}


async def undeclared(database: Database) -> set[str]:
    """Names of the collections in the database that no module declares."""
    return set(await database.list_collection_names()) - {each.name for each in all_collections()}


def about(user: str, documents: Documents) -> dict[str, list[dict[str, Any]]]:
    """Return the documents with a trace of the person in any field, however deep, or in a field's name."""
    found = {
        name: [one for one in some if any(trace in json_util.dumps(one).lower() for trace in traces_of(user))]
        for name, some in documents.items()
    }
    return {name: some for name, some in found.items() if some}
