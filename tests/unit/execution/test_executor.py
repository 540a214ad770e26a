"""Planned or not, the result is the same: both are run over documents and values drawn from seeds."""

import asyncio
import gc
import json
from typing import Any

import pytest
import strawberry
from graphql import DocumentNode, GraphQLError, execute_sync, parse, validate
from graphql.execution.incremental import IncrementalExecutor
from hypothesis import given, settings
from hypothesis import strategies as st
from strawberry.extensions import FieldExtension, ParserCache, SchemaExtension, ValidationCache
from strawberry.permission import BasePermission
from strawberry.relay import PageInfo

from resolvers.execution import executor
from resolvers.execution.executor import VARIANTS, PlanningExecutor
from resolvers.wiring.schema import schema as api_schema
from schema.career_actions import CareerAction
from schema.shared.relay import Connection, Edge
from tests.support.executor_world import EVERYTHING, READ, Documents, Query, World
from tests.support.factories import an_action


class Quiet(strawberry.Schema):
    """Leaves the errors to the tests."""

    def process_errors(self, errors: list[GraphQLError], execution_context: Any = None) -> None:
        pass


EXTENSIONS = [ParserCache, ValidationCache]
PLANNED = Quiet(Query, extensions=EXTENSIONS, execution_context_class=PlanningExecutor)
USUAL = Quiet(Query, extensions=EXTENSIONS)
WORLDS = settings().max_examples
CHOICES = [{"yes": True}, {"yes": False, "no": True}]


async def outcome(
    schema: strawberry.Schema, text: str, seed: int, wrong: int = 8, **variables: Any
) -> tuple[str, list[Any], list[Any]]:
    """Everything of a result that somebody could see, and what was read for it."""
    READ.clear()
    result = await schema.execute(text, variables, context_value={"tree": lambda: World(seed, wrong).tree()})
    errors = [
        (error.message, error.path, error.locations, repr(error.original_error))
        for error in result.errors or ()
    ]
    for _ in range(5):
        await asyncio.sleep(0)  # what an error left behind is finished in the background
    return json.dumps(result.data, default=repr), errors, sorted(READ)


