"""Tables made from published files by ``.ci/reference.py``: read when they are first needed, once in a process.

A table is a zlib stream: a line of JSON that says what it holds, its source and its licence; then little-endian
arrays. A word is its CRC-32, so that a table holds no text that would have to become objects.
"""

import json
import math
import sys
import zlib
from array import array
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, TypeVar

NumberT = TypeVar("NumberT", int, float)

FORMAT = 1
_DATA = files(__package__) / "data"
_LARGEST = 255
_LARGEST_RARITY = 12.0
_WEIGHTS = tuple((byte / _LARGEST) ** 2 for byte in range(_LARGEST + 1))
"""What a byte stands for: its square, since most weights are small."""


def word_id(word: str) -> int:
    """Return the number that stands for a word in tables and in what is learnt of postings."""
    return zlib.crc32(word.encode())


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of ``(column, weight from 0 to 1)``, one after another."""

    starts: "array[int]"
    columns: "array[int]"
    weights: "array[int]"

    def row(self, at: int) -> Iterator[tuple[int, float]]:
        first, last = self.starts[at], self.starts[at + 1]
        for column, byte in zip(self.columns[first:last], self.weights[first:last], strict=True):
            yield column, _WEIGHTS[byte]


@dataclass(frozen=True, slots=True)
class Words:
    """Words by their number, sorted; how rare each is, and its row."""

    ids: "array[int]"
    rarities: "array[int]"
    rows: Rows

    def find(self, id_: int) -> int:
        """Return the place of a word, -1 if it is not there."""
        at = bisect_left(self.ids, id_)
        return at if at < len(self.ids) and self.ids[at] == id_ else -1

    def rarity(self, at: int) -> float:
        """Return the natural logarithm of how many texts there are for one that has the word."""
        return self.rarities[at] * _LARGEST_RARITY / _LARGEST


@dataclass(frozen=True, slots=True)
class Table:
    """A table as it was read. ``facts`` are its source and licence, and lists of texts."""

    facts: dict[str, Any]
    arrays: "dict[str, array[int]]"

    @property
    def rows(self) -> Rows:
        return Rows(self.arrays["starts"], self.arrays["columns"], self.arrays["weights"])

    @property
    def words(self) -> Words:
        return Words(self.arrays["ids"], self.arrays["rarities"], self.rows)


def packed(facts: dict[str, Any], arrays: "dict[str, array[int]]") -> bytes:
    """Return a table in the form in which it is kept."""
    shapes = [[name, values.typecode, len(values)] for name, values in arrays.items()]
    head = json.dumps({**facts, "format": FORMAT, "arrays": shapes}, ensure_ascii=False, sort_keys=True)
    body = b"".join(little(values).tobytes() for values in arrays.values())
    return zlib.compress(head.encode() + b"\n" + body, 9)


def unpacked(data: bytes) -> Table:
    """Return the table that ``packed`` made."""
    head, _, body = zlib.decompress(data).partition(b"\n")
    facts = json.loads(head)
    arrays: dict[str, array[int]] = {}
    at = 0
    for name, typecode, length in facts.pop("arrays"):
        values = array(typecode)
        end = at + length * values.itemsize
        values.frombytes(body[at:end])
        arrays[name], at = little(values), end
    return Table(facts, arrays)


def little(values: "array[Any]") -> "array[Any]":
    """Return the numbers as they are kept, or back: little-endian."""
    if sys.byteorder == "big":
        values = array(values.typecode, values)
        values.byteswap()
    return values


def as_rows(rows: Sequence[Sequence[tuple[int, float]]]) -> "dict[str, array[int]]":
    """Return rows of columns and weights (0 to 1) as arrays; weights that would be 0 are left out."""
    starts, columns, weights = array("I", [0]), array("H"), array("B")
    for row in rows:
        for column, weight in row:
            if rounded := min(_LARGEST, round(math.sqrt(weight) * _LARGEST)):
                columns.append(column)
                weights.append(rounded)
        starts.append(len(columns))
    return {"starts": starts, "columns": columns, "weights": weights}


def as_rarity(value: float) -> int:
    """Return a rarity as one byte."""
    return max(0, min(_LARGEST, round(value / _LARGEST_RARITY * _LARGEST)))


@cache
def table(name: str) -> Table:
    """Return a table that is shipped."""
    return unpacked((_DATA / f"{name}.table").read_bytes())


@cache
def version() -> str:
    """Return the version of all tables together: what was learnt under another one is learnt again."""
    return (_DATA / "VERSION").read_text("utf-8").strip()
