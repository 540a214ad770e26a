"""Reading the settings from the environment and ``.env``: what is misspelt there stops the start, and is named."""

import codecs
import os
import re
from collections.abc import Sequence
from difflib import get_close_matches
from io import StringIO
from pathlib import Path
from typing import Any

from dotenv.parser import parse_stream
from pydantic import ValidationError
from pydantic_settings import SettingsError

from resolvers.settings import Settings

_PREFIX = "FOOTHOLD_"
_OTHERS = ("FOOTHOLD_COMMIT", "FOOTHOLD_SCREENSHOTS")
"""Variables for builds and tests, which are no settings."""
_WIDE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)


class EnvironmentFault(Exception):
    """A variable cannot be used. The message names it, and never holds a value."""


def read_settings(**options: Any) -> Settings:
    """Return the settings, ``options`` in place of the environment's. Raises ``EnvironmentFault``."""
    file = Path(".env")
    for name in [*os.environ, *_names_in(file)]:
        _check(name)
    try:
        return Settings(**options)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        raise EnvironmentFault(f"{_variable(str(first['loc'][0]))}: {first['msg']}") from None
    except SettingsError as error:
        field = re.search(r'field "(\w+)"', str(error))
        raise EnvironmentFault(f"{_variable(field[1]) if field else 'A variable'}: Must be JSON.") from None


def _variable(field: str) -> str:
    """Return the name of the variable that a field is read from."""
    known = Settings.model_fields.get(field)
    return field if known is None or known.alias is None else known.alias


def _check(name: str) -> None:
    """Raise ``EnvironmentFault`` for a name that looks like a setting of ours and is none."""
    known = [field.alias for field in Settings.model_fields.values() if field.alias is not None]
    upper = name.upper()
    if upper in known or upper in _OTHERS:
        return
    if not upper.startswith(_PREFIX):
        if meant := _with_the_prefix(upper, known):
            raise EnvironmentFault(f"{name}: No such setting. Is {meant} meant?")
        return
    from graphql.pyutils import suggestion_list  # noqa: PLC0415 - takes long to load, and is seldom needed

    bare = upper.removeprefix(_PREFIX)
    longer = [one for one in known if one.startswith(upper)]
    nearest = [bare] if bare in known else longer or suggestion_list(upper, known)
    hint = f" Is {nearest[0]} meant?" if nearest else " docs/configuration.md lists all of them."
    raise EnvironmentFault(f"{name}: No such setting.{hint}")


def _with_the_prefix(name: str, known: Sequence[str]) -> str | None:
    """Return the setting that is meant where only the prefix is misspelt: ``FOOTHOLDPORT``, ``FOOTHLOD_PORT``.

    Who writes something before it, as in ``XFOOTHOLD_PORT``, means another variable.
    """
    ours = {one.replace("_", ""): one for one in known if one.startswith(_PREFIX)}
    if (meant := ours.get(name.replace("_", ""))) is not None:
        return meant
    head, _, rest = name.partition("_")
    near = head[:1] == _PREFIX[0] and get_close_matches(head, [_PREFIX[:-1]], cutoff=0.8)
    return _PREFIX + rest if near and _PREFIX + rest in known else None


def _names_in(file: Path) -> list[str]:
    """Return the names that a ``.env`` sets, none without the file. Raises ``EnvironmentFault``."""
    try:
        content = file.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return []
    except OSError as error:
        raise EnvironmentFault(f"{file} cannot be read: {error.strerror}.") from None
    names = []
    for binding in parse_stream(StringIO(_text(file, content))):
        if binding.error or (binding.key is not None and binding.value is None):
            line = binding.original.line + _blank_lines(binding.original.string)
            raise EnvironmentFault(f"{file}, line {line}: Not NAME=value.")
        if binding.key is not None:
            names.append(binding.key)
    return names


def _text(file: Path, content: bytes) -> str:
    """Decode a ``.env``. Raises ``EnvironmentFault`` for what the settings' reader would misread."""
    if content.startswith((*_WIDE, codecs.BOM_UTF8)) or b"\0" in content:
        raise EnvironmentFault(f"{file} must be saved as UTF-8, without a byte order mark.")
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise EnvironmentFault(f"{file}, line {line}: Not UTF-8. Save the file as UTF-8.") from None


def _blank_lines(text: str) -> int:
    """Return how many empty lines a binding begins with: they are counted to the one after them."""
    return len(text[: len(text) - len(text.lstrip())].splitlines())
