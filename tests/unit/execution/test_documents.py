"""Documents are weighed in linear time, refused before anything costly is done, and ended when they take too long."""

import asyncio
import hashlib
import json
import math
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, cast

import pytest
import strawberry
from click.testing import CliRunner
from graphql import GraphQLError, get_introspection_query, parse
from starlette.requests import HTTPConnection

from resolvers.commands import talk, watch
from resolvers.commands.cli import main
from resolvers.execution.document_cost import DocumentLimits, DocumentRefused, TooComplex, Weight, measure
from resolvers.execution.documents import DocumentPolicy, GuardedSchema, Parsing, Validation
from resolvers.execution.trusted import DocumentId, TrustedDocuments, asked_document, document_id
from resolvers.wiring.schema import schema
from schema.shared.context import Context
from services.identity.callers import Caller
from services.kit import clock
from services.kit.errors import InvalidInput
from tests.support.hostile import KINDS, hostile_documents

OPERATIONS = sorted((Path(__file__).parents[3] / "graphql" / "operations").glob("*.graphql"))
GENEROUS = DocumentLimits(
    tokens=10**9, fragments=10**9, depth=10**9, fields=10**9, aliases=10**9, directives=10**9, cost=10**9
)


def weighed(text: str, limits: DocumentLimits = GENEROUS, /, **variables: Any) -> Weight:
    return measure(schema._schema, parse(text), limits, variables=variables)


def refusal(text: str, limits: DocumentLimits | None = None, **variables: Any) -> TooComplex:
    with pytest.raises(TooComplex) as refused:
        weighed(text, limits or DocumentLimits(), **variables)
    return refused.value


def in_context(policy: DocumentPolicy, caller: Caller | None = None) -> Context:
    connection = HTTPConnection({"type": "http", "state": {"documents": policy}})
    return Context(services=cast(Any, None), loaders=cast(Any, None), connection=connection, caller=caller)


@pytest.mark.parametrize("path", OPERATIONS, ids=lambda path: path.stem)
def test_every_shared_document_is_within_the_limits_a_hundred_at_a_time(path: Path) -> None:
    assert weighed(path.read_text(), DocumentLimits(), first=100).fields > 0


def test_the_introspection_of_graphiql_is_within_the_limits() -> None:
    everything = get_introspection_query(
        specified_by_url=True, directive_is_repeatable=True, schema_description=True,
        input_value_deprecation=True, type_depth=9,
    )  # fmt: skip
    assert weighed(everything, DocumentLimits()).depth > 15


def test_a_document_is_weighed_with_its_fragments_expanded() -> None:
    weight = weighed(
        """query ($v: Boolean! = true @a) { viewer { ...f x: profile @skip(if: $v) { ...f } } }
        fragment f on Node { id ... on Profile { n: name } }"""
    )
    assert (weight.depth, weight.fields, weight.aliases, weight.directives) == (5, 10, 3, 2)
    assert weight.cost == 6


@pytest.mark.parametrize(
    ("text", "variables", "cost"),
    [
        ("{ opportunities { edges { cursor } } }", {}, 1 + 20 * 2),
        ("{ opportunities(first: 7) { edges { cursor } pageInfo { endCursor } } }", {}, 1 + 7 * 4),
        ("query ($n: Int!) { opportunities(first: $n) { edges { cursor } } }", {"n": 3}, 1 + 3 * 2),
        ("query ($n: Int! = 5) { opportunities(first: $n) { edges { cursor } } }", {}, 1 + 5 * 2),
        ("query ($n: Int! = 5) { opportunities(first: $n) { edges { cursor } } }", {"n": 3}, 1 + 3 * 2),
        ("query ($n: Int!) { opportunities(first: $n) { edges { cursor } } }", {"n": "x"}, 1 + 100 * 2),
        ("query ($n: Int!) { opportunities(first: $n) { edges { cursor } } }", {"n": True}, 1 + 100 * 2),
        ("query ($n: Int!) { opportunities(first: $n) { edges { cursor } } }", {"n": 0}, 1 + 1 * 2),
        ("query ($n: Int!) { opportunities(first: $n) { edges { cursor } } }", {"n": math.nan}, 1 + 1 * 2),
        ("query ($n: Int!) { opportunities(first: $n) { edges { cursor } } }", {"n": -math.inf}, 1 + 1 * 2),
        ('{ profile(id: "x") { skills { name } careerGoals } }', {}, 2 + 10 * 1 + 1),
        (
            "{ opportunities(first: 7) { ...f } } fragment f on OpportunityConnection { edges { cursor } }",
            {},
            15,
        ),
        ('{ __type(name: "A") { fields { args { name } } } }', {}, 4),
        ("{ nonsense(first: 50) { nonsense } }", {}, 2),
    ],
)
def test_the_cost_is_what_the_answer_may_hold(text: str, variables: dict[str, Any], cost: int) -> None:
    assert weighed(text, **variables).cost == cost


