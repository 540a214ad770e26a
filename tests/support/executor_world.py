"""A schema with every kind of field, values of it good and bad, and documents over it, all drawn from a seed."""

import asyncio
import math
from collections.abc import Callable
from datetime import UTC, datetime
from enum import Enum
from random import Random
from typing import Annotated, Any, Generic, Optional, TypeVar

import strawberry
from graphql import (
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    get_named_type,
    is_composite_type,
    is_leaf_type,
)
from strawberry.scalars import JSON

T = TypeVar("T")

AT = datetime(2026, 11, 21, 4, 38, tzinfo=UTC)


@strawberry.enum
class Colour(Enum):
    RED = "r"
    GREEN = strawberry.enum_value("g", name="MOSS")


class Later:
    """Stands for an awaitable, made when it is read for: each run needs its own."""

    def __init__(self, value: Any) -> None:
        self.value = value


class Raised:
    """Stands for an exception that the attribute raises."""


READ: list[tuple[str, int]] = []


def _noted(name: str) -> property:
    """A property that notes each time it is read, and may raise or return an awaitable."""

    def read(self: Any) -> Any:
        value = self.__dict__["_" + name]
        READ.append((name, self.__dict__["_number"]))
        if isinstance(value, Raised):
            raise ValueError(f"{name} cannot be read")
        return _coroutine(value.value) if isinstance(value, Later) else value

    def write(self: Any, value: Any) -> None:
        self.__dict__["_" + name] = value

    return property(read, write)


async def _coroutine(value: Any) -> Any:
    await asyncio.sleep(0)
    if isinstance(value, Raised):
        raise ValueError("later")
    return value


@strawberry.interface
class Named:
    name: str


@strawberry.type
class Leaf(Named):
    maybe: str | None
    count: int
    maybe_count: int | None
    ratio: float
    flag: bool
    key: strawberry.ID
    at: datetime
    colour: Colour
    maybe_colour: Colour | None
    tags: list[str]
    maybe_tags: list[str | None] | None
    counts: list[int]
    colours: list[Colour]
    rows: list[list[int]]
    data: JSON | None


@strawberry.type
class Other(Named):
    name: str
    count: int


Either = Annotated[Leaf | Other, strawberry.union("Either")]


@strawberry.type
class Row(Generic[T]):
    cursor: str
    node: T


@strawberry.type
class Page(Generic[T]):
    rows: list[Row[T]]
    total: int


class Loud(strawberry.extensions.FieldExtension):
    def resolve(self, next_: Any, source: Any, info: Any, **kwargs: Any) -> Any:
        return str(next_(source, info, **kwargs)).upper()


@strawberry.type
class Tree(Named):
    leaf: Leaf
    maybe_leaf: Leaf | None
    leaves: list[Leaf]
    maybe_leaves: list[Leaf | None] | None
    named: Named
    either: Either | None
    many: list[Either]
    page: Page[Leaf]
    tree: Optional["Tree"]
    trees: list["Tree"]
    loud: str = strawberry.field(extensions=[Loud()])

    @strawberry.field
    def shout(self, times: int = 1) -> str:
        return str(self.loud) * times

    @strawberry.field
    async def slow(self) -> Leaf | None:
        await asyncio.sleep(0)
        # As it is held: an awaitable that a resolver returned would never be awaited.
        leaf: Leaf | None = self.__dict__["_maybe_leaf"]
        return leaf


for _cls, _names in {
    Leaf: ("name", "count", "maybe", "tags", "colour"),
    Tree: ("name", "leaf", "leaves", "maybe_leaf", "trees"),
}.items():
    for _name in _names:
        setattr(_cls, _name, _noted(_name))


@strawberry.type
class Query:
    @strawberry.field
    async def tree(self, info: strawberry.Info) -> Tree | None:
        result: Tree = info.context["tree"]()
        return result

    @strawberry.field
    def leaves(self, info: strawberry.Info) -> list[Leaf]:
        leaves: list[Leaf] = info.context["leaves"]
        return leaves

    @strawberry.field
    def sure(self, info: strawberry.Info) -> Tree:
        result: Tree = info.context["tree"]()
        return result

    @strawberry.field
    def either(self, info: strawberry.Info) -> list[Either | None]:
        found: Tree = info.context["tree"]()
        return [found.__dict__["_leaf"], Other(name="other", count=2)]


