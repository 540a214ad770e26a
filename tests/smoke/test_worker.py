"""`foothold worker`: told to end it hands its work over, and killed it is followed by another, within seconds."""

import asyncio
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from db.driver.client import Database
from db.opportunities import OpportunityStore
from resolvers.settings import Settings
from resolvers.wiring.services import running_services
from services.llm.claude import AnthropicModel
from services.offline_coach.coach import OfflineCoach
from tests.smoke.conftest import COMMAND, Foothold
from tests.support.client import Api, profile_of, running_api
from tests.support.factories import an_opportunity
from tests.support.judging import judging
from tests.support.model_server import Reply, Wait, model_server, text_reply, tool_call
from tests.support.patience import within
from tests.support.redis import RedisServer

PROFILE = profile_of("ada")
RESUME = {"basics": {"name": "Ada Ferris", "label": "Data analyst"}, "skills": [{"name": "Python"}]}
TITLES = ["Publish a data-quality checker", "Teach a reporting workshop", "Study causal inference"]
GENERATION = tool_call(
    "generate_career_actions",
    {
        "actions": [
            {
                "type": kind,
                "title": title,
                "description": f"{title}, in eight weeks.",
                "rationale": "It builds on your skills.",
                "profile_basis": ["Python"],
            }
            for kind, title in zip(("build_tools", "teach_write", "develop_skills"), TITLES, strict=True)
        ]
    },
)
REPLY = text_reply("All", " of", " the", " reply.")


class Provider:
    """A model whose first ``hanging`` generations and replies stop in the middle."""

    def __init__(self, hanging: int) -> None:
        self.asked: Counter[str] = Counter()
        self._hanging = hanging
        self._never = asyncio.Event()

    def answer(self, body: dict[str, Any]) -> Reply:
        tool = str((body.get("tool_choice") or {}).get("name"))
        self.asked[tool] += 1
        if tool == "judge_matches":
            return judging(body)
        whole = GENERATION if tool == "generate_career_actions" else REPLY
        return whole.then(Wait(self._never), after=5) if self.asked[tool] <= self._hanging else whole

    def asked_for_both(self, times: int) -> bool:
        return self.asked["generate_career_actions"] == self.asked["None"] == times


class Worker(Foothold):
    """`foothold worker` with a heartbeat file."""

    def __init__(self, directory: Path) -> None:
        directory.mkdir()
        super().__init__(directory)
        self.heartbeat = directory / "alive"
        self.set("FOOTHOLD_HEARTBEAT", str(self.heartbeat))

    async def works(self) -> None:
        """Start, and wait for the first beat."""
        with self._log.open("ab") as log:
            self.process = subprocess.Popen(
                [COMMAND, "worker"], env=self._environment, cwd=self._directory, stdout=log, stderr=log
            )
        await until(
            lambda: self.heartbeat.exists() or self.process is None or self.process.poll() is not None
        )
        assert self.process.poll() is None, self.log()


async def until(condition: Callable[[], bool], seconds: float = 30) -> float:
    """Wait for it; how many seconds it took."""
    started = time.monotonic()
    async with within(seconds):
        while not condition():
            await asyncio.sleep(0.05)
    return time.monotonic() - started


async def node_of(api: Api, operation: str, place: int = -1) -> dict[str, Any]:
    page = await api.data(operation, profileId=PROFILE)
    node: dict[str, Any] = page["edges"][place]["node"]
    return node


async def test_what_a_worker_had_begun_is_finished_by_another_without_doubles(
    database: Database, database_uri: str, tmp_path: Path
) -> None:
    provider = Provider(hanging=2)
    workers = [Worker(tmp_path / name) for name in ("one", "other")]
    await OpportunityStore(database).write([an_opportunity(number) for number in range(1, 13)], [])
    with RedisServer(tmp_path) as redis:
        settings = Settings(
            _env_file=None,
            mongodb_uri=SecretStr(database_uri),
            redis_url=SecretStr(redis.url),
            data=tmp_path,
            work=False,
        )
        async with model_server() as server, running_api(settings, model=OfflineCoach()) as api:
            server.fallback = provider.answer
            try:
                for worker in workers:
                    worker.set("MONGODB_URI", database_uri)
                    worker.set("REDIS_URL", redis.url)
                    worker.set("ANTHROPIC_API_KEY", "a-key")
                    worker.set("ANTHROPIC_BASE_URL", server.url)
                    worker.set(
                        "FOOTHOLD_MODEL_IDLE_SECONDS", "110"
                    )  # a loaded machine starts the other slowly
                one, other = workers
                await one.works()
                await api.data("ImportResume", resume=RESUME)
                run = await api.data("RefreshMatches", profileId=PROFILE)
                await api.data("SendMessage", profileId=PROFILE, text="Hello")
                await until(lambda: provider.asked_for_both(1))
                while (await node_of(api, "Messages"))["text"] != "All of":
                    await asyncio.sleep(0.1)

                await other.works()
                assert one.process is not None
                one.process.send_signal(signal.SIGTERM)
                assert await until(lambda: provider.asked_for_both(2)) < 5
                assert one.process.wait(10) == 0, one.log()
                assert not one.heartbeat.exists()

                other.kill()
                model = AnthropicModel("a-key", base_url=server.url)
                working = settings.model_copy(update={"work": True})
                async with running_services(working, database, model):
                    assert await until(lambda: provider.asked_for_both(3)) < 15
                    while (await api.data("RefreshRun", id=run["refreshRun"]["id"]))["active"]:
                        await asyncio.sleep(0.05)
                    while (await node_of(api, "Messages"))["status"] != "COMPLETED":
                        await asyncio.sleep(0.05)
                await model.aclose()
            finally:
                for worker in workers:
                    if worker.process is not None and worker.process.poll() is None:
                        worker.kill()

            ended = await api.data("RefreshRun", id=run["refreshRun"]["id"])
            assert (ended["matching"]["status"], ended["generation"]["status"]) == ("SUCCEEDED", "SUCCEEDED")
            assert ended["attempt"] == 3
            assert provider.asked["judge_matches"] == 2, (
                "what the first worker had finished is not paid for again"
            )
            assert len((await api.data("Matches", profileId=PROFILE))["edges"]) == 12
            actions = (await api.data("CareerActions", profileId=PROFILE))["edges"]
            assert [edge["node"]["title"] for edge in actions] == TITLES
            messages = (await api.data("Messages", profileId=PROFILE))["edges"]
            assert [edge["node"]["text"] for edge in messages] == ["Hello", "All of the reply."]
