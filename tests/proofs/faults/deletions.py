"""Faults of deletion: a second person's account ends while everything of theirs is being written."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from time import monotonic
from typing import TYPE_CHECKING

from db.accounts import COLLECTION as NOTES
from schema.shared.relay import global_id
from tests.proofs.faults.switches import Point
from tests.support.accounts_world import about, everything, resume_of, user_of, word_of
from tests.support.client import profile_of
from tests.support.follower import NoAnswerError, Person

if TYPE_CHECKING:
    from tests.proofs.faults.trial import Trial


async def delete(trial: "Trial") -> float:
    """Have a person delete their account; seconds until nothing is left and no server takes their token."""
    async with _busy_person(trial) as (user, token, person):
        await person.ask("DeleteMyAccount", confirmation=global_id("Viewer", user))
        return await _gone(trial, user, token)


async def delete_half(trial: "Trial") -> float:
    """Kill the server that a person asked to delete their account, when it is noted but not done."""
    async with _busy_person(trial) as (user, token, person):
        async with trial.armed:
            trial.cluster.writer.arm(Point.DIE_DELETING)
            with suppress(NoAnswerError):
                await person.once("DeleteMyAccount", confirmation=global_id("Viewer", user))
            await trial.cluster.writer.killed(30)
            began = monotonic()
            await trial.cluster.writer.start()
        await _gone(trial, user, token)
        return monotonic() - began


async def cancelled(tasks: Sequence[asyncio.Task[None]]) -> None:
    """Cancel the tasks, and wait until they have ended."""
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


@asynccontextmanager
async def _busy_person(trial: "Trial") -> AsyncIterator[tuple[str, str, Person]]:
    """A new person who uses both servers all the time: name, token, and the hand at the writer's server."""
    user = user_of(len(trial.gone))
    trial.gone.append(user)
    cluster, token = trial.cluster, trial.cluster.token(user)
    async with (
        Person(cluster.writer.address, token) as person,
        Person(cluster.subscriber.address, token) as neighbour,
        AsyncExitStack() as stack,
    ):
        await person.ask("ImportResume", resume=resume_of(user))
        for hand in (person, neighbour):
            stack.push_async_callback(cancelled, [asyncio.create_task(_use(hand, user))])
        await asyncio.sleep(trial.chance.uniform(0.1, 1))
        yield user, token, person


async def _use(person: Person, user: str) -> None:
    profile, text = profile_of(user), f"I learned {word_of(user)} at home."
    while True:
        for name, variables in (
            ("RefreshMatches", {"profileId": profile}),
            ("SendMessage", {"profileId": profile, "text": text}),
            ("ExtractLearnings", {"profileId": profile, "mutationId": None}),
            ("ImportResume", {"resume": resume_of(user)}),
        ):
            with suppress(NoAnswerError):
                await person.once(name, **variables)
            await asyncio.sleep(0.05)


async def _gone(trial: "Trial", user: str, token: str) -> float:
    """Return the seconds until no server takes the token and nothing is left; says what is, in the end."""
    began = monotonic()
    while True:
        left = [*await _welcomes(trial, token), *await traces(trial, [user])]
        if not left:
            return monotonic() - began
        if monotonic() - began > 3 * trial.patience:
            trial.wrong += left
            return monotonic() - began
        await asyncio.sleep(0.2)


async def _welcomes(trial: "Trial", token: str) -> list[str]:
    """Return the servers that still take the token, or may."""
    welcomes = []
    for server in (trial.cluster.subscriber, trial.cluster.writer):
        async with Person(server.address, token) as person:
            try:
                if await person.once("Viewer") is not None:
                    welcomes.append(f"{server.log.stem} takes the token")
            except NoAnswerError as error:
                if not error.args:  # it was not refused
                    welcomes.append(f"{server.log.stem} does not answer")
    return welcomes


async def traces(trial: "Trial", users: list[str]) -> list[str]:
    """Return what is left of these people, but for the notes that they were deleted."""
    documents = await everything(trial.cluster.records) if users else {}
    left = {user: about(user, documents).keys() - {NOTES.name} for user in users}
    return [f"left of {user}: {', '.join(sorted(names))}" for user, names in left.items() if names]
