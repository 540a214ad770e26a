"""Contracts with clients and readers: the exported SDL, the shared documents, the layers, and permissions."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from graphql import GraphQLEnumType, build_schema, is_specified_scalar_type, parse, validate
from strawberry.types.base import get_object_definition
from strawberry.types.field import StrawberryField

from resolvers.execution.permissions.access import Access
from resolvers.wiring.schema import schema

ROOT = Path(__file__).parents[2]
SDL = ROOT / "graphql" / "schema.graphql"
DOCUMENTS = sorted((ROOT / "graphql" / "operations").glob("*.graphql"))
ROOTS = (schema.query, schema.mutation, schema.subscription)

CONTRACT = {
    "Query": {
        "viewer",
        "profile",
        "node",
        "opportunities",
        "matches",
        "careerActions",
        "refreshRun",
        "completionMessages",
        "messages",
        "learnings",
        "exportMyData",
    },
    "Mutation": {
        "importResume",
        "updateProfile",
        "refreshMatches",
        "saveAction",
        "dismissAction",
        "startAction",
        "completeAction",
        "unsaveAction",
        "cancelAction",
        "markCompletionStarted",
        "planAction",
        "answerActionPlan",
        "sendCompletionMessage",
        "sendMessage",
        "stopReply",
        "extractLearnings",
        "acceptLearning",
        "rejectLearning",
        "retractLearning",
        "deleteMyAccount",
    },
    "Subscription": {"careerActions", "matches", "refreshProgress", "chat", "learnings"},
}


def root_fields() -> list[tuple[str, StrawberryField]]:
    found: list[tuple[str, StrawberryField]] = []
    for root in ROOTS:
        assert root is not None
        definition = get_object_definition(root, strict=True)
        found += [(f"{definition.name}.{field.python_name}", field) for field in definition.fields]
    return found


def test_the_exported_sdl_is_the_schema() -> None:
    assert SDL.read_text().strip() == schema.as_str().strip(), "run: make schema"


def described_elements() -> Iterator[tuple[str, str | None]]:
    """Yield the path and description of every element of the exported schema that can have one."""
    exported = build_schema(SDL.read_text())
    yield "schema", exported.description
    for name, kind in exported.type_map.items():
        if name.startswith("__") or is_specified_scalar_type(kind):
            continue
        yield name, kind.description
        members = kind.values if isinstance(kind, GraphQLEnumType) else getattr(kind, "fields", {})
        for member, element in members.items():
            yield f"{name}.{member}", element.description
            for argument, value in getattr(element, "args", {}).items():
                yield f"{name}.{member}({argument})", value.description


def test_every_element_of_the_schema_has_a_description() -> None:
    assert [path for path, text in described_elements() if not (text or "").strip()] == []


def test_descriptions_start_with_a_noun_or_a_verb() -> None:
    relative = re.compile(r"(What|Whether|Whoever|Whose|Who|How)\b")
    assert [path for path, text in described_elements() if relative.match(text or "")] == []


@pytest.mark.parametrize("root", CONTRACT)
def test_every_name_of_the_contract_is_there(root: str) -> None:
    exported = build_schema(SDL.read_text()).type_map[root]
    assert CONTRACT[root] <= set(exported.fields)  # type: ignore[attr-defined]


@pytest.mark.parametrize(("name", "field"), root_fields())
def test_every_root_field_says_who_may_call_it(name: str, field: StrawberryField) -> None:
    policies = [extension for extension in field.extensions if isinstance(extension, Access)]
    assert len(policies) == 1, name


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.stem)
def test_every_shared_document_is_valid(path: Path) -> None:
    assert validate(build_schema(SDL.read_text()), parse(path.read_text())) == []


def test_every_root_field_has_a_shared_document() -> None:
    text = "\n".join(path.read_text() for path in DOCUMENTS)
    exported = build_schema(SDL.read_text())
    for root in ("Query", "Mutation", "Subscription"):
        for name in exported.type_map[root].fields:  # type: ignore[attr-defined]
            assert f"  {name}" in text, f"no document for {root}.{name}"


def test_imports_go_one_way() -> None:
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    checked = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout


def test_no_python_shadows_graphql_core() -> None:
    assert not list((ROOT / "graphql").rglob("*.py"))


def test_no_file_is_past_four_hundred_lines() -> None:
    long = [
        path.name
        for folder in ("db", "services", "schema", "resolvers", "tests", "bench")
        for path in (ROOT / folder).rglob("*.py")
        if len(path.read_text().splitlines()) > 400
    ]
    assert long == []


MOST_FILES = 14


def test_no_room_holds_too_many_files() -> None:
    rooms = [
        folder
        for layer in ("services", "resolvers")
        for folder in (ROOT / layer).rglob("*")
        if folder.is_dir() and folder.parent.name != "static"
    ]
    assert len(rooms) > 20
    full = {str(room.relative_to(ROOT)): count for room in rooms if (count := modules(room)) > MOST_FILES}
    assert full == {}


def modules(room: Path) -> int:
    return sum(1 for path in room.glob("*.py") if path.name != "__init__.py")


def test_the_readme_stays_short() -> None:
    assert len((ROOT / "README.md").read_text().splitlines()) <= 170
