"""Documents that ask for everything, made from the SDL, and what of each field came back."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from graphql import (
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLUnionType,
    build_schema,
    get_named_type,
    is_leaf_type,
    is_required_argument,
)

from tests.support.client import OPERATIONS

SDL = build_schema((Path(OPERATIONS).parent / "schema.graphql").read_text())
Field = tuple[str, str]
"""A type's name and a field's."""

_KEYWORDS = {"Query": "query", "Mutation": "mutation", "Subscription": "subscription"}


def all_fields() -> set[Field]:
    """Every field of every type."""
    return {
        (name, field)
        for name, type_ in SDL.type_map.items()
        if isinstance(type_, GraphQLObjectType | GraphQLInterfaceType) and not name.startswith("__")
        for field in type_.fields
    }


def document(root: str, name: str, arguments: dict[str, Any]) -> str:
    """Calls a root field and asks for all that can be reached from it, each field under its type's name."""
    field = object_type(root).fields[name]
    declared = ", ".join(f"${argument}: {field.args[argument].type}" for argument in arguments)
    given = ", ".join(f"{argument}: ${argument}" for argument in arguments)
    head, call = (f"({declared})", f"({given})") if arguments else ("", "")
    selection = _selection(get_named_type(field.type), ())
    return f"{_KEYWORDS[root]} {head} {{ {root}__{name}: {name}{call} {selection} }}"


def node_document(type_name: str) -> str:
    """Asks for a node and its fields by their own names, through named fragments that spread one another."""
    plain = [name for name, field in object_type(type_name).fields.items() if is_leaf_type(_named(field))]
    half = len(plain) // 2
    return (
        f"query ($id: ID!) {{ node(id: $id) {{ ...first }} again: node(id: $id) {{ id ... on Node {{ ...first }} }} }} "
        f"fragment first on {type_name} {{ {' '.join(plain[:half])} ...second }} "
        f"fragment second on {type_name} {{ {' '.join(plain[half:])} }}"
    )


def object_type(name: str) -> GraphQLObjectType:
    type_ = SDL.type_map[name]
    assert isinstance(type_, GraphQLObjectType)
    return type_


def received(data: Any) -> Iterator[tuple[str, str, Any]]:
    """Type, field and value of all that came back by ``document``, null apart."""
    if isinstance(data, list):
        for item in data:
            yield from received(item)
    elif isinstance(data, dict):
        for key, value in data.items():
            type_, _, field = key.partition("__")
            if type_ and field and value is not None:  # else it is within a scalar, or what a type is called
                yield type_, field, value
                yield from received(value)


def is_refusal(value: Any) -> bool:
    """Return True if it says why something is not given or done."""
    type_ = SDL.type_map.get(str(value.get("__typename"))) if isinstance(value, dict) else None
    return isinstance(type_, GraphQLObjectType) and (
        type_.name == "SubscriptionFailed" or any(face.name == "Error" for face in type_.interfaces)
    )


def asked(text: str) -> set[Field]:
    """The fields that a ``document`` asks for."""
    keys = (word.removesuffix(":").partition("__") for word in text.split() if word.endswith(":"))
    return {(type_, field) for type_, _, field in keys if field}


def _named(field: GraphQLField) -> GraphQLNamedType:
    return get_named_type(field.type)


def _selection(type_: GraphQLNamedType, within: tuple[str, ...]) -> str:
    if is_leaf_type(type_):
        return ""
    return f"{{ {_parts(type_, within)} }}"


def _parts(type_: GraphQLNamedType, within: tuple[str, ...]) -> str:
    if type_.name in within:
        return "__typename"
    if isinstance(type_, GraphQLObjectType):
        return " ".join(["__typename", *_fields(type_, (*within, type_.name))])
    if isinstance(type_, GraphQLUnionType):
        members: list[GraphQLObjectType | GraphQLInterfaceType] = list(type_.types)
        members += {face.name: face for member in type_.types for face in member.interfaces}.values()
    else:
        assert isinstance(type_, GraphQLInterfaceType)
        members = [type_, *SDL.get_possible_types(type_)]
    parts = [f"... on {one.name} {{ {' '.join(_fields(one, (*within, one.name)))} }}" for one in members]
    return " ".join(["__typename", *parts])


def _fields(type_: GraphQLObjectType | GraphQLInterfaceType, within: tuple[str, ...]) -> Iterator[str]:
    for name, field in type_.fields.items():
        assert not any(is_required_argument(argument) for argument in field.args.values()), name
        yield f"{type_.name}__{name}: {name} {_selection(_named(field), within)}"
