"""Opaque cursors: a place in a sorted list as URL-safe text, typed and bounded.

A cursor is the unpadded base64url of a JSON list. A time is written as its whole milliseconds since 1970.
"""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, TypeAlias, TypeVar, cast

from services.kit.errors import InvalidInput

Part: TypeAlias = datetime | float | str  # int is a float here
PartT = TypeVar("PartT", bound=Part)

LONGEST_ID = 80
_LONGEST = 400
_LARGEST = 2**53
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


def is_local_id(value: object) -> bool:
    """Tell whether ``value`` is 1 to 80 printable ASCII characters, as all our ids are."""
    return isinstance(value, str) and 0 < len(value) <= LONGEST_ID and value.isascii() and value.isprintable()


def encode_cursor(*parts: Part) -> str:
    """Return the cursor of ``parts``: times, scores, whole numbers from 0, and ids; numbers below 2**53."""
    plain = [(part - _EPOCH) // _MILLISECOND if isinstance(part, datetime) else part for part in parts]
    return urlsafe_b64encode(json.dumps(plain).encode()).decode().rstrip("=")


def decode_cursor(
    text: str, key: type[PartT], *, field: str = "after", source: str = "list"
) -> tuple[PartT, str]:
    """Undo ``encode_cursor(key, id)``. Raises ``InvalidInput`` for ``field`` on text that it did not make."""
    with _refusing(field, source):
        return cast("tuple[PartT, str]", _made_here(text, _typed(_parts(text), (key, str))))


def decode_numbered(
    text: str, shapes: Sequence[Sequence[type[Any]]], *, field: str = "after", source: str = "list"
) -> tuple[int, tuple[Any, ...]]:
    """Undo ``encode_cursor(n, *parts)``, where the parts are none or have the types ``shapes[n]``.

    Raises ``InvalidInput`` for ``field`` on text that it did not make.
    """
    with _refusing(field, source):
        number, *parts = _parts(text)
        (index,) = _typed((number,), (int,))
        shape = dict(enumerate(shapes))[index]
        return index, _made_here(text, (index, *_typed(parts, shape if parts else ())))[1:]


@contextmanager
def _refusing(field: str, source: str) -> Iterator[None]:
    try:
        yield
    except (ValueError, TypeError, LookupError, OverflowError, RecursionError):
        raise InvalidInput(field, f"Invalid cursor for this {source}.") from None


def _parts(text: str) -> list[Any]:
    if len(text) > _LONGEST:
        raise ValueError("too long")
    parts = json.loads(urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    if not isinstance(parts, list):
        raise TypeError(parts)
    return parts


def _typed(parts: Sequence[object], kinds: Sequence[type[Any]]) -> tuple[Any, ...]:
    return tuple(_part(kind, part) for kind, part in zip(kinds, parts, strict=True))


def _part(kind: type[Any], part: object) -> Part:
    if kind is str and is_local_id(part):
        return cast("str", part)
    # ``bool`` is an ``int`` for isinstance, and no comparison holds for NaN.
    if kind is not str and type(part) in (int, float) and -_LARGEST < cast("float", part) < _LARGEST:
        number = cast("float", part)
        if kind is float:
            return float(number)
        if kind is datetime and type(number) is int:
            return _EPOCH + number * _MILLISECOND
        if kind is int and type(number) is int and number >= 0:
            return number
    raise TypeError(part)


def _made_here(text: str, parts: tuple[Any, ...]) -> tuple[Any, ...]:
    """Refuse other spellings: base64 skips characters that are not of its alphabet, and JSON takes spaces."""
    if encode_cursor(*parts) != text:
        raise ValueError("not canonical")
    return parts
