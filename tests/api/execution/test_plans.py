"""Plans can be turned off: then no method of the planning executor has part in an answer."""

from typing import Any

import pytest

from db.career_actions import ActionStatus, CareerActionStore
from db.driver.client import Database
from resolvers.execution.executor import PlanningExecutor
from resolvers.settings import Settings
from schema.shared.relay import global_id
from services.kit.ids import profile_id_of
from services.offline_coach.coach import OfflineCoach
from tests.support.client import Api, document, profile_of, running_api
from tests.support.factories import an_action


@pytest.fixture
def completed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Record of what the planning executor was asked to complete."""
    seen: list[str] = []
    for name in ("complete_list_value", "complete_object_value"):
        own = getattr(PlanningExecutor, name)

        def noted(self: Any, return_type: Any, *args: Any, own: Any = own) -> Any:
            seen.append(str(return_type))
            return own(self, return_type, *args)

        monkeypatch.setattr(PlanningExecutor, name, noted)
    return seen


async def answers(api: Api, action: str) -> list[Any]:
    """A list, and a subscription's first two events with a change between them."""
    async with api.socket() as socket:
        live = await socket.subscribe(document("CareerActionsLive"), profileId=profile_of("ada"))
        first = await live.next()
        await api.data("StartAction", id=action, mutationId="mine")
        second = await live.next()
    page = await api.data("CareerActions", profileId=profile_of("ada"))
    return [page["edges"], first["reason"], first["upserts"], second["reason"], second["mutationIds"]]


@pytest.mark.parametrize("plans", [True, False])
async def test_without_plans_the_usual_executor_answers_alone(
    settings: Settings, database: Database, completed: list[str], plans: bool
) -> None:
    action = an_action(profile_id_of("ada"), status=ActionStatus.SAVED)
    await CareerActionStore(database).insert([action])
    chosen = settings.model_copy(update={"execution_plans": plans})
    async with running_api(chosen, model=OfflineCoach()) as api:
        edges, initial, held, change, mutations = await answers(api, global_id("CareerAction", action.id))
    assert (initial, change, mutations) == ("INITIAL", "CHANGE", ["mine"])
    assert [one["id"] for one in held] == [edge["node"]["id"] for edge in edges]
    assert bool(completed) == plans
