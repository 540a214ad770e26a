"""The collections that the modules of this package declare."""

from collections.abc import Iterable
from functools import cache
from importlib import import_module
from pkgutil import walk_packages
from types import ModuleType

import db
from db.driver.collections import Declared, KeptCollection, PersonalCollection


@cache
def all_collections() -> tuple[Declared, ...]:
    """Return what any module of ``db`` declares, by name."""
    modules = (import_module(found.name) for found in walk_packages(db.__path__, "db."))
    return collections_of(modules)


def collections_of(modules: Iterable[ModuleType]) -> tuple[Declared, ...]:
    """Return what these modules declare, by name. Raises ``ValueError`` for a name that is declared twice."""
    found: dict[str, Declared] = {}
    for module in modules:
        for value in vars(module).values():
            if not isinstance(value, PersonalCollection | KeptCollection):
                continue
            if found.setdefault(value.name, value) is not value:
                raise ValueError(f"{value.name} is declared twice, the second time in {module.__name__}")
    return tuple(found[name] for name in sorted(found))