class World:
    """Values drawn from a seed. ``wrong`` is how many of a hundred attributes hold what they should not."""

    def __init__(self, seed: int, wrong: int) -> None:
        self._random = Random(seed)  # noqa: S311
        self._wrong = wrong
        self._number = 0

    def tree(self, depth: int = 1) -> Tree:
        below = depth > 0
        made: Tree = self._made(
            Tree,
            name="tree",
            leaf=self.leaf(),
            maybe_leaf=self._one(self.leaf, lambda: None),
            leaves=self._some(self.leaf),
            maybe_leaves=self._one(lambda: [*self._some(self.leaf), None], lambda: None),
            named=self._one(self.leaf, self.other, lambda: "no type"),
            either=self._one(self.leaf, self.other, lambda: None, self.row),
            many=self._some(lambda: self._one(self.leaf, self.other)),
            page=self._made(Page, rows=self._some(self.row), total=3),
            tree=self.tree(depth - 1) if below else None,
            trees=[self.tree(depth - 1)] if below and self._random.random() < 0.5 else (),
            loud="hush",
        )
        return made

    def row(self) -> Any:
        return self._made(Row, cursor="c", node=self.leaf())

    def other(self) -> Any:
        return self._made(Other, name="other", count=2)

    def leaf(self) -> Any:
        return self._made(
            Leaf,
            name="leaf",
            maybe=None,
            count=self._random.choice([0, -(2**31), 2**31 - 1]),
            maybe_count=None,
            ratio=0.5,
            flag=True,
            key=strawberry.ID("k"),
            at=AT,
            colour=self._random.choice(list(Colour)),
            maybe_colour=None,
            tags=["a", "b"],
            maybe_tags=["a", None],
            counts=(1, 2),
            colours=[Colour.GREEN],
            rows=[[1], [2, 3]],
            data={"a": [1]},
        )

    def _one(self, *makers: Callable[[], Any]) -> Any:
        return self._random.choice(makers)()

    def _some(self, maker: Callable[[], Any]) -> list[Any]:
        return [maker() for _ in range(self._random.randrange(3))]

    def _made(self, cls: Any, **values: Any) -> Any:
        for name, value in values.items():
            if self._random.randrange(100) < self._wrong:
                values[name] = self._bad(cls, name, value)
        made = cls.__new__(cls)
        self._number += 1
        made.__dict__["_number"] = self._number
        for name, value in values.items():
            setattr(made, name, value)
        if self._random.randrange(100) < self._wrong:
            made = strawberry.cast(self._random.choice([Leaf, Other, Tree]), made)
        return made

    def _bad(self, cls: type, name: str, good: Any) -> Any:
        noted = isinstance(getattr(cls, name, None), property)
        wrong: list[Any] = [
            None,
            None,
            "text",
            7,
            2**40,
            math.nan,
            math.inf,
            1.5,
            True,
            object,
            Unprintable(),
        ]
        wrong += [ValueError("a value"), [], [None], (good, None), [good, ValueError("an item")], {"a": 1}]
        wrong += [Colour.RED, "RED", "r", Subclass("s"), AT.date(), Other(name="o", count=1), b"bytes"]
        if isinstance(good, list):
            wrong += [[*good, None], [*good, 1.5], [*good, Other(name="o", count=1)], dict.fromkeys("ab")]
        if noted:
            wrong += [Raised(), Raised(), Later(good), Later(good), Later(None), Later(Raised())]
        return self._random.choice(wrong)


class Subclass(str):
    pass


class Unprintable:
    def __repr__(self) -> str:
        return "unprintable"

    def __str__(self) -> str:
        raise RuntimeError("no text")


LEAF = """name maybe count maybeCount ratio flag key at colour maybeColour tags maybeTags counts colours rows data
__typename"""
EVERYTHING = f"""{{ sure {{ name maybeLeaf {{ {LEAF} }} maybeLeaves {{ {LEAF} }} either {{ ... on Leaf {{ {LEAF} }} }}
slow {{ name }} loud shout tree {{ name leaf {{ {LEAF} }} leaves {{ {LEAF} }} named {{ name }}
page {{ total rows {{ cursor node {{ name }} }} }} many {{ ... on Named {{ name }} }} }} }} }}"""


class Documents:
    """Documents drawn from a seed: aliases, merges, fragments of both kinds, conditions, the odd fault."""

    def __init__(self, schema: GraphQLSchema, seed: int) -> None:
        self._schema = schema
        self._random = Random(seed)  # noqa: S311
        self._fragments: list[str] = []

    def text(self) -> str:
        assert self._schema.query_type is not None
        body = self._selection(self._schema.query_type, 4)
        head = "query ($yes: Boolean!, $no: Boolean = false)"
        return "\n".join([f"{head} {body}", *self._fragments])

    def _selection(self, type_: Any, depth: int) -> str:
        parts = [part for _ in range(self._random.randint(1, 5)) if (part := self._part(type_, depth))]
        inside = " ".join(parts or ["__typename"])
        return f"{{ {inside} }}"

    def _part(self, type_: Any, depth: int) -> str:  # noqa: PLR0911
        kind = self._random.random()
        if kind < 0.1:
            return "__typename" + self._condition()
        if kind < 0.3 and depth > 0:
            on = self._random.choice(self._related(type_))
            inside = self._selection(on, depth - 1)
            if self._random.random() < 0.5:
                named = f" on {on.name}" if on is not type_ or self._random.random() < 0.5 else ""
                return f"...{named}{self._condition()} {inside}"
            self._fragments.append(f"fragment F{len(self._fragments)} on {on.name} {inside}")
            name = f"F{len(self._fragments) - 1}"
            again = f" ...{name}" if self._random.random() < 0.3 else ""
            return f"...{name}{self._condition()}{again}"
        if isinstance(type_, GraphQLUnionType):
            return ""
        name, field = self._random.choice(list(type_.fields.items()))
        named = get_named_type(field.type)
        alias = f"{name}_: " if self._random.random() < 0.2 else ""
        if is_leaf_type(named):
            arguments = "(times: 2)" if name == "shout" else ""
            return f"{alias}{name}{arguments}{self._condition()}"
        if depth <= 0:
            return ""
        return f"{alias}{name}{self._condition()} {self._selection(named, depth - 1)}"

    def _condition(self) -> str:
        if self._random.random() < 0.8:
            return ""
        value = self._random.choice(["$yes", "$no", "$yes", "true", "false"])
        return f" @{self._random.choice(['skip', 'include'])}(if: {value})"

    def _related(self, type_: GraphQLNamedType) -> list[Any]:
        if isinstance(type_, GraphQLObjectType):
            return [type_, *type_.interfaces, *self._unions(type_)]
        assert is_composite_type(type_)
        assert isinstance(type_, GraphQLInterfaceType | GraphQLUnionType)
        return [type_, *self._schema.get_possible_types(type_)]

    def _unions(self, type_: GraphQLObjectType) -> list[Any]:
        types = self._schema.type_map.values()
        return [each for each in types if isinstance(each, GraphQLUnionType) and type_ in each.types]
