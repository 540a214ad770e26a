"""Brings each fault about."""

from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING

from tests.proofs.faults import clocks, deletions, failovers, installations, kills, networks, restoring
from tests.proofs.faults.outcomes import Fault
from tests.proofs.faults.switches import Point

if TYPE_CHECKING:
    from tests.proofs.faults.trial import Trial

HAPPENINGS: Mapping[Fault, Callable[["Trial"], Awaitable[float | None]]] = {
    Fault.WORKER: kills.lose_worker,
    Fault.CLIENT: kills.cut_client,
    Fault.SUBSCRIBER: kills.kill_subscriber,
    Fault.WRITER: kills.kill_writer,
    Fault.WRITTEN: partial(kills.die_at, point=Point.DIE_WRITTEN),
    Fault.NUMBERED: partial(kills.die_at, point=Point.DIE_NUMBERED),
    Fault.NUMBER: partial(kills.leave_out, point=Point.DROP_NUMBER),
    Fault.UNMARK: partial(kills.leave_out, point=Point.DROP_UNMARK),
    Fault.ANNOUNCE: partial(kills.leave_out, point=Point.DROP_ANNOUNCE),
    Fault.REDIS: kills.kill_redis,
    Fault.REDIS_STOPPED: kills.stop_redis,
    Fault.DATABASE: kills.kill_database,
    Fault.SILENT_DATABASE: networks.silence_database,
    Fault.FAILOVER: failovers.fail_over,
    Fault.LOST_ANSWERS: networks.lose_answers,
    Fault.SILENT_REDIS: networks.silence_redis,
    Fault.CLOCK: clocks.jump,
    Fault.CLOCK_WRITTEN: clocks.die_after_a_write,
    Fault.CLOCK_WORKER: clocks.lose_worker,
    Fault.RESTORED: restoring.restore,
    Fault.INSTALLATIONS: installations.share_redis,
    Fault.DELETED: deletions.delete,
    Fault.DELETED_HALF: deletions.delete_half,
}
"""They return when the fault is over: seconds of healing that it has measured itself, or None."""
