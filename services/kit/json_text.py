"""JSON text, parsed so that a key that stands twice in an object can still be told."""

import json
from typing import Any


class DoubledKeys(dict[str, Any]):
    """An object in whose text a key stands more than once; it holds the last value, as ``json`` does."""

    def __init__(self, pairs: list[tuple[str, Any]]) -> None:
        super().__init__(pairs)
        seen: set[str] = set()
        self.doubled: list[str] = []
        for key, _ in pairs:
            if key in seen and key not in self.doubled:
                self.doubled.append(key)
            seen.add(key)


def parse_json(text: str) -> Any:
    """Return the parsed text. Raises ``ValueError`` or ``RecursionError``, as ``json.loads`` does."""
    return json.loads(text, object_pairs_hook=_object)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    return found if len(found) == len(pairs) else DoubledKeys(pairs)
