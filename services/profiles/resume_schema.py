"""JSON Resume's own published schema, and other formats that are told apart from it.

The schema is package data (``jsonresume/schema.json``). Formats (addresses, e-mail) are not enforced, as draft 7
leaves them to be notes.
"""

import json
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from itertools import islice
from typing import Any

from jsonschema_rs import Draft7Validator, ValidationError

from services.profiles.fields import MAX_ITEMS
from services.profiles.resume_bounds import Path

_MOST_ERRORS = 1000
_MESSAGES = {
    "string": "Must be text; leave it out when there is none.",
    "array": "Must be a list.",
    "object": "Must be an object.",
}
_DATE = "Must be a date such as 2024, 2024-05 or 2024-05-31."


@cache
def published() -> Mapping[str, Any]:
    """Return the schema."""
    text = files(__package__).joinpath("jsonresume/schema.json").read_text(encoding="utf-8")
    schema: dict[str, Any] = json.loads(text)
    return schema


def schema_errors(document: Mapping[str, Any]) -> dict[Path, str]:
    """Return what the schema finds wrong, by path; of very many errors the first ``_MOST_ERRORS``."""
    return {} if _validators()[()].is_valid(document) else dict(islice(_errors(document), _MOST_ERRORS))


def _errors(document: Mapping[str, Any]) -> Iterator[tuple[Path, str]]:
    """Look at a list entry by entry: the validator's time grows with the square of the errors it finds at once."""
    validators = _validators()
    for key, value in document.items():
        if (key,) not in validators:
            continue
        entries = validators.get((key, 0))
        if entries is None or not isinstance(value, list):
            yield from _errors_of(validators[(key,)], value, (key,))
            continue
        for index, entry in enumerate(value):
            if not entries.is_valid(entry):
                yield from _errors_of(entries, entry, (key, index))


def _errors_of(validator: Draft7Validator, value: Any, path: Path) -> Iterator[tuple[Path, str]]:
    for error in validator.iter_errors(_cut(value)):
        yield (*path, *error.instance_path), _message(error)


def _cut(value: Any) -> Any:
    """Leave out what no field of a profile takes, so that the errors of one entry are few."""
    if isinstance(value, list):
        return [_cut(item) for item in value[:MAX_ITEMS]]
    if isinstance(value, dict):
        return {key: _cut(member) for key, member in value.items()}
    return value


def _message(error: ValidationError) -> str:
    kind = error.kind.as_dict()
    if "pattern" in kind:
        return _DATE
    return _MESSAGES.get("".join(kind.get("types", [])), "This does not fit JSON Resume.")


@cache
def _validators() -> Mapping[Path, Draft7Validator]:
    """Return validators of the document, of each property, and of the entries of each list (``("work", 0)``)."""
    schema = published()
    frame = {key: schema[key] for key in ("$schema", "definitions")}
    found: dict[Path, Draft7Validator] = {(): _validator(schema)}
    for key, part in schema["properties"].items():
        found[(key,)] = _validator(frame | part)
        if "items" in part:
            found[(key, 0)] = _validator(frame | part["items"])
    return found


def _validator(schema: Mapping[str, Any]) -> Draft7Validator:
    return Draft7Validator(dict(schema), validate_formats=False)


def other_format(document: Mapping[str, Any]) -> str | None:
    """Return the name of another format that the document is in, as far as it can be told."""
    meta = document.get("meta")
    declared = meta.get("format") if isinstance(meta, dict) else None
    if isinstance(declared, str) and declared.upper().startswith("FRESH"):
        return "FRESH"
    employment = document.get("employment")
    if isinstance(employment, dict) and "history" in employment and not {"basics", "work"} & document.keys():
        return "FRESH"
    if isinstance(document.get("sections"), dict) and {"basics", "metadata"} & document.keys():
        return "Reactive Resume"
    return None
