"""Two servers, a worker, Redis and a database, each a process of its own, and one person with a dozen actions."""

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Self

from db.career_actions import CareerActionStore
from db.driver.client import Database, connect, database_of
from db.profiles import ProfileStore
from db.refresh_runs import RefreshRunStore
from services.identity.local_tokens import LocalIdentity
from services.kit.ids import profile_id_of
from tests.proofs.faults.processes import Command, DatabaseServer
from tests.smoke.conftest import a_port
from tests.support.factories import a_profile, an_action
from tests.support.network import Network
from tests.support.redis import RedisServer

USER = "ada"
ACTIONS = 12
OTHER = "other"
"""Name of the other installation's database."""


async def arrange(database: Database) -> None:
    """Give a database the person with a dozen actions."""
    await ProfileStore(database).insert(a_profile(USER))
    profile = profile_id_of(USER)
    actions = [an_action(profile, title=f"Action {number}") for number in range(ACTIONS)]
    await CareerActionStore(database).insert(actions)


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
    """One server is for the subscriber and some changes, one for the others; the worker does all background work."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        # Ports below those that the system gives out: nobody takes them while their process is dead.
        self.database = DatabaseServer(directory / "database", a_port())
        self.redis = RedisServer(directory, a_port())
        self.lines = {name: Lines(self.database.port, self.redis.port) for name in ("subscriber", "writer")}
        self.subscriber = self._command("subscriber", "serve")
        self.writer = self._command("writer", "serve")
        self.worker = self._command("worker", "worker")
        self.other = self._command("other", "serve", OTHER)
        """A server of another installation on the same Redis, with the same people; not started by itself."""
        self._stack = AsyncExitStack()

    def _command(self, name: str, command: str, database: str = "foothold") -> Command:
        port = a_port() if command == "serve" else None
        lines = self.lines.get(name)
        environment = {
            "FOOTHOLD_DATA": str(self._directory),
            "MONGODB_URI": self.database.uri_by(
                lines.database_port if lines else self.database.port, database
            ),
            "REDIS_URL": f"redis://127.0.0.1:{lines.redis_port}/0" if lines else self.redis.url,
            "FOOTHOLD_WORK": "false" if name in self.lines else "true",
            "FOOTHOLD_RATE_PERSON": "off",
            "FOOTHOLD_RATE_MODEL": "off",
        }
        if port is not None:
            environment["FOOTHOLD_PORT"] = str(port)
        return Command(name, command, self._directory, environment, port)

    def token(self, user: str = USER) -> str:
        return LocalIdentity(self._directory).issue(user)

    async def __aenter__(self) -> Self:
        async with AsyncExitStack() as stack:
            for part in (self.database, self.redis, self.subscriber, self.writer, self.worker, self.other):
                stack.callback(part.kill)
            for lines in self.lines.values():
                await stack.enter_async_context(lines)
            self.redis.start()
            await self.database.start()
            client = connect(self.database.uri)
            stack.callback(client.close)
            self.records, self.records_of_other = database_of(client), database_of(client, OTHER)
            database = self.records
            self.actions, self.runs = CareerActionStore(database), RefreshRunStore(database)
            await arrange(database)
            await self.subscriber.start()  # makes the indexes
            await asyncio.gather(self.writer.start(), self.worker.start())
            self._stack = stack.pop_all()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()
