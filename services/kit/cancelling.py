"""Cancelling what talks to Redis.

redis-py sends through ``asyncio.wait_for``, which before Python 3.12 loses a cancellation that arrives just when it
is done: the task would go on for ever, and whoever waits for its end too.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def cancellable() -> Iterator[None]:
    """A cancellation that arrives inside is raised at the end, if it was not before."""
    task = asyncio.current_task()
    before = 0 if task is None else task.cancelling()
    try:
        yield
    except Exception:
        if task is not None and task.cancelling() > before:
            raise asyncio.CancelledError from None
        raise
    if task is not None and task.cancelling() > before:
        raise asyncio.CancelledError
