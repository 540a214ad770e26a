"""Switch for telemetry. While it is off, none of its packages is imported."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from resolvers.settings import Settings

if TYPE_CHECKING:
    from resolvers.observe.telemetry import Telemetry


@asynccontextmanager
async def observed(settings: Settings) -> AsyncIterator["Telemetry | None"]:
    """Return the exporter of metrics and traces, a context manager; None if the settings ask for neither."""
    if not settings.metrics and settings.otlp_endpoint is None:
        yield None
        return
    from resolvers.observe.telemetry import Telemetry  # noqa: PLC0415

    async with Telemetry(settings) as telemetry:
        yield telemetry
