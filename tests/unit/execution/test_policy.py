"""The table of who may see what is whole, and agrees with what the root fields declare."""

import sys
from pathlib import Path

import pytest
import strawberry
from graphql import GraphQLInterfaceType, GraphQLObjectType, GraphQLSchema, build_schema

from resolvers.execution.feature import Feature
from resolvers.execution.permissions.access import OwnerOf, SignedIn
from resolvers.execution.permissions.audience import Audience, Role
from resolvers.execution.permissions.policy import AccessTable, Undeclared, policies
from resolvers.wiring.features import FEATURES
from resolvers.wiring.schema import schema_of, with_derived

SDL = build_schema((Path(__file__).parents[3] / "graphql" / "schema.graphql").read_text())
TABLE = AccessTable(with_derived(FEATURES))


def all_fields(sdl: GraphQLSchema = SDL) -> set[str]:
    return {
        f"{name}.{field}"
        for name, type_ in sdl.type_map.items()
        if isinstance(type_, GraphQLObjectType | GraphQLInterfaceType) and not name.startswith("__")
        for field in type_.fields
    }


def test_every_field_of_the_schema_has_one_policy_and_no_other_has() -> None:
    declared = [field for field, _audience in policies(with_derived(FEATURES))]
    missing = sorted(all_fields() - set(declared))
    assert not missing, f"say in their feature (resolvers/fields) who may see {', '.join(missing)}"
    assert sorted(declared) == sorted(all_fields())
    sys.stdout.write(f"{len(declared)} of {len(all_fields())} fields have a policy\n")


@pytest.mark.parametrize("name", sorted(all_fields()))
def test_no_field_but_a_refusal_of_a_subscription_is_a_stranger_s(name: str) -> None:
    type_, field = name.split(".")
    assert TABLE.may_see(Role.ANONYMOUS, type_, field) == (name in REFUSALS)


REFUSALS = {"SubscriptionFailed.code", "SubscriptionFailed.message"}


def test_an_administrator_has_no_right_to_what_another_person_has_none_to() -> None:
    for audience in Audience:
        assert (Role.ADMINISTRATOR in audience.value) == (Role.OTHER in audience.value), audience


def test_a_field_without_a_policy_is_nobody_s() -> None:
    with pytest.raises(KeyError):
        TABLE.may_see(Role.OWNER, "Profile", "salary")


@strawberry.type
class Note:
    text: str
    secret: str = ""


@strawberry.type
class NoteQuery:
    @strawberry.field(extensions=[SignedIn()])
    async def note(self) -> Note:
        return Note(text="")


@strawberry.type
class OpenQuery:
    @strawberry.field
    async def note(self) -> Note:
        return Note(text="")


@strawberry.type
class TwiceQuery:
    @strawberry.field(extensions=[SignedIn(), OwnerOf("note_id")])
    async def note(self, note_id: strawberry.ID) -> Note:
        return Note(text="")


def test_a_type_s_field_that_no_feature_declares_is_found_missing() -> None:
    features = (*FEATURES, Feature(query=NoteQuery, policy={Audience.OWNER: {"Note": "text"}}))
    declared = {field for field, _audience in policies(with_derived(features))}
    sdl = build_schema(schema_of(features).as_str())
    assert all_fields(sdl) - declared == {"Note.secret"}


@pytest.mark.parametrize("query", [OpenQuery, TwiceQuery])
def test_a_root_field_that_does_not_say_who_may_call_it_is_not_served(query: type) -> None:
    with pytest.raises(Undeclared, match="note"):
        schema_of((*FEATURES, Feature(query=query)))
