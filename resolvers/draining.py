"""The state of a process that begins to leave."""

from collections.abc import Awaitable, Callable

import structlog

log = structlog.get_logger()


class Draining:
    """Steps at the beginning of a shutdown, besides those of the server's connections."""

    def __init__(self, hand_over: Callable[[], Awaitable[None]]) -> None:
        self._hand_over = hand_over
        self.begun = False

    async def begin(self) -> None:
        """Mark the process as not ready and hand over its work. Returns when that is done."""
        self.begun = True
        try:
            await self._hand_over()
        except Exception:  # the leases end by themselves: it takes longer, and nothing is lost
            log.exception("server.handover_failed")
