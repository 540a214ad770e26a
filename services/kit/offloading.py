"""Work that grows with a person's document or with the number of postings, done away from the event loop.

One thread for all of it: the interpreter runs one thread at a time anyway, and with many the loop would queue behind
all of them for its turn. Calls are served in their order.
"""

import asyncio
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

SWITCH_SECONDS = 0.001
"""Seconds that the thread may run before the loop gets its turn; the interpreter's default is five times that."""

_thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="offloaded")


async def offloaded(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Return what ``work`` returns, or raise what it raises. A caller that is cancelled leaves it to end by itself."""
    sys.setswitchinterval(SWITCH_SECONDS)
    return await asyncio.get_running_loop().run_in_executor(_thread, partial(work, *args, **kwargs))