def test_only_the_operation_that_is_executed_has_a_cost() -> None:
    text = "query a { viewer { id } } query b { opportunities { edges { cursor } } }"
    assert [measure(schema._schema, parse(text), GENEROUS, name).cost for name in ("a", "b", None)] == [
        2,
        41,
        2,
    ]


@pytest.mark.parametrize("first", [101, 2**31 - 1, 10**30, 1e308, math.inf])
def test_asking_for_more_than_a_hundred_is_refused_before_anything_is_read(first: float) -> None:
    with pytest.raises(GraphQLError) as refused:
        weighed("query ($n: Int!) { opportunities(first: $n) { edges { cursor } } }", n=first)
    assert isinstance(refused.value.original_error, InvalidInput)
    assert refused.value.original_error.field == "first"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("fragments", "{ ...f0 } " + " ".join(f"fragment f{n} on Query {{ __typename }}" for n in range(51))),
        ("depth", "{ " + "viewer { " * 24 + "id" + " }" * 24 + " }"),
        ("fields", "{ " + "__typename " * 501 + "}"),
        ("aliases", "{ " + " ".join(f"a{n}: __typename" for n in range(51)) + " }"),
        ("directives", "{ __typename " + "@include(if: true) " * 51 + "}"),
        (
            "cost",
            "{ "
            + " ".join(f"a{n}: opportunities(first: 100) {{ edges {{ cursor }} }}" for n in range(50))
            + "}",
        ),
    ],
)
def test_each_limit_says_what_it_is_and_what_was_found(name: str, text: str) -> None:
    limit = getattr(DocumentLimits(), name)
    found = {"depth": 25, "cost": 10_050}.get(name, limit + 1)
    assert refusal(text).extensions == {
        "code": "DOCUMENT_TOO_COMPLEX", "measure": name, "limit": limit, "found": found,
    }  # fmt: skip


def test_unused_fragments_and_unknown_types_are_weighed_too() -> None:
    text = "{ nonsense { ...f ...g } } fragment f on Nonsense { a { b } } fragment g on Query { ...nothing }"
    assert weighed(text).depth == 4
    assert refusal("{ __typename } fragment f on Query { " + "a " * 501 + "}").extensions is not None


@pytest.mark.parametrize("length", [1, 2, 50])
def test_a_fragment_within_itself_is_refused(length: int) -> None:
    links = " ".join(f"fragment f{n} on Query {{ ...f{(n + 1) % length} }}" for n in range(length))
    with pytest.raises(DocumentRefused) as refused:
        weighed(f"{{ ...f0 }} {links}")
    assert refused.value.extensions == {"code": "FRAGMENT_CYCLE"}


@pytest.mark.parametrize("spread", ["...f{0} ...f{0}", "a: viewer {{ ...f{0} }} b: viewer {{ ...f{0} }}"])
def test_doubling_fragments_are_walked_once_each(spread: str) -> None:
    def visited(length: int) -> int:
        links = " ".join(f"fragment f{n} on Query {{ {spread.format(n + 1)} }}" for n in range(length))
        text = f"{{ ...f0 }} {links} fragment f{length} on Query {{ __typename }}"
        weight = weighed(text)
        assert weight.fields >= min(2**length, 10**9)
        return weight.visited

    per_link = visited(2) - visited(1)
    assert visited(120) == visited(1) + 119 * per_link
    assert refusal(f"{{ ...f0 }} fragment f0 on Query {{ {'__typename ' * 501} }}").message.endswith(
        "the limit for fields is 500."
    )


