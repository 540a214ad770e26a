"""Arguments that several root fields take: their descriptions, once per meaning, and a check."""

from typing import Annotated

import strawberry

from services.kit.errors import InvalidInput

MUTATION_ID_LENGTH = 128


First = Annotated[int, strawberry.argument(description="Page size, 1 to 100.")]
AfterEdge = Annotated[
    str | None,
    strawberry.argument(
        description="Cursor of the last object held, from `pageInfo.endCursor`. Omit, or leave "
        "empty, for the first page."
    ),
]
FirstOfBoth = Annotated[
    int | None,
    strawberry.argument(
        description="Page size from the beginning, or after `after`, 1 to 100; 20 by default."
    ),
]
Last = Annotated[
    int | None,
    strawberry.argument(
        description="Page size from the end, or before `before`, 1 to 100. The page is in the list's order all the "
        "same. Not together with `first` or `after`."
    ),
]
BeforeEdge = Annotated[
    str | None,
    strawberry.argument(
        description="Cursor of the first object held, from `pageInfo.startCursor`. Omit, or leave empty, for the page "
        "at the end. Not together with `first` or `after`."
    ),
]
AfterEvent = Annotated[
    str | None,
    strawberry.argument(
        description="Last `cursor` received: the subscription continues from there. Omit, or leave "
        "empty, to start with everything."
    ),
]
MutationId = Annotated[
    str | None,
    strawberry.argument(
        description="The client's own id of this change, 1 to 128 printable characters. Subscriptions return it in "
        "`mutationIds`, so that a client recognises its own change. Asked for again with the same id within a day, the "
        "mutation gives its first answer and changes nothing."
    ),
]
ProfileId = Annotated[
    strawberry.ID, strawberry.argument(description="Id of the caller's own profile, from `viewer`.")
]
ActionId = Annotated[strawberry.ID, strawberry.argument(description="Id of the career action.")]
LearningId = Annotated[strawberry.ID, strawberry.argument(description="Id of the learning.")]
ReplyId = Annotated[
    strawberry.ID, strawberry.argument(description="Id of the reply, not of the person's message.")
]


def mutation_id_of(value: str | None) -> str | None:
    """Return the client's mutation id if it has 1 to 128 printable characters. Raises ``InvalidInput``."""
    if value is not None and not (0 < len(value) <= MUTATION_ID_LENGTH and value.isprintable()):
        raise InvalidInput("mutationId", f"Must be 1 to {MUTATION_ID_LENGTH} printable characters.")
    return value
