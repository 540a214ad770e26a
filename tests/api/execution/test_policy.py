"""Every field of the SDL is asked for in every role, by every way there is, and comes back to those it is for."""

import sys
from collections import defaultdict
from contextlib import AsyncExitStack
from datetime import timedelta
from typing import Any

import pytest

from db.driver.client import Database
from resolvers.execution.permissions.audience import Role
from resolvers.execution.permissions.policy import AccessTable
from resolvers.settings import Settings
from resolvers.wiring.features import FEATURES
from resolvers.wiring.schema import with_derived
from schema.shared.relay import global_id
from tests.support.asking import Field, all_fields, asked, document, is_refusal, node_document, received
from tests.support.client import Api, Socket, profile_of, running_api
from tests.support.client import document as shared
from tests.support.embeddings_server import embeddings_server
from tests.support.policy_world import ADA, PERSONAL, Case, World, a_model

TABLE = AccessTable(with_derived(FEATURES))
USERS = {Role.ANONYMOUS: None, Role.OWNER: "ada", Role.OTHER: "eve", Role.ADMINISTRATOR: "root"}
ROOMY = {
    "document_fields": 10_000,
    "document_aliases": 1_000,
    "document_cost": 1_000_000,
    "document_depth": 100,
    "document_tokens": 20_000,
    "introspection": "never",
    "administrators": ("root",),
}


ELSEWHERE = {
    *(("RateLimitedError", field) for field in ("message", "code", "retryAfter")),
    *(("RemovedEntity", field) for field in ("list", "id")),
    ("SubscriptionFailed", "retryAfter"),
    ("MyDataExport", "nextCursor"),
}
"""Asked for here too, but shown only to who does too much, has very much or loses something: test_rates.py,
test_accounts.py and test_changes.py."""
LIVE = ("CareerActionsLive", "MatchesLive", "LearningsLive", "Changes")


class Walk:
    """Requests and answers of each role."""

    def __init__(self, api: Api, world: World) -> None:
        self.api = api
        self.world = world
        self.secrets = list(world.secrets)
        self.asked: dict[Role, set[Field]] = defaultdict(set)
        self.got: dict[Role, set[Field]] = defaultdict(set)

    async def every_way(self, role: Role) -> None:
        """Subscriptions, queries, nodes by fragments, then mutations."""
        schema = await self.api.execute("{ __schema { queryType { name } } }", USERS[role])
        assert ("errors" not in schema) == (role is Role.ADMINISTRATOR)
        async with self.api.socket(USERS[role]) as socket:
            for case in self.world.subscriptions():
                await self.follow(role, case, socket)
        for case in self.world.queries():
            await self.call(role, case)
        await self.by_fragments(role)
        for case in self.world.mutations():
            await self.call(role, case)
        if role in (Role.OTHER, Role.ADMINISTRATOR):
            own = {"confirmation": global_id("Viewer", USERS[role] or "")}
            await self.call(role, Case("Mutation", "deleteMyAccount", own, own=True))

    async def call(self, role: Role, case: Case) -> None:
        """By HTTP."""
        text = document(case.root, case.name, case.arguments)
        result = await self.api.execute(text, USERS[role], **case.arguments)
        self.judge(role, case, text, result)
        value: Any = (result["data"] or {}).get(f"{case.root}__{case.name}")
        if role is Role.ANONYMOUS:
            assert value is None, case
            assert result["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED", case
        elif role is Role.OWNER:
            assert "errors" not in result, (case, result)
            assert value["__typename"] == case.gets, (case, value)
        elif not case.own and case.root == "Mutation":
            assert value["__typename"] == case.refused, case
        elif not case.own:
            assert value is None, case

    async def follow(self, role: Role, case: Case, socket: Socket) -> None:
        """A subscription's first events: of a list the first one, else all to the end, if it has one."""
        text = document(case.root, case.name, case.arguments)
        subscription = await socket.subscribe(text, **case.arguments)
        while (message := await subscription.message())["type"] == "next":
            self.judge(role, case, text, message["payload"])
            (event,) = message["payload"]["data"].values()
            let_in = role is Role.OWNER and case.gets != "SubscriptionFailed"
            assert is_refusal(event) != let_in, (case, event)
            if let_in and case.gets == event["__typename"]:
                await subscription.complete()
                return
        assert message["type"] == "complete", (case, message)
        assert role is not Role.OWNER or case.gets in ("", "SubscriptionFailed"), case

    async def by_fragments(self, role: Role) -> None:
        """Nodes by their own field names, through fragments within fragments."""
        for type_, id_, everybody_s in self.world.nodes():
            result = await self.api.execute(node_document(type_), USERS[role], id=id_)
            if role is Role.ANONYMOUS:
                assert result["data"] == {"node": None, "again": None}, type_
            elif role is Role.OWNER or everybody_s:
                assert "errors" not in result, (type_, result)
                assert result["data"]["again"].items() >= result["data"]["node"].items(), type_
                assert None not in result["data"]["node"].values(), (type_, result)
            else:
                assert result["data"] == {"node": None, "again": None}, type_
                assert not [one for one in self.secrets if one in str(result)], type_

    def judge(self, role: Role, case: Case, text: str, result: dict[str, Any]) -> None:
        """Nothing came that is not this role's."""
        self.asked[role] |= asked(text)
        for type_, field, value in received(result["data"]):
            if is_refusal(value):
                continue  # not what the root field is for
            self.got[role].add((type_, field))
            assert case.own or TABLE.may_see(role, type_, field), (role, case, type_, field)
        if role is not Role.OWNER:
            assert not [one for one in self.secrets if one in str(result)], (role, case)


async def of_ada(database: Database) -> dict[str, Any]:
    return {
        name: await database[name].find({field: ADA}).sort("_id", 1).to_list(None)
        for name, field in PERSONAL.items()
    }


async def test_every_field_comes_to_those_it_is_for_and_to_nobody_else(
    settings: Settings, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The replies of this world are written by nobody, and must not be taken over meanwhile.
    monkeypatch.setattr("services.conversations.replies.LEASE", timedelta(hours=1))
    world = World()
    await world.write(database)
    before = await of_ada(database)
    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(embeddings_server())
        roomy = settings.model_copy(update={**ROOMY, "embeddings_url": server.url})
        api = await stack.enter_async_context(running_api(roomy, model=a_model()))
        walk = Walk(api, world)
        for other in ("eve", "root"):  # or nobody would see that they get their own by Ada's ids
            await api.data("UpdateProfile", other, input={"headline": "Something else"})
        async with api.socket("mia") as beside:
            hers = [await beside.subscribe(shared(name), profileId=profile_of("mia")) for name in LIVE]
            assert [(await one.next())["reason"] for one in hers] == ["INITIAL"] * len(LIVE)
            for role in (Role.ANONYMOUS, Role.OTHER, Role.ADMINISTRATOR, Role.OWNER):
                await walk.every_way(role)
                if role is not Role.OWNER:
                    assert await of_ada(database) == before, f"{role} changed something of Ada's"
            assert all(one.messages.empty() for one in hers), "what happens to Ada is no event for Mia"
    everything = all_fields()
    for role in Role:
        assert walk.asked[role] == everything, role
        unseen = {field for field in everything if TABLE.may_see(role, *field)} - walk.got[role] - ELSEWHERE
        assert not unseen, f"{role.value} is never shown {sorted(unseen)}"
    sys.stdout.write(f"{len(everything)} of {len(everything)} fields, each in {len(Role)} roles\n")
