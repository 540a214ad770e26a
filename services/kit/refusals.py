"""Refusals as plain values, so that they can be kept and given again."""

from collections.abc import Iterator
from typing import Any, get_type_hints

from pydantic import TypeAdapter
from pydantic_core import to_jsonable_python

from services.kit.errors import FootholdError

_TYPE = "type"


def plain_refusal(refusal: FootholdError) -> dict[str, Any]:
    """Return the refusal's class and attributes."""
    values = {name: to_jsonable_python(value) for name, value in vars(refusal).items()}
    return {_TYPE: type(refusal).__name__, **values}


def refusal_of(plain: dict[str, Any]) -> FootholdError:
    """Undo ``plain_refusal``. Attributes have the types that the class declares."""
    known = {kind.__name__: kind for kind in _kinds(FootholdError)}
    kind = known.get(plain[_TYPE], FootholdError)
    types = get_type_hints(kind)
    refusal = kind.__new__(kind, plain["message"])
    for name, value in plain.items():
        if name in types:
            setattr(refusal, name, TypeAdapter(types[name]).validate_python(value))
    return refusal


def _kinds(kind: type[FootholdError]) -> Iterator[type[FootholdError]]:
    yield kind
    for each in kind.__subclasses__():
        yield from _kinds(each)
