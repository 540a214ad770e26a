"""All that a person sees comes to a subscriber of everything, whatever is cut and whichever announcement is lost."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from random import Random
from typing import Any

import pytest

from db.career_actions import ActionStatus, CareerActionStore
from db.collections import all_collections
from db.driver.client import Database
from db.learnings import LearningStore
from db.profiles import LearningKind
from resolvers.settings import Settings
from schema.shared.relay import global_id
from services.kit.ids import profile_id_of
from services.llm.port import TextRequest, ToolReply, ToolRequest
from services.offline_coach.coach import OfflineCoach
from services.sync.announcer import Announcer
from tests.support.chatting import RESUME
from tests.support.client import Api, document, profile_of, running_api
from tests.support.factories import a_learning, an_action, an_opportunity
from tests.support.follower import Follower
from tests.support.patience import within

ADA = profile_id_of("ada")
PROFILE = profile_of("ada")
STEPS = 40
NOBODY_S = global_id("Application", "0" * 32)
LIVE = ("profiles", "refresh_runs", "exchanges", "budgets", "career_actions", "learnings", "applications")


class PaidCoach:
    """The offline coach, whose calls come out of the budget."""

    version = "paid/1"

    def __init__(self) -> None:
        self._coach = OfflineCoach(pace=0)

    async def call_tool(self, request: ToolRequest) -> ToolReply:
        return await self._coach.call_tool(request)

    def stream_text(self, request: TextRequest) -> AsyncGenerator[str, None]:
        return self._coach.stream_text(request)

    async def aclose(self) -> None:
        await self._coach.aclose()


@pytest.fixture
async def ada(settings: Settings, database: Database) -> AsyncIterator[Api]:
    await database["opportunities"].insert_many([an_opportunity(number).to_bson() for number in range(5)])
    async with running_api(settings, model=PaidCoach()) as api:
        await api.data("ImportResume", resume=RESUME)
        yield api


class Person:
    """Does things at random. Each may be refused: then nothing is to be told."""

    def __init__(self, api: Api, random: Random, actions: list[str], learnings: list[str]) -> None:
        self._api = api
        self._random = random
        self._actions = actions
        self._learnings = learnings
        self._applications: list[str] = []
        self._replies: list[str] = []
        self.acknowledged: set[str] = set()
        self.made: set[str] = set()
        """Types of what the person made: a history may draw no message."""

    async def step(self, number: int) -> None:
        random = self._random
        action, learning = random.choice(self._actions), random.choice(self._learnings)
        application = random.choice(self._applications) if self._applications else NOBODY_S
        choices: list[tuple[str, dict[str, Any]]] = [
            ("UpdateProfile", {"input": {"headline": f"Analyst {number}"}}),
            ("AcceptLearning", {"id": learning}),
            ("RejectLearning", {"id": learning}),
            ("RetractLearning", {"id": learning}),
            ("StartAction", {"id": action}),
            ("CompleteAction", {"id": action}),
            ("CancelAction", {"id": action}),
            ("SendMessage", {"profileId": PROFILE, "text": "I learned Rust. I want to teach."}),
            ("SendCompletionMessage", {"actionId": action, "text": "It went well. I learned Go."}),
            ("StopReply", {"messageId": self._replies[-1] if self._replies else "x"}),
            ("ExtractLearnings", {"profileId": PROFILE}),
            ("RefreshMatches", {"profileId": PROFILE}),
            ("TrackPosting", {"input": {"title": f"Analyst {number}", "organization": "Mill"}}),
            ("MarkApplied", {"id": application}),
            ("TakeApplicationStepBack", {"id": application}),
            ("RemoveApplication", {"id": application}),
        ]
        name, variables = random.choice(choices)
        answer = await self._api.data(name, **variables, mutationId=f"{number}")
        if answer["__typename"].endswith("Payload") and name not in ("RefreshMatches", "ExtractLearnings"):
            self.acknowledged.add(f"{number}")  # those two may find that there is nothing to change
        if name == "TrackPosting":
            self._applications.append(answer["application"]["id"])
        if answer["__typename"] == "SendMessagePayload":
            self._replies.append(answer["reply"]["id"])
            self.made.add("Message")


async def given(database: Database) -> tuple[list[str], list[str]]:
    """Actions to start and learnings to decide on; their global ids."""
    actions = [an_action(ADA, status=ActionStatus.SAVED) for _ in range(4)]
    learnings = [a_learning(ADA, LearningKind.GOAL, f"Goal {number}") for number in range(6)]
    await CareerActionStore(database).insert(actions)
    await LearningStore(database).insert(learnings)
    return (
        [global_id("CareerAction", each.id) for each in actions],
        [global_id("Learning", each.id) for each in learnings],
    )


async def settled(database: Database) -> None:
    """Wait until all work has ended and nothing is left to be told."""
    async with within(60):
        while any(
            [await database[name].find_one({"active": True}) for name in ("refresh_runs", "exchanges")]
            + [await database[name].find_one({"unannounced": True}) for name in LIVE]
        ):
            await asyncio.sleep(0.1)


async def everything(api: Api) -> dict[str, Any]:
    """What a new subscriber gets."""
    async with api.socket() as socket:
        initial = await (await socket.subscribe(document("Changes"), profileId=PROFILE)).next()
    assert initial["reason"] == "INITIAL"
    return {each["id"]: each for each in initial["upserts"]}


@pytest.mark.parametrize("seed", range(4))
async def test_what_a_subscriber_holds_becomes_what_a_new_one_gets(
    ada: Api, database: Database, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    random = Random(seed)  # noqa: S311 - a test that can be repeated
    announce_or_leave = Announcer.announce_or_leave

    async def sometimes(self: Announcer[Any], *records: Any) -> bool:
        """As if the process died before."""
        return random.random() < 0.7 and await announce_or_leave(self, *records)

    monkeypatch.setattr(Announcer, "announce_or_leave", sometimes)
    person = Person(ada, random, *await given(database))
    async with Follower(ada.address, ada.token("ada"), PROFILE, "Changes") as follower:

        def goals_are_decided_on_first(_change: dict[str, Any]) -> None:
            goals = {goal for each in follower.held.values() for goal in each.get("careerGoals", ())}
            decided = {
                each["proposal"]["goal"]
                for each in follower.held.values()
                if each["__typename"] == "Learning" and each["learningStatus"] in ("ACCEPTED", "RETRACTED")
            }
            assert goals <= decided, "the profile was told of before the learning"

        follower.on_change = goals_are_decided_on_first
        for number in range(STEPS):
            await person.step(number)
            if random.random() < 0.2:
                follower.cut()
        await settled(database)
        wanted = await everything(ada)
        await follower.moves(lambda: follower.held == wanted)
    assert person.acknowledged <= set(follower.mutation_ids)
    kinds = {each["__typename"] for each in wanted.values()}
    assert kinds >= {"Profile", "CareerAction", "Learning", "TokenBudget", *person.made}
    assert "RESYNC" not in follower.reasons
    assert follower.reasons.count("INITIAL") == 1


def test_every_collection_with_marks_is_looked_at() -> None:
    marked = {
        each.name
        for each in all_collections()
        if any(index.keys[0][0] == "unannounced" for index in each.indexes)
    }
    assert marked == set(LIVE)
