"""Running services: the rooms of all features, built in order, with their listeners, chores and connections."""

import asyncio
from collections.abc import AsyncIterator, Coroutine, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

from db.collections import all_collections
from db.driver.client import Database
from db.driver.collections import Declared
from db.turns import ScheduleStore
from resolvers.execution.feature import Feature
from resolvers.settings import Settings
from resolvers.wiring.features import FEATURES
from resolvers.wiring.foundation import build_foundation
from services.background.sweeper import INTERVAL, LEARNING, SELDOM, sweep_forever, take_turns
from services.background.tasks import Tasks
from services.background.turns import Schedule
from services.identity.budgets import Budgets
from services.identity.metered import Metered
from services.llm.port import Model
from services.registry import Chore, Deps, Room, Services, Turn
from services.sync.wakeups import Wakeups


@asynccontextmanager
async def running_services(
    settings: Settings, database: Database, model: Model, features: Sequence[Feature] = FEATURES
) -> AsyncIterator[Services]:
    """The services, with background work and healing running for as long as they are used."""
    foundation = await build_foundation(settings, database, model)
    services = Services(*foundation.services)
    budgets = services.find(Budgets)
    deps = Deps(
        database=database,
        model=model if budgets is None else Metered(model, budgets),
        services=services,
        options=Services(*(each.options(settings) for each in features if each.options is not None)),
        collections=collections_of(features),
        exports=[exported for each in features for exported in each.exports],
    )
    rooms = [foundation, *_built(deps, features)]
    for room in rooms:
        for listener in room.listeners:
            services[Wakeups].listen(listener)
    async with AsyncExitStack() as stack:
        for room in rooms:
            for part in room.running:
                await stack.enter_async_context(part)
        for room in rooms:
            for chore in room.first:
                await chore()
        await stack.enter_async_context(_repeated(_loops(database, services[Tasks], rooms)))
        yield services


def collections_of(features: Sequence[Feature]) -> Sequence[Declared]:
    """Return the collections of the database: those of ``db``, and what features elsewhere bring along."""
    return [*all_collections(), *(collection for each in features for collection in each.collections)]


def _built(deps: Deps, features: Sequence[Feature]) -> list[Room]:
    rooms: list[Room] = []
    for feature in features:
        if feature.build is not None:
            room = feature.build(deps)
            deps.services.add(*room.services)
            rooms.append(room)
    return rooms


def _loops(database: Database, tasks: Tasks, rooms: Sequence[Room]) -> list[Coroutine[Any, Any, None]]:
    def chores(turn: Turn) -> list[Chore]:
        return [chore for room in rooms for chore in room.chores.get(turn, ())]

    def schedule(turn: Turn, seconds: float) -> Schedule:
        return Schedule(ScheduleStore(database), turn.value, seconds)

    def working() -> bool:
        return tasks.working

    learning = chores(Turn.LEARNING)
    return [
        sweep_forever(chores(Turn.HEALING)),
        take_turns(schedule(Turn.ANNOUNCING, INTERVAL), chores(Turn.ANNOUNCING)),
        take_turns(schedule(Turn.FORGETTING, SELDOM), chores(Turn.FORGETTING)),
        take_turns(schedule(Turn.TAKING_OVER, INTERVAL), chores(Turn.TAKING_OVER), working),
        # Where there is nothing to learn, nobody asks for a turn.
        *([take_turns(schedule(Turn.LEARNING, LEARNING), learning, working)] if learning else []),
    ]


@asynccontextmanager
async def _repeated(loops: Sequence[Coroutine[Any, Any, None]]) -> AsyncIterator[None]:
    running = [asyncio.create_task(loop, name="sweeper") for loop in loops]
    try:
        yield
    finally:
        for each in running:
            each.cancel()
        await asyncio.gather(*running, return_exceptions=True)
