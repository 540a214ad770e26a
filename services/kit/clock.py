"""The one place that knows the time."""

from datetime import UTC, datetime


def now() -> datetime:
    """The present instant, UTC, cut to the milliseconds that BSON keeps."""
    instant = datetime.now(UTC)
    return instant.replace(microsecond=instant.microsecond // 1000 * 1000)
