"""Root field ``node`` (Relay object identification)."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any

import strawberry

from resolvers.execution.access import SignedIn
from schema import career_actions, learnings, matches, messages, opportunities, profiles, refresh_runs
from schema.shared.context import Info
from schema.shared.relay import Node, parse_global_id
from services.kit.errors import FootholdError

NodeId = Annotated[strawberry.ID, strawberry.argument(description="Id of any object that implements `Node`.")]


async def _career_action(info: Info, local: str) -> Node | None:
    try:
        record = await info.context.services.career_actions.get(info.context.signed_in().profile_id, local)
    except FootholdError:
        return None
    return career_actions.CareerAction.from_record(record)


async def _learning(info: Info, local: str) -> Node | None:
    try:
        record = await info.context.services.learnings.get(info.context.signed_in().profile_id, local)
    except FootholdError:
        return None
    return learnings.Learning.from_record(record)


async def _match(info: Info, local: str) -> Node | None:
    record = await info.context.services.matches.get(info.context.signed_in().profile_id, local)
    return None if record is None else matches.Match.from_record(record)


async def _message(info: Info, local: str) -> Node | None:
    try:
        message = await info.context.services.messages.get(info.context.signed_in().profile_id, local)
    except FootholdError:
        return None
    return messages.Message.from_message(message)


async def _opportunity(info: Info, local: str) -> Node | None:
    record = await info.context.loaders.opportunity.load(local)
    return None if record is None else opportunities.Opportunity.from_record(record)


async def _profile(info: Info, local: str) -> Node | None:
    caller = info.context.signed_in()
    record = await info.context.services.profiles.get(caller) if local == caller.profile_id else None
    return None if record is None else profiles.Profile.from_record(record)


async def _refresh_run(info: Info, local: str) -> Node | None:
    record = await info.context.services.refresh_runs.find(info.context.signed_in().profile_id, local)
    return None if record is None else refresh_runs.RefreshRun.from_record(record)


_FETCH: dict[str, Callable[[Info, str], Awaitable[Node | None]]] = {
    "CareerAction": _career_action,
    "Learning": _learning,
    "Match": _match,
    "Message": _message,
    "Opportunity": _opportunity,
    "Profile": _profile,
    "RefreshRun": _refresh_run,
}


@strawberry.type
class NodeQuery:
    @strawberry.field(
        extensions=[SignedIn()],
        description="Any object by its id. Null when it does not exist or belongs to somebody else.",
    )
    async def node(self, info: Info, id: NodeId) -> Node | None:
        try:
            type_name, local = parse_global_id(id)
        except ValueError:
            return None
        fetch = _FETCH.get(type_name)
        return None if fetch is None else await fetch(info, local)


NODE_TYPES: list[Any] = [
    career_actions.CareerAction,
    learnings.Learning,
    matches.Match,
    messages.Message,
    opportunities.Opportunity,
    profiles.Profile,
    refresh_runs.RefreshRun,
]
