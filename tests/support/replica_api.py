"""The API on a pretend replica set, and everything that people change by it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from db.applications import ApplicationStore
from db.career_actions import ActionStatus, CareerActionStore
from db.driver.client import Database, close, connect, database_of
from db.embedded.server import EmbeddedDatabase
from db.learnings import LearningStore
from db.opportunities import OpportunityStore
from db.profiles import LearningKind
from resolvers.settings import Settings
from schema.shared.relay import global_id
from services.kit.ids import profile_id_of
from services.llm.port import Model
from services.offline_coach.coach import OfflineCoach
from tests.support.answers import Answers, answers
from tests.support.chatting import message_of
from tests.support.client import Api, profile_of, running_api
from tests.support.database import port_of
from tests.support.factories import a_learning, an_action, an_application, an_opportunity
from tests.support.patience import within
from tests.support.replica_set import ReplicaSet, a_replica_set

RESUME = {"basics": {"name": "Somebody", "label": "Data analyst"}, "skills": [{"name": "Python"}]}


@dataclass
class People:
    """People of an API, whose database the tests see as well."""

    api: Api
    database: Database

    async def given(self, person: str) -> None:
        """A person with a profile, actions, a learning and something said."""
        id_ = profile_id_of(person)
        await self.api.data("ImportResume", person, resume=RESUME)
        statuses = {"suggested": ActionStatus.SAVED, "running": ActionStatus.IN_PROGRESS}
        actions = [an_action(id_, id=f"{person}-{name}", status=each) for name, each in statuses.items()]
        await CareerActionStore(self.database).insert(actions)
        learning = a_learning(id_, LearningKind.GOAL, "Lead a team", id=f"{person}-learning")
        await LearningStore(self.database).insert([learning])
        for name in ("application", "mistake"):
            await ApplicationStore(self.database).insert(an_application(id_, id=f"{person}-{name}"))
        await self.said(person, "I learned Rust at work last year.")

    async def said(self, person: str, text: str) -> dict[str, Any]:
        """Say something, and wait for the whole reply."""
        sent = await self.api.data("SendMessage", person, profileId=profile_of(person), text=text)
        assert sent["__typename"] == "SendMessagePayload", sent
        return await until(lambda: message_of(self.api, sent["reply"]["id"], person), _has_ended)

    async def refreshed(self, person: str) -> dict[str, Any]:
        """Refresh, and wait for the end."""
        started = await self.api.data("RefreshMatches", person, profileId=profile_of(person))
        assert started["__typename"] == "RefreshMatchesPayload", started

        async def run() -> dict[str, Any]:
            found = await self.api.run("RefreshRun", person, id=started["refreshRun"]["id"])
            run: dict[str, Any] = (found["data"] or {}).get("refreshRun") or {"active": True}
            return run

        return await until(run, lambda run: not run["active"])


@dataclass
class World(People):
    """The same, on a replica set."""

    replica_set: ReplicaSet


async def until(
    read: Callable[[], Awaitable[dict[str, Any]]], is_it: Callable[[dict[str, Any]], bool]
) -> dict[str, Any]:
    """Read until it is so."""
    async with within(40):
        while not is_it(found := await read()):
            await asyncio.sleep(0.1)
        return found


def _has_ended(message: dict[str, Any]) -> bool:
    return message.get("status", "STREAMING") not in ("PENDING", "STREAMING")


Call = Callable[[People, str], Coroutine[Any, Any, object]]


def _by(operation: str, variables: Callable[[str], dict[str, Any]]) -> Call:
    async def call(world: People, person: str) -> object:
        return (await world.api.data(operation, person, **variables(person)))["__typename"]

    return call


async def _send(world: People, person: str) -> object:
    reply = await world.said(person, "What should I do next?")
    return reply["status"], reply["attempt"]


async def _refresh(world: People, person: str) -> object:
    run = await world.refreshed(person)
    return run["matching"]["status"], run["generation"]["status"], run["attempt"]


async def _query(world: People, person: str) -> object:
    return (await world.api.data("Profile", person, id=profile_of(person)))["name"]


CALLS: dict[str, tuple[Call, object]] = {
    "query": (_query, "Somebody"),
    "import": (_by("ImportResume", lambda _: {"resume": RESUME}), "ProfilePayload"),
    "update": (_by("UpdateProfile", lambda _: {"input": {"headline": "Changed"}}), "ProfilePayload"),
    "save": (
        _by("UnsaveAction", lambda who: {"id": global_id("CareerAction", f"{who}-suggested")}),
        "CareerActionPayload",
    ),
    "dismiss": (
        _by("DismissAction", lambda who: {"id": global_id("CareerAction", f"{who}-suggested")}),
        "CareerActionPayload",
    ),
    "complete": (
        _by("CompleteAction", lambda who: {"id": global_id("CareerAction", f"{who}-running")}),
        "CareerActionPayload",
    ),
    "extract": (
        _by("ExtractLearnings", lambda who: {"profileId": profile_of(who)}),
        "ExtractLearningsPayload",
    ),
    "accept": (
        _by("AcceptLearning", lambda who: {"id": global_id("Learning", f"{who}-learning")}),
        "LearningPayload",
    ),
    "track": (
        _by("TrackPosting", lambda _: {"input": {"title": "Analyst", "organization": "Mill"}}),
        "ApplicationPayload",
    ),
    "apply": (
        _by("MarkApplied", lambda who: {"id": global_id("Application", f"{who}-application")}),
        "ApplicationPayload",
    ),
    "remove": (
        _by("RemoveApplication", lambda who: {"id": global_id("Application", f"{who}-mistake")}),
        "RemoveApplicationPayload",
    ),
    "send": (_send, ("COMPLETED", 1)),
    "refresh": (_refresh, ("SUCCEEDED", "SUCCEEDED", 1)),
}
"""By name: what a person does, and what they are told when all goes well."""


def _an_api(uri: str, data: Path, model: Model | None) -> AbstractAsyncContextManager[Api]:
    settings = Settings(_env_file=None, mongodb_uri=SecretStr(uri), data=data)
    return running_api(settings, model=model or OfflineCoach())


@asynccontextmanager
async def answered_wrongly(tmp_path: Path) -> AsyncIterator[tuple[Answers, People]]:
    """People of an API whose writes are answered as a test says."""
    async with (
        EmbeddedDatabase(tmp_path / "database") as embedded,
        answers(port_of(embedded.uri)) as server,
        _an_api(server.uri, tmp_path, None) as api,
    ):
        client = connect(embedded.uri)
        try:
            database = database_of(client)
            await OpportunityStore(database).write([an_opportunity(number) for number in range(1, 4)], [])
            yield server, People(api, database)
        finally:
            await close(client)


@asynccontextmanager
async def a_world(tmp_path: Path, options: str = "", *, model: Model | None = None) -> AsyncIterator[World]:
    """``options`` are those of the URI."""
    async with (
        EmbeddedDatabase(tmp_path / "first") as one,
        EmbeddedDatabase(tmp_path / "second") as other,
        a_replica_set(one.uri, other.uri) as pretend,
        _an_api(pretend.uri + options, tmp_path, model) as api,
        _an_api(
            pretend.uri + options, tmp_path, model
        ),  # another process, which takes over what seems to be left
    ):
        client = connect(pretend.uri)
        database = database_of(client)
        try:
            await OpportunityStore(database).write([an_opportunity(number) for number in range(1, 4)], [])
            yield World(api, database, pretend)
        finally:
            await close(client)