async def test_hostile_documents_are_answered_by_a_refusal(caplog: pytest.LogCaptureFixture) -> None:
    policy = DocumentPolicy()
    for hostile in hostile_documents(3 * len(KINDS)):
        context = in_context(policy)
        result = await schema.execute(hostile.text, variable_values=hostile.variables, context_value=context)
        assert result.errors, hostile
    assert [record.getMessage() for record in caplog.records if record.levelname == "ERROR"] == []


async def test_what_validation_would_compare_for_long_is_too_complex() -> None:
    result = await schema.execute("{ " + "viewer { id } " * 240 + "}")
    assert [error.extensions for error in result.errors or ()] == [
        {"code": "DOCUMENT_TOO_COMPLEX", "measure": "overlaps", "limit": 10_000, "found": 10_001}
    ]


async def test_a_document_over_the_limit_of_tokens_is_too_complex() -> None:
    result = await schema.execute("{ " + "# nothing\n" * 2_000 + " __typename }")
    assert [error.extensions for error in result.errors or ()] == [
        {"code": "DOCUMENT_TOO_COMPLEX", "measure": "tokens", "limit": 2_000, "found": 2_001}
    ]


# Who may learn the schema


@pytest.mark.parametrize(
    ("setting", "signed_in", "may"),
    [
        ("always", False, True),
        ("signed-in", False, False),
        ("signed-in", True, True),
        ("never", True, False),
    ],
)
async def test_the_schema_is_told_to_those_who_may_know_it(setting: Any, signed_in: bool, may: bool) -> None:
    caller = Caller("ada", clock.now()) if signed_in else None
    context = in_context(DocumentPolicy(introspection=setting), caller)
    asked = await schema.execute("{ __schema { queryType { name } } }", context_value=context)
    assert (asked.errors is None) == may
    misspelt = await schema.execute("{ viewr { id } }", context_value=context)
    [error] = misspelt.errors or []
    assert ("Did you mean 'viewer'?" in error.message) == may
    named = await schema.execute("{ __typename }", context_value=context)
    assert named.data == {"__typename": "Query"}


# Time


class _Slow:
    def __init__(self) -> None:
        self.begun = 0
        self.cancelled = 0

    async def wait(self) -> str:
        self.begun += 1
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            self.cancelled += 1
            raise
        return "never"


@pytest.mark.parametrize("kind", ["query", "mutation"])
@pytest.mark.parametrize("streamed", [False, True])
async def test_an_operation_that_takes_too_long_is_cancelled_and_says_so(kind: str, streamed: bool) -> None:
    slow = _Slow()

    @strawberry.type
    class Query:
        @strawberry.field
        async def wait(self) -> str:
            return await slow.wait()

        @strawberry.field
        def at_once(self) -> str:
            return "done"

    @strawberry.type
    class Mutation(Query):
        pass

    timed = GuardedSchema(query=Query, mutation=Mutation, extensions=[Parsing, Validation])
    context = in_context(DocumentPolicy(execution_seconds=0.02))
    text = f"{kind} {{ atOnce wait }}"
    if streamed:
        results = [result async for result in await timed.stream(text, context_value=context)]
    else:
        results = [await timed.execute(text, context_value=context)]
    [result] = cast(Any, results)
    assert result.data is None
    assert [error.extensions for error in result.errors] == [{"code": "TIMEOUT"}]
    assert (slow.begun, slow.cancelled) == (1, 1)


async def test_a_subscription_may_take_its_time() -> None:
    @strawberry.type
    class Root:
        @strawberry.field
        def nothing(self) -> int:
            return 0

    @strawberry.type
    class Ticks:
        @strawberry.subscription
        async def ticks(self) -> AsyncIterator[int]:
            for number in range(2):
                await asyncio.sleep(0.02)
                yield number

    timed = GuardedSchema(query=Root, subscription=Ticks, extensions=[Parsing, Validation])
    context = in_context(DocumentPolicy(execution_seconds=0.01))
    results = await timed.stream("subscription { ticks }", context_value=context)
    assert [cast(Any, result).data async for result in results] == [{"ticks": 0}, {"ticks": 1}]


# Trusted documents

