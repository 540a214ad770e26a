"""Checks of arguments that several root fields take."""

from services.kit.errors import InvalidInput

MUTATION_ID_LENGTH = 128


def mutation_id_of(value: str | None) -> str | None:
    """The client's mutation id: 1 to 128 printable characters. Raises ``InvalidInput``."""
    if value is not None and not (0 < len(value) <= MUTATION_ID_LENGTH and value.isprintable()):
        raise InvalidInput("mutationId", f"Use 1 to {MUTATION_ID_LENGTH} printable characters.")
    return value