@given(st.integers(0, 2**32))
@settings(max_examples=settings().max_examples // 10)  # `--hypothesis-profile=long` looks at 2,000 documents
async def test_results_and_errors_are_those_of_the_usual_executor(seed: int) -> None:
    text = Documents(USUAL._schema, seed).text()
    if validate(USUAL._schema, parse(text)):
        return
    for wrong, variables in ((2, CHOICES[0]), (15, CHOICES[1]), (15, CHOICES[0])):
        expected = await outcome(USUAL, text, seed, wrong, **variables)
        assert await outcome(PLANNED, text, seed, wrong, **variables) == expected


async def test_every_kind_of_field_may_hold_what_it_should_not() -> None:
    for seed in range(WORLDS):
        expected = await outcome(USUAL, EVERYTHING, seed, 2)
        assert await outcome(PLANNED, EVERYTHING, seed, 2) == expected


@pytest.fixture
def usual(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The types of the objects that graphql-core itself completed."""
    completed: list[str] = []
    own = IncrementalExecutor.complete_object_value

    def noted(self: Any, return_type: Any, *args: Any) -> Any:
        completed.append(return_type.name)
        return own(self, return_type, *args)

    monkeypatch.setattr(IncrementalExecutor, "complete_object_value", noted)
    return completed


async def test_what_the_api_lists_is_completed_by_plans(usual: list[str]) -> None:
    action = CareerAction.from_record(an_action("ada"))
    edges = [Edge(cursor="c", node=action)]
    page = PageInfo(has_next_page=False, has_previous_page=False, start_cursor=None, end_cursor=None)

    @strawberry.type
    class Lists:
        @strawberry.field
        def career_actions(self, profile_id: strawberry.ID, first: int = 20) -> Connection[CareerAction]:
            return Connection(edges=edges, page_info=page)

    schema = Quiet(Lists, execution_context_class=PlanningExecutor)
    result = await schema.execute(
        """{ careerActions(profileId: "a") { edges { cursor node { id type title profileBasis createdAt savedAt
        version completionConversationStarted } } pageInfo { hasNextPage endCursor } } }"""
    )
    assert result.errors is None
    assert result.data is not None
    (edge,) = result.data["careerActions"]["edges"]
    assert edge["node"]["type"] == "BUILD_TOOLS"
    assert edge["node"]["savedAt"] is None
    assert usual == []
    assert api_schema.execution_context_class is PlanningExecutor


class Nobody(BasePermission):
    message = "not for you"

    def has_permission(self, source: Any, info: Any, **kwargs: Any) -> bool:
        return False


class Louder(FieldExtension):
    def resolve(self, next_: Any, source: Any, info: Any, **kwargs: Any) -> Any:
        return next_(source, info, **kwargs).upper()


async def test_an_attribute_with_a_permission_or_an_extension_is_no_part_of_a_plan() -> None:
    """Strawberry marks the resolvers of such fields as default ones too."""

    @strawberry.type
    class Page:
        plain: str
        secret: str | None = strawberry.field(permission_classes=[Nobody])
        loud: str = strawberry.field(extensions=[Louder()])

    @strawberry.type
    class Pages:
        @strawberry.field
        def pages(self) -> list[Page]:
            return [Page(plain="a", secret="b", loud="c")]

    schema = Quiet(Pages, execution_context_class=PlanningExecutor)
    result = await schema.execute("{ pages { plain secret loud } }")
    assert result.data == {"pages": [{"plain": "a", "secret": None, "loud": "C"}]}
    assert [error.path for error in result.errors or ()] == [["pages", 0, "secret"]]


async def test_one_odd_value_leaves_its_neighbours_to_the_plan(usual: list[str]) -> None:
    leaves = [World(seed, 0).leaf() for seed in range(3)]
    leaves[1].count = 2**40
    text = "{ leaves { name count } }"
    result = await PLANNED.execute(text, context_value={"leaves": leaves})
    assert [error.path for error in result.errors or ()] == [["leaves", 1, "count"]]
    assert usual == []
    await PLANNED.execute(text, context_value={"leaves": [leaves[0], object()]})
    assert usual == ["Leaf"]


async def test_middleware_sees_every_field() -> None:
    seen: list[str] = []

    class Tracing(SchemaExtension):
        def resolve(self, _next: Any, root: Any, info: Any, *args: Any, **kwargs: Any) -> Any:
            seen.append(info.field_name)
            return _next(root, info, *args, **kwargs)

    schema = Quiet(Query, extensions=[Tracing], execution_context_class=PlanningExecutor)
    await schema.execute("{ leaves { flag } }", context_value={"leaves": [World(1, 0).leaf()]})
    assert seen == ["leaves", "flag"]


def _run(document: DocumentNode, **variables: Any) -> None:
    execute_sync(
        PLANNED._schema,
        document,
        context_value={"leaves": [World(1, 0).leaf()]},
        variable_values=variables,
        executor_class=PlanningExecutor,
    )


def test_plans_go_with_their_document() -> None:
    gc.collect(1)
    before = len(executor._operations)
    document = parse("{ leaves { flag ...F } } fragment F on Leaf { count }")
    _run(document)
    assert len(executor._operations) == before + 1
    del document
    gc.collect(1)
    assert len(executor._operations) == before


def test_an_operation_keeps_few_plans_whatever_its_conditions() -> None:
    names = "abcdef"
    head = ", ".join(f"${name}: Boolean!" for name in names)
    fields = " ".join(f"{name}: flag @include(if: ${name})" for name in names)
    document = parse(f"query ({head}) {{ leaves {{ key {fields} }} }}")
    for number in range(2 ** len(names)):
        _run(document, **{name: bool(number >> place & 1) for place, name in enumerate(names)})
    (operation,) = document.definitions
    assert len(executor._operations[id(operation)][1]._variants) == VARIANTS


async def test_items_fail_one_by_one() -> None:
    tree = World(1, 0).tree()
    leaves = [World(seed, 0).leaf() for seed in range(2)]
    for leaf in leaves:
        leaf.flag = None
    tree.maybe_leaves = leaves
    text = "{ sure { maybeLeaves { flag } } }"
    for schema in (USUAL, PLANNED):
        result = await schema.execute(text, context_value={"tree": lambda: tree})
        paths = [error.path for error in result.errors or ()]
        assert paths == [["sure", "maybeLeaves", 0, "flag"], ["sure", "maybeLeaves", 1, "flag"]]
