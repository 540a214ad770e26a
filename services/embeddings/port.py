"""The port to what turns texts into vectors, and the shape in which vectors are kept and compared."""

import math
from array import array
from collections.abc import Sequence
from typing import Protocol

from services.llm.port import ModelReplyInvalid
from services.reference.tables import little

MOST_DIMENSIONS = 4096


class Embedder(Protocol):
    """Turns texts into vectors. Every error is a ``ModelError``."""

    @property
    def model(self) -> str:
        """Name kept with every vector: only those of one model are compared."""

    @property
    def batch(self) -> int:
        """Texts for one call."""

    async def embed(self, texts: Sequence[str], *, question: bool = False) -> list[bytes]:
        """Return a vector for each text, in their order. ``question``: the texts are searched with, not for."""

    async def aclose(self) -> None:
        """Give back what it holds."""


def vector_of(values: Sequence[float]) -> bytes:
    """Return the vector of these values, of length 1: float32, little-endian. Raises ``ModelReplyInvalid``."""
    if not 0 < len(values) <= MOST_DIMENSIONS:
        raise ModelReplyInvalid("a vector has no values, or too many")
    try:
        length = math.sqrt(math.fsum(value * value for value in values))
    except (OverflowError, ValueError, TypeError):
        length = math.nan
    if not math.isfinite(length) or length == 0.0:
        raise ModelReplyInvalid("a vector has no length")
    return little(array("f", [value / length for value in values])).tobytes()


def values_of(vector: bytes) -> "array[float]":
    """Return the values of a vector as ``vector_of`` made it."""
    values = array("f")
    values.frombytes(vector)
    return little(values)
