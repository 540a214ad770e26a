"""Bounds of a document that a stranger wrote: size, depth, and values that JSON or UTF-8 cannot hold."""

import json
import math
import re
from collections.abc import Iterator
from typing import Any

from services.kit.errors import InvalidInput, Problem
from services.kit.json_text import DoubledKeys, parse_json
from services.kit.words.text import encodable

MAX_BYTES = 512 * 1024
MAX_DEPTH = 20
_MAX_NUMBER_BITS = 1024  # the range of a double

TOO_LARGE = f"Too large: the limit is {MAX_BYTES // 1024} KiB of JSON."
TOO_DEEP = f"Nested too deeply: the limit is {MAX_DEPTH} levels."

Path = tuple[str | int, ...]


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


def checked_json(value: object, root: str) -> tuple[str, list[Problem]]:
    """Return the value as compact JSON text, and every part that neither JSON nor UTF-8 can hold.

    Raises ``InvalidInput`` where it is too large or too deep for anybody to look for more.
    """
    try:
        text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    except RecursionError:
        raise InvalidInput(root, TOO_DEEP) from None
    except (TypeError, ValueError):
        raise InvalidInput(root, "Contains a value that is not JSON, or a number that is too long.") from None
    # Before the walk, whose time grows with the document.
    if len(text.encode(errors="surrogatepass")) > MAX_BYTES:
        raise InvalidInput(root, TOO_LARGE)
    problems = [Problem(path_of(root, *path), words) for path, words in _problems(value, ())]
    if any(problem.message == TOO_DEEP for problem in problems):
        InvalidInput.refuse(problems)
    return text, problems


def sound(value: Any) -> Any:
    """Return a copy without what neither JSON nor UTF-8 can hold: null stands in its place."""
    if isinstance(value, dict):
        return {name: sound(member) for name, member in value.items() if _is_sound_name(name)}
    if isinstance(value, list):
        return [sound(item) for item in value]
    return None if _scalar_problem(value) else value


def read_json(text: str, root: str) -> Any:
    """Parse JSON text. Raises ``InvalidInput`` when it is none, or longer than is taken."""
    if len(text) > MAX_BYTES:
        raise InvalidInput(root, TOO_LARGE)
    try:
        return parse_json(text.removeprefix("\ufeff"))
    except json.JSONDecodeError as error:
        raise InvalidInput(root, f"Not valid JSON: line {error.lineno}, column {error.colno}.") from None
    except RecursionError:
        raise InvalidInput(root, TOO_DEEP) from None
    except ValueError:
        raise InvalidInput(root, "Contains a number that is too long.") from None


def _problems(value: object, path: Path) -> Iterator[tuple[Path, str]]:
    if len(path) > MAX_DEPTH:
        yield path, TOO_DEEP
    elif isinstance(value, dict):
        if isinstance(value, DoubledKeys):
            for name in value.doubled:
                yield (*path, name), "In the document more than once: keep one of them."
        for name, member in value.items():
            if _is_sound_name(name):
                yield from _problems(member, (*path, name))
            else:
                yield path, "A property name contains an invalid character (a lone surrogate)."
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _problems(item, (*path, index))
    elif problem := _scalar_problem(value):
        yield path, problem


def _is_sound_name(name: object) -> bool:
    return isinstance(name, str) and encodable(name)


def _scalar_problem(value: object) -> str | None:
    if isinstance(value, str):
        return None if encodable(value) else "Contains an invalid character (a lone surrogate)."
    if isinstance(value, float) and not math.isfinite(value):
        return "This number is infinite or none (NaN), which JSON cannot hold."
    if isinstance(value, int) and value.bit_length() > _MAX_NUMBER_BITS:
        return "This number is too large."
    return None
