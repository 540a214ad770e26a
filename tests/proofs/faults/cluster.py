"""Two servers, a worker, Redis and a database, each a process of its own, and one person with a dozen actions."""

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Self

from db.career_actions import CareerActionStore
from db.driver.client import connect, database_of
from db.profiles import ProfileStore
from db.refresh_runs import RefreshRunStore
from services.identity.local_tokens import LocalIdentity
from services.kit.ids import profile_id_of
from tests.proofs.faults.processes import Command, DatabaseServer
from tests.smoke.conftest import a_port
from tests.support.factories import a_profile, an_action
from tests.support.redis import RedisServer

USER = "ada"
ACTIONS = 12


class Cluster:
    """One server is for the subscriber and some changes, one for the others; the worker does all background work."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        # Ports below those that the system gives out: nobody takes them while their process is dead.
        self.database = DatabaseServer(directory / "database", a_port())
        self.redis = RedisServer(directory, a_port())
        self.subscriber = self._command("subscriber", "serve")
        self.writer = self._command("writer", "serve")
        self.worker = self._command("worker", "worker")
        self._stack = AsyncExitStack()

    def _command(self, name: str, command: str) -> Command:
        port = a_port() if command == "serve" else None
        environment = {
            "FOOTHOLD_DATA": str(self._directory),
            "MONGODB_URI": self.database.uri,
            "REDIS_URL": self.redis.url,
            "FOOTHOLD_WORK": "false",  # but for the worker
            "FOOTHOLD_RATE_PERSON": "off",
            "FOOTHOLD_RATE_MODEL": "off",
        }
        if port is not None:
            environment["FOOTHOLD_PORT"] = str(port)
        return Command(name, command, self._directory, environment, port)

    def token(self) -> str:
        return LocalIdentity(self._directory).issue(USER)

    async def __aenter__(self) -> Self:
        async with AsyncExitStack() as stack:
            for part in (self.database, self.redis, self.subscriber, self.writer, self.worker):
                stack.callback(part.kill)
            self.redis.start()
            await self.database.start()
            client = connect(self.database.uri)
            stack.callback(client.close)
            database = database_of(client)
            self.actions, self.runs = CareerActionStore(database), RefreshRunStore(database)
            await ProfileStore(database).insert(a_profile(USER))
            profile = profile_id_of(USER)
            await self.actions.insert([an_action(profile, title=f"Action {n}") for n in range(ACTIONS)])
            await self.subscriber.start()  # makes the indexes
            await asyncio.gather(self.writer.start(), self.worker.start())
            self._stack = stack.pop_all()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()
