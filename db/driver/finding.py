"""Finding many documents by the values of one field, as no single query should name them all."""

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

from db.driver.client import Collection

AT_ONCE = 100
"""Values that one query names."""


async def find_each(
    collection: Collection,
    field: str,
    values: Sequence[str],
    where: Mapping[str, Any] | None = None,
    projection: Mapping[str, int] | None = None,
) -> AsyncIterator[dict[str, Any]]:
    """Yield the documents whose ``field`` has one of the values, and that ``where`` finds, in no particular order."""
    for start in range(0, len(values), AT_ONCE):
        query = {**(where or {}), field: {"$in": list(values[start : start + AT_ONCE])}}
        async for document in collection.find(query, projection):
            yield document
