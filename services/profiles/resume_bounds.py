"""The bounds of a document that a stranger wrote: size, depth, and values that JSON or UTF-8 cannot hold."""

import json
import math
import re
from typing import Any

from services.kit.errors import InvalidInput
from services.kit.text import encodable

MAX_BYTES = 512 * 1024
MAX_DEPTH = 20
MAX_ENTRIES = 200
MAX_TEXT = 20_000
MAX_NAME = 200
_MAX_NUMBER_BITS = 1024  # the range of a double

TOO_LARGE = f"Too large: the limit is {MAX_BYTES // 1024} KiB of JSON."
TOO_DEEP = f"Nested too deeply: the limit is {MAX_DEPTH} levels."


def path_of(root: str, *steps: str | int) -> str:
    """``resume.work[0].startDate``; odd property names are quoted, escaped and cut, to be safe to show."""
    path = root
    for step in steps:
        if isinstance(step, int):
            path += f"[{step}]"
        elif re.fullmatch(r"[A-Za-z_$][\w$-]{0,59}", step, re.ASCII):
            path += f".{step}"
        else:
            path += f"[{json.dumps(step[:60])}]"
    return path


def check_json(value: object, root: str) -> str:
    """The value as compact JSON text. Raises ``InvalidInput`` naming the first part that is out of bounds."""
    try:
        text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    except RecursionError:
        raise InvalidInput(root, TOO_DEEP) from None
    except (TypeError, ValueError):
        raise InvalidInput(root, "Contains a value that is not JSON, or a number that is too long.") from None
    # Before the walk, whose time grows with the document.
    if len(text.encode(errors="surrogatepass")) > MAX_BYTES:
        raise InvalidInput(root, TOO_LARGE)
    _walk(value, root, ())
    return text


def read_json(text: str, root: str) -> Any:
    """Parse JSON text. Raises ``InvalidInput`` when it is none, or longer than is taken."""
    if len(text) > MAX_BYTES:
        raise InvalidInput(root, TOO_LARGE)
    try:
        return json.loads(text.removeprefix("\ufeff"))
    except json.JSONDecodeError as error:
        raise InvalidInput(root, f"Not valid JSON: line {error.lineno}, column {error.colno}.") from None
    except RecursionError:
        raise InvalidInput(root, TOO_DEEP) from None
    except ValueError:
        raise InvalidInput(root, "Contains a number that is too long.") from None


def _walk(value: object, root: str, steps: tuple[str | int, ...]) -> None:
    if len(steps) > MAX_DEPTH:
        raise InvalidInput(path_of(root, *steps), TOO_DEEP)
    if isinstance(value, dict):
        for name, member in value.items():
            if problem := _name_problem(name):
                raise InvalidInput(path_of(root, *steps), problem)
            _walk(member, root, (*steps, name))
    elif isinstance(value, list):
        if len(value) > MAX_ENTRIES:
            message = f"Too many entries: {len(value)}; the limit is {MAX_ENTRIES}."
            raise InvalidInput(path_of(root, *steps), message)
        for index, item in enumerate(value):
            _walk(item, root, (*steps, index))
    elif problem := _scalar_problem(value):
        raise InvalidInput(path_of(root, *steps), problem)


def _name_problem(name: object) -> str | None:
    if not isinstance(name, str) or not encodable(name):
        return "A property name contains an invalid character (a lone surrogate)."
    if len(name) > MAX_NAME:
        return f"A property's name is too long: at most {MAX_NAME} characters are taken."
    return None


def _scalar_problem(value: object) -> str | None:
    if isinstance(value, str):
        if len(value) > MAX_TEXT:
            return f"This is too long: {len(value)} characters, at most {MAX_TEXT} are taken."
        if not encodable(value):
            return "Contains an invalid character (a lone surrogate)."
    elif isinstance(value, float) and not math.isfinite(value):
        return "This number is infinite or none (NaN), which JSON cannot hold."
    elif isinstance(value, int) and value.bit_length() > _MAX_NUMBER_BITS:
        return "This number is too large."
    return None
