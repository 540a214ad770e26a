"""The case of a subscriber that stops reading while large changes go on."""

import asyncio
import time
from typing import Any

from bench.data import HEAVY, heavy
from bench.load import Delivery, Load, changed_at, percentile
from bench.processes import connected, resident_bytes
from bench.wire import Http

_PATIENCE = 40.0


async def slow(load: Load) -> dict[str, Any]:
    """Changes of 100 kB at a steady rate: how soon the one that does not read is dropped, and what it costs others."""
    others, rate = load.task.sizes["subscribers"], load.task.sizes["rate"]
    (pid,) = load.task.pids
    user = heavy(load.task.first % HEAVY)
    delivery = Delivery(others)
    await load.subscribe_all([user] * others, delivery.take)
    http = await Http.open(load.task.write_port)

    async def changes(until: float | None, gone: "asyncio.Event | None" = None) -> list[float]:
        times = []
        begun = time.time()
        while (until is None or time.time() < begun + until) and not (gone and gone.is_set()):
            request, wanted = load.change(user)
            delivery.expect(wanted)
            sent = time.time()
            changed_at(await http.send(request))
            await delivery.complete()
            times.append(delivery.last - sent)
            await asyncio.sleep(max(0.0, sent + 1 / rate - time.time()))
        return times

    await changes(3)
    alone = await changes(load.task.sizes["seconds"])
    before = resident_bytes(pid)
    stuck = await load.subscribe(user, lambda _payload: None, receive_buffer=4096)
    stuck.transport.pause_reading()
    stopped = time.time()
    gone = asyncio.Event()
    peak = before

    async def watch() -> float | None:
        nonlocal peak
        while time.time() < stopped + _PATIENCE:
            peak = max(peak, resident_bytes(pid))
            if not connected(load.task.port, stuck.local_port):
                gone.set()
                return time.time() - stopped
            await asyncio.sleep(0.05)
        gone.set()
        return None

    watching = asyncio.create_task(watch())
    beside = await changes(None, gone)
    dropped = await watching
    await changes(3)
    await asyncio.sleep(1)
    after = resident_bytes(pid)
    stuck.transport.abort()
    return {
        "dropped": -1.0 if dropped is None else dropped,
        "memory": (after - before) / 1e6,
        "peak": (peak - before) / 1e6,
        "alone_p99": percentile(alone, 0.99) * 1000,
        "beside_p99": percentile(beside, 0.99) * 1000,
    }
