"""Answers that are kept while the changelog of the person who asked has not moved.

An answer may be kept if all it holds is numbered by the changelog: each of its root fields has noted the position at
which the changelog stood before anything was read (``Context.rest``), and all its other fields belong to types that a
feature declares as such (``Feature.numbered``). It is given again only at that very position, which one small read
tells. So it is never older than what a subscriber would have been told by then (docs/decisions/0023-kept-answers.md).
"""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Final

from cachetools import LRUCache
from graphql import GraphQLError, GraphQLSchema, TypeInfo, TypeInfoVisitor, Visitor, parse, visit
from strawberry.http import GraphQLRequestData
from strawberry.types.execution import ExecutionResult

from db.driver.errors import DatabaseError
from db.sync.changelog import PositionRecord
from schema.shared.context import Context
from services.identity.callers import Caller
from services.identity.rates import Rates
from services.kit.caches import clearing, remembered
from services.kit.errors import Limited
from services.kit.metrics import counts
from services.sync.changelog import Changelogs

OVERHEAD: Final = 400
"""Bytes that an entry takes beside its texts, measured."""
_DOCUMENTS = 256


@dataclass(frozen=True, slots=True)
class Key:
    """All that an answer depends on, beside the data. Compared as a whole."""

    person: str
    document: str
    operation: str | None
    variables: str

    @classmethod
    def of(cls, caller: Caller, asked: GraphQLRequestData) -> "Key":
        """Return the key of what this caller asks."""
        variables = json.dumps(asked.variables, sort_keys=True) if asked.variables else ""
        return cls(caller.profile_id, asked.query or "", asked.operation_name, variables)

    @property
    def size(self) -> int:
        """Characters that the key holds."""
        return len(self.document) + len(self.operation or "") + len(self.variables)


@dataclass(frozen=True, slots=True)
class Entry:
    """An answer, and the position at which it holds.

    ``fields``: how many root fields it answers. ``size``: bytes that it and its key take.
    """

    position: PositionRecord
    body: bytes
    fields: int
    size: int


@dataclass
class KeptResult(ExecutionResult):
    """Result of an operation whose answer was kept."""

    data: dict[str, Any] | None = None
    errors: list[GraphQLError] | None = None
    body: bytes = b""


class KeptAnswers:
    """The answers of this process, the least recently used of which are dropped beyond ``most`` bytes; 0 keeps none."""

    def __init__(self, schema: GraphQLSchema, numbered: Collection[str], most: int) -> None:
        self._entries: LRUCache[Key, Entry] = LRUCache(most, getsizeof=lambda entry: entry.size)
        self._schema = schema
        self._numbered = frozenset(numbered)
        self._most = most
        clearing(self)

    def __len__(self) -> int:
        return len(self._entries)

    def clear(self) -> None:
        """Drop all of them, as when somebody's account ends."""
        self._entries.clear()

    def asked(self, context: Context, asked: GraphQLRequestData) -> Key | None:
        """Return the key under which the answer may be kept, None if none may; let the root fields note positions."""
        if not self._most or context.caller is None or not asked.query:
            return None
        context.rests_on = []
        return Key.of(context.caller, asked)

    async def find(self, key: Key, context: Context) -> KeptResult | None:
        """Return the answer if it is as it would be now. What was asked for is counted as if it were executed."""
        entry = self._entries.get(key)
        if entry is None:
            return None
        try:
            position = await context.services[Changelogs].position(key.person)
            if position != entry.position:
                self._entries.pop(key, None)
                return None
            for _ in range(entry.fields):
                await context.services[Rates].root_field(key.person)
        except (DatabaseError, Limited):
            return None  # executing it meets the same, and says so
        counts.kept_answers += 1
        return KeptResult(body=entry.body)

    def keep(
        self,
        key: Key,
        document: str,
        positions: Sequence[PositionRecord | None] | None,
        result: ExecutionResult,
        body: bytes,
    ) -> None:
        """Keep the answer if it may be kept.

        ``document`` is the text, also where its id was asked for; ``positions`` are those that its root fields noted.
        """
        if result.errors or not result.data or not positions or len(positions) != len(result.data):
            return
        position = positions[0]
        if position is None or any(each != position for each in positions):
            return
        size = key.size + len(body) + OVERHEAD
        if size <= self._most and holds_only_numbered(self._schema, document, self._numbered):
            self._entries[key] = Entry(position, body, len(positions), size)


@remembered(_DOCUMENTS)
def holds_only_numbered(schema: GraphQLSchema, document: str, numbered: frozenset[str]) -> bool:
    """Return True if all fields of the document, but its root fields, are of the types that are ``numbered``."""
    info = TypeInfo(schema)
    found = _Types(info)
    visit(parse(document), TypeInfoVisitor(info, found))
    return found.names - {schema.query_type.name if schema.query_type else ""} <= numbered


class _Types(Visitor):
    """Collects the names of the types whose fields are asked for."""

    def __init__(self, info: TypeInfo) -> None:
        super().__init__()
        self.names: set[str] = set()
        self._info = info

    def enter_field(self, *_: Any) -> None:
        parent = self._info.get_parent_type()
        if parent is not None:
            self.names.add(parent.name)
