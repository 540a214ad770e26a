"""The audience of each field of each type, as the features declare it.

Permissions and services keep others out; this table is what they must come to. A test walks the
whole schema by it, in every role, and fails when a field is not in it: whoever adds a field decides in its feature.
"""

from collections.abc import Iterable, Iterator

from strawberry.schema.config import StrawberryConfig
from strawberry.types.base import get_object_definition
from strawberry.types.field import StrawberryField

from resolvers.execution.feature import Feature
from resolvers.execution.permissions.access import Access
from resolvers.execution.permissions.audience import Audience, Role

_name_of = StrawberryConfig().name_converter.from_field


class Undeclared(Exception):
    """A root field does not say who may call it, or says so more than once."""


def access_of(root_field: StrawberryField) -> Access:
    """Return who may call the root field. Raises ``Undeclared``."""
    found = [extension for extension in root_field.extensions if isinstance(extension, Access)]
    if len(found) != 1:
        raise Undeclared(
            f"{root_field.python_name} needs exactly one of resolvers/execution/permissions/access.py"
        )
    return found[0]


def policies(features: Iterable[Feature]) -> Iterator[tuple[str, Audience]]:
    """Yield all fields that have a policy, as ``Type.field``. Raises ``Undeclared`` for a root field without."""
    for feature in features:
        roots = {"Query": feature.query, "Mutation": feature.mutation, "Subscription": feature.subscription}
        for name, root in roots.items():
            fields = () if root is None else get_object_definition(root, strict=True).fields
            for each in fields:
                yield f"{name}.{_name_of(each)}", access_of(each).audience
        for audience, types in feature.policy.items():
            for type_, names in types.items():
                for name in names.split():
                    yield f"{type_}.{name}", audience


class AccessTable:
    """The policies of these features."""

    def __init__(self, features: Iterable[Feature]) -> None:
        self._audiences = dict(policies(features))

    def may_see(self, role: Role, type_: str, field: str) -> bool:
        """Tell whether somebody in this role may get a value of the field. Raises ``KeyError`` without a policy."""
        return role in self._audiences[f"{type_}.{field}"].value