TEXT = "{ viewer { id } }"
ID = "sha256:" + hashlib.sha256(TEXT.encode()).hexdigest()


def written(path: Path, manifest: object) -> Path:
    path.write_text(manifest if isinstance(manifest, str) else json.dumps(manifest))
    return path


def test_the_example_of_the_appendix_has_its_id() -> None:
    text = "query($id:ID!){user(id:$id){name}}"
    assert document_id(text) == "sha256:71f7dc5758652baac68e4a10c50be732b741c892ade2883a99358f52b555286b"


@pytest.mark.parametrize(
    ("asked", "document"),
    [
        ({}, None),
        ({"query": TEXT}, TEXT),
        ({"query": 1}, 1),
        ({"documentId": ID}, ID),
        ({"extensions": {"persistedQuery": {"version": 1, "sha256Hash": ID[7:]}}}, ID),
        ({"query": TEXT, "extensions": {"persistedQuery": {"version": 1, "sha256Hash": "0"}}}, TEXT),
        ({"extensions": {"persistedQuery": None}}, None),
        ({"extensions": {"persistedQuery": {"sha256Hash": 1}}}, None),
        ({"extensions": []}, None),
    ],
)
def test_a_request_gives_a_text_or_an_id(asked: dict[str, Any], document: object) -> None:
    assert asked_document(asked) == document
    assert isinstance(asked_document(asked), DocumentId) == (document == ID)


@pytest.mark.parametrize("asked", [{"documentId": 1}, {"documentId": ID, "query": TEXT}])
def test_an_id_is_a_string_and_stands_alone(asked: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="documentId"):
        asked_document(asked)


@pytest.mark.parametrize("key", [ID, ID[7:]])
def test_a_manifest_of_the_client_preset_is_read(tmp_path: Path, key: str) -> None:
    trusted = TrustedDocuments.load(written(tmp_path / "d.json", {key: TEXT}), only=False)
    assert trusted.text(DocumentId(ID)) == TEXT
    assert trusted.text("{ other }") == "{ other }"
    with pytest.raises(DocumentRefused) as unknown:
        trusted.text(DocumentId("sha256:0"))
    assert unknown.value.extensions == {"code": "PERSISTED_QUERY_NOT_FOUND"}


def test_only_what_is_trusted_may_be_all_that_is_answered(tmp_path: Path) -> None:
    manifest = {"x-mine:1": TEXT, "md5ish": "{ __typename }"}
    trusted = TrustedDocuments.load(written(tmp_path / "d.json", manifest), only=True)
    assert trusted.text(TEXT) == trusted.text(DocumentId("x-mine:1")) == TEXT
    with pytest.raises(DocumentRefused) as refused:
        trusted.text("{ viewer { id  } }")
    assert refused.value.extensions == {"code": "DOCUMENT_NOT_TRUSTED"}


@pytest.mark.parametrize(
    "manifest",
    ["", "[" * 100_000, [], {ID: 1}, {ID: "{ other }"}, {ID[7:]: "{ other }"}, {"x": "{"}, {"x": ""}],
)
def test_a_manifest_that_is_none_is_refused_at_start(tmp_path: Path, manifest: object) -> None:
    with pytest.raises(InvalidInput) as refused:
        TrustedDocuments.load(written(tmp_path / "d.json", manifest), only=False)
    assert refused.value.field == "FOOTHOLD_TRUSTED_DOCUMENTS"


def test_trusting_only_what_is_listed_needs_a_list() -> None:
    with pytest.raises(InvalidInput) as refused:
        TrustedDocuments.load(None, only=True)
    assert refused.value.field == "FOOTHOLD_TRUSTED_ONLY"


def test_the_command_lists_the_documents_of_files_and_its_own(tmp_path: Path) -> None:
    listed = CliRunner().invoke(main, ["documents", *map(str, OPERATIONS)])
    assert listed.exit_code == 0, listed.output
    trusted = TrustedDocuments.load(written(tmp_path / "d.json", listed.stdout), only=True)
    known = {path.read_text() for path in OPERATIONS} | {watch.VIEWER, talk.CHAT}
    assert known < set(trusted.texts.values())
    assert all(id_ == document_id(text) for id_, text in trusted.texts.items())
