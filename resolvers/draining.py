"""The state of a process that begins to leave."""

from collections.abc import Awaitable, Callable

import structlog

log = structlog.get_logger()


class Draining:
    """What there is to do when the process begins to leave, besides what the server does with its connections."""

    def __init__(self, hand_over: Callable[[], Awaitable[None]]) -> None:
        self._hand_over = hand_over
        self.begun = False

    async def begin(self) -> None:
        """From now on the process is not ready; returns once its work is in others' hands."""
        self.begun = True
        try:
            await self._hand_over()
        except Exception:  # the leases end by themselves: it takes longer, and nothing is lost
            log.exception("server.handover_failed")
