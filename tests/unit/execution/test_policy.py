"""The table of who may see what is whole, and agrees with what the root fields declare."""

import sys
from pathlib import Path

import pytest
from graphql import GraphQLInterfaceType, GraphQLObjectType, build_schema
from strawberry.types.base import get_object_definition
from strawberry.types.field import StrawberryField

from resolvers.execution.access import Access
from resolvers.execution.policy import FIELDS, Audience, Role, may_see, policies
from resolvers.execution.schema import Mutation, Query, Subscription, schema

SDL = build_schema((Path(__file__).parents[3] / "graphql" / "schema.graphql").read_text())


def all_fields() -> set[str]:
    return {
        f"{name}.{field}"
        for name, type_ in SDL.type_map.items()
        if isinstance(type_, GraphQLObjectType | GraphQLInterfaceType) and not name.startswith("__")
        for field in type_.fields
    }


def test_every_field_of_the_schema_has_one_policy_and_no_other_has() -> None:
    declared = [field for field, _audience in policies()]
    missing = sorted(all_fields() - set(declared))
    assert not missing, f"say in resolvers/execution/policy.py who may see {', '.join(missing)}"
    assert sorted(declared) == sorted(all_fields())
    sys.stdout.write(f"{len(declared)} of {len(all_fields())} fields have a policy\n")


def root_fields() -> list[tuple[str, str, StrawberryField]]:
    found: list[tuple[str, str, StrawberryField]] = []
    for root in (Query, Mutation, Subscription):
        definition = get_object_definition(root, strict=True)
        for field in definition.fields:
            found.append((definition.name, schema.config.name_converter.from_field(field), field))
    return found


@pytest.mark.parametrize(("root", "name", "field"), root_fields())
def test_no_root_field_lets_in_whom_the_table_keeps_out(root: str, name: str, field: StrawberryField) -> None:
    (access,) = [extension for extension in field.extensions if isinstance(extension, Access)]
    assert not may_see(Role.ANONYMOUS, root, name)
    if access.policy == "owner":
        assert not may_see(Role.OTHER, root, name)


def test_an_administrator_has_no_right_to_what_another_person_has_none_to() -> None:
    for audience in FIELDS:
        assert (Role.ADMINISTRATOR in audience.value) == (Role.OTHER in audience.value), audience


def test_a_field_without_a_policy_is_nobody_s() -> None:
    assert set(Audience) == set(FIELDS)
    with pytest.raises(KeyError):
        may_see(Role.OWNER, "Profile", "salary")
