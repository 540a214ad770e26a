"""The token in the payload of ``connection_init``: where it belongs, and where clients put it by mistake."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from services.kit.errors import Unauthenticated

NAME = "authorization"
_DEEPEST = 3
_WIDEST = 20  # entries of one object that are looked at
_TOKEN = re.compile(r"bearer\s+\S+|ey[\w-]+\.[\w-]+\.[\w-]+", re.IGNORECASE)


class MisplacedToken(Exception):
    """The payload has a token, under another name than the one that is read."""

    reason = 'Send the token as {"authorization": "Bearer <token>"} in connection_init'


def authorization_in(payload: Mapping[str, Any]) -> str | None:
    """Return the value of ``authorization``, whatever the case of its name; None without a token.

    Raises ``Unauthenticated`` for a value that is no text and for two that differ, ``MisplacedToken`` for a token
    elsewhere: its sender would be taken for a stranger, and wonder why.
    """
    found = [value for name, value in payload.items() if name.lower() == NAME]
    given = [value for value in found if value is not None]
    if not all(isinstance(value, str) and value == given[0] for value in given):
        raise Unauthenticated
    if given:
        return str(given[0])
    if any(_TOKEN.fullmatch(text.strip()) for text in _texts(payload, _DEEPEST)):
        raise MisplacedToken
    return None


def _texts(value: Any, depth: int) -> Iterator[str]:
    """Yield the texts in an object and in those within it."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping) and depth:
        for inner in list(value.values())[:_WIDEST]:
            yield from _texts(inner, depth - 1)
