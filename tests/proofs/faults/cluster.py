"""Two servers, a worker, Redis and a database, each a process of its own, and one person with a dozen actions."""

import asyncio
from collections.abc import Mapping
from contextlib import AsyncExitStack, suppress
from pathlib import Path
from typing import Any, Self

from db.applications import ApplicationStore
from db.career_actions import CareerActionStore
from db.driver.client import Database, connect, database_of
from db.driver.errors import DatabaseError
from db.learnings import LearningStore
from db.opportunities import OpportunityStore
from db.profiles import LearningKind, ProfileStore, SkillRecord
from db.refresh_runs import RefreshRunStore
from db.sync.changelog import ChangelogStore
from db.sync.outbox import PendingRecord
from services.identity.local_tokens import LocalIdentity
from services.kit.ids import new_id, profile_id_of
from tests.proofs.faults.failovers import PretendSet
from tests.proofs.faults.processes import Command, DatabaseServer
from tests.smoke.conftest import a_port
from tests.support.factories import a_learning, a_profile, an_action, an_application, an_opportunity
from tests.support.network import Network
from tests.support.redis import RedisServer
from tests.support.replica_set import ReplicaSet

USER = "ada"
ACTIONS = 12
LEARNINGS = 6
APPLICATIONS = 4
POSTINGS = 8
OTHER = "other"
"""Name of the other installation's database."""


async def arrange(database: Database) -> None:
    """Give a database the person with a dozen actions, some learnings and applications, and postings that match."""
    await ProfileStore(database).insert(a_profile(USER))
    profile = profile_id_of(USER)
    actions = [an_action(profile, title=f"Action {number}") for number in range(ACTIONS)]
    await CareerActionStore(database).insert(actions)
    for _ in range(APPLICATIONS):
        await ApplicationStore(database).insert(an_application(profile))
    await OpportunityStore(database).write([an_opportunity(number) for number in range(POSTINGS)], [])
    await arrange_learnings(database, {})


async def arrange_learnings(database: Database, held: Mapping[str, Mapping[str, Any]]) -> None:
    """Give the person more learnings to decide on, if few are left, as a process leaves them that dies at once."""
    statuses = [entity.get("learningStatus") for entity in held.values()]
    wanted = LEARNINGS - statuses.count("PENDING")
    if wanted < LEARNINGS / 2:
        return
    left = {"unannounced": True, "pending": [PendingRecord(version=1)]}
    learnings = []
    for _ in range(wanted):
        skill = SkillRecord(name=f"Skill {new_id()}")
        learnings.append(a_learning(profile_id_of(USER), LearningKind.SKILL, skill, **left))
    with suppress(DatabaseError):  # another fault may be under way
        await LearningStore(database).insert(learnings)


class Lines:
    """Networks between one process and the database and Redis."""

    def __init__(self, database_port: int, redis_port: int) -> None:
        self.database_port, self.redis_port = a_port(), a_port()
        self.database = Network(database_port, self.database_port)
        self.redis = Network(redis_port, self.redis_port)

    async def __aenter__(self) -> Self:
        await asyncio.gather(self.database.start(), self.redis.start())
        return self

    async def __aexit__(self, *_: object) -> None:
        await asyncio.gather(self.database.stop(), self.redis.stop())


class Cluster:
    """One server is for the subscriber and some changes, one for the others; the worker does all background work.

    With ``failovers`` the database is a pretend replica set, and there are no lines.
    """

    def __init__(self, directory: Path, *, failovers: bool = False) -> None:
        self._directory = directory
        # Ports below those that the system gives out: nobody takes them while their process is dead.
        self.redis = RedisServer(directory, a_port())
        self.lines: dict[str, Lines] = {}
        self._members: PretendSet | None = None
        self._one: DatabaseServer | None = None
        if failovers:
            self._members = PretendSet(directory / "database")
        else:
            port = a_port()
            self._one = DatabaseServer(directory / "database", port)
            self.lines = {name: Lines(port, self.redis.port) for name in ("subscriber", "writer")}
        self.subscriber = self._command("subscriber", "serve")
        self.writer = self._command("writer", "serve")
        self.worker = self._command("worker", "worker")
        self.other = self._command("other", "serve", OTHER)
        """A server of another installation on the same Redis, with the same people; not started by itself."""
        self._stack = AsyncExitStack()

    @property
    def database(self) -> DatabaseServer:
        assert self._one is not None
        return self._one

    @property
    def replica_set(self) -> ReplicaSet:
        assert self._members is not None
        return self._members.replica_set

    def _command(self, name: str, command: str, database: str = "foothold") -> Command:
        port = a_port() if command == "serve" else None
        lines = self.lines.get(name)
        environment = {
            "FOOTHOLD_DATA": str(self._directory),
            "MONGODB_URI": self._uri(lines, database),
            "REDIS_URL": f"redis://127.0.0.1:{lines.redis_port}/0" if lines else self.redis.url,
            "FOOTHOLD_WORK": "false" if name in ("subscriber", "writer") else "true",
            "FOOTHOLD_RATE_PERSON": "off",
            "FOOTHOLD_RATE_MODEL": "off",
        }
        if port is not None:
            environment["FOOTHOLD_PORT"] = str(port)
        return Command(name, command, self._directory, environment, port)

    def _uri(self, lines: Lines | None, database: str) -> str:
        if self._members is not None:
            return self._members.uri_by(database)
        return self.database.uri_by(lines.database_port if lines else self.database.port, database)

    def token(self, user: str = USER) -> str:
        return LocalIdentity(self._directory).issue(user)

    async def __aenter__(self) -> Self:
        async with AsyncExitStack() as stack:
            databases = self._members or self.database
            for part in (databases, self.redis, self.subscriber, self.writer, self.worker, self.other):
                stack.callback(part.kill)
            for lines in self.lines.values():
                await stack.enter_async_context(lines)
            self.redis.start()
            await databases.start()
            if self._members is not None:
                stack.push_async_callback(self._members.replica_set.stop)
            client = connect(databases.uri)
            stack.callback(client.close)
            self.records, self.records_of_other = database_of(client), database_of(client, OTHER)
            database = self.records
            self.actions, self.runs = CareerActionStore(database), RefreshRunStore(database)
            self.changelogs = ChangelogStore(database)
            await arrange(database)
            await self.subscriber.start()  # makes the indexes
            await asyncio.gather(self.writer.start(), self.worker.start())
            self._stack = stack.pop_all()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()
