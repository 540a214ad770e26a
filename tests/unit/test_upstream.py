"""docs/upstream.md lists what is used of other packages without a promise: it is all there, and that is all."""

import ast
import inspect
import pkgutil
import re
import tomllib
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).parents[2]
LAYERS = ("db", "services", "schema", "resolvers")
FOREIGN = frozenset(
    [
        "asyncio",
        "broadcaster",
        "cross_web",
        "graphql",
        "limits",
        "motor",
        "pymongo",
        "redis",
        "starlette",
        "strawberry",
        "taskiq",
        "taskiq_redis",
        "uvicorn",
        "websockets",
    ]
)
HOOKS = {
    "TaskiqMiddleware": {"pre_send", "pre_execute"},
    "Queue": {"_init", "_get"},
    "BroadcastBackend": {"connect", "disconnect", "subscribe", "unsubscribe", "publish", "next_published"},
    "Storage": {"STORAGE_SCHEME", "base_exceptions", "check", "clear", "get", "get_expiry", "incr", "reset"},
    "CommandListener": {"started", "succeeded", "failed"},
    "StaticFiles": {"get_response"},
    "SchemaExtension": {"on_parse", "on_validate"},
    "FieldExtension": {"resolve_async"},
    "ExceptionHandler": {"handle"},
    "BaseSchema": {"process_errors"},
    "GraphQL": {"get_context", "request_adapter_class", "websocket_adapter_class"},
    "AsyncBaseHTTPView": {"on_ws_connect", "process_result", "graphql_transport_ws_handler_class"},
}
"""Public members that their packages mean to be overridden, by the class that defines them last."""


class Row(NamedTuple):
    member: str
    why: str
    test: str


def listed() -> dict[str, list[Row]]:
    """The rows of the page, under the package and its bound."""
    found: dict[str, list[Row]] = {}
    rows: list[Row] = []
    for line in (ROOT / "docs" / "upstream.md").read_text().splitlines():
        if line.startswith("## "):
            rows = found[line.removeprefix("## ").replace("`", "")] = []
        elif line.startswith("| `"):
            member, why, test = (cell.strip() for cell in line.strip("|").split(" | "))
            rows.append(Row(member.strip("` "), why, test.strip("` ")))
    return found


ROWS = [row for rows in listed().values() for row in rows]


def _is_there(member: str) -> bool:
    module_name, _, path = member.partition(":")
    owner: Any = import_module(module_name)
    for name in path.split("."):
        if hasattr(owner, name):
            owner = getattr(owner, name)
        else:  # an attribute of instances: of dataclasses, or assigned
            assert inspect.isclass(owner), member
            sources = [_source_of(base) for base in owner.__mro__]
            pattern = rf"^    {name}:|self\.{name}\b(: [^=\n]+)? ="
            return any(re.search(pattern, source, re.MULTILINE) for source in sources)
    return True


def _source_of(cls: type) -> str:
    try:
        return inspect.getsource(cls)
    except (OSError, TypeError):  # a built-in class, or one that was made while running
        return ""


def test_each_member_is_still_there() -> None:
    assert [row.member for row in ROWS if not _is_there(row.member)] == []


def test_a_member_that_went_away_is_missed() -> None:
    assert not _is_there("uvicorn.server:Server.nothing_of_the_kind")


def test_the_bounds_are_those_of_the_project_and_have_an_end() -> None:
    dependencies = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    for heading in listed():
        name, bound = heading.split()
        assert f"{name}{bound}" in dependencies
        assert "<" in bound


def test_each_row_says_why_and_names_a_test() -> None:
    for row in ROWS:
        file, _, name = row.test.partition("::")
        assert row.why
        assert re.search(rf"^(async )?def {name}\(", (ROOT / file).read_text(), re.MULTILINE), row


def _modules() -> Iterator[Any]:
    for layer in LAYERS:
        for module in pkgutil.walk_packages(import_module(layer).__path__, f"{layer}."):
            if not module.name.endswith(".launcher"):  # a script: it would take the test for its child
                yield import_module(module.name)


def _overrides() -> Iterator[tuple[str, str, set[str]]]:
    """Of each override our class, the member, and the names that the page may give it."""
    for module in _modules():
        for cls in vars(module).values():
            if not inspect.isclass(cls) or cls.__module__ != module.__name__:
                continue
            bases = [base for base in cls.__mro__ if base.__module__.partition(".")[0] in FOREIGN]
            for name in vars(cls):
                above = [base for base in bases if name in vars(base)]
                generated = name.startswith("__") or name in ("_abc_impl", "_is_protocol")
                if above and not generated and name not in HOOKS.get(above[0].__name__, ()):
                    yield (
                        cls.__qualname__,
                        name,
                        {f"{base.__module__}:{base.__qualname__}.{name}" for base in above},
                    )


def test_every_override_of_what_is_not_a_hook_is_listed() -> None:
    members = {row.member for row in ROWS}
    missing = [f"{cls}.{name}" for cls, name, names in _overrides() if not names & members]
    assert missing == []


def test_every_private_name_of_others_is_listed() -> None:
    """Attributes that begin with `_` and are not our own object's, and modules that do."""
    names = {part for row in ROWS for part in re.split(r"[.:]", row.member)}
    allowed = names | {
        "_exit",
        "_name_",
        "_value_",
        "_lru_cache_wrapper",
    }  # documented by Python, or for a type only
    found: list[str] = []
    for layer in LAYERS:
        for file in (ROOT / layer).rglob("*.py"):
            for node in ast.walk(ast.parse(file.read_text())):
                found += [f"{file.name}: {name}" for name in _private(node) if name not in allowed]
    assert found == []


def _private(node: ast.AST) -> list[str]:
    match node:
        case ast.Attribute(value=ast.Name(id="self" | "cls")):
            return []
        case ast.Attribute(attr=name) if name.startswith("_") and not name.startswith("__"):
            return [name]
        case ast.ImportFrom(module=str(module)) if module.partition(".")[0] not in LAYERS:
            parts = [*module.split("."), *(alias.name for alias in node.names)]
            return [part for part in parts if part.startswith("_") and part != "__future__"]
    return []
