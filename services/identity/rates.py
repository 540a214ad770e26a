"""Rate limits: fixed windows, counted by the library ``limits``.

Each process counts for itself, in memory. What starts work for the model is counted in Redis as well where there
is one, so that it holds over all processes; while Redis is away only the processes' own counts do. See
docs/decisions/0019-rates-and-budgets.md.
"""

import time
from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING

from limits import RateLimitItem, parse
from limits.aio.storage import Storage
from limits.aio.strategies import FixedWindowRateLimiter

from services.kit.errors import Limited
from services.kit.metrics import counts

if TYPE_CHECKING:
    from services.identity.redis_rates import SharedRates

OFF = "off"

_FEW_KEYS = 1_000


@dataclass(frozen=True, slots=True)
class RateLimits:
    """Each as ``60/minute``, or ``off``.

    ``person``: root fields a person asks for. ``address``: requests and connections from an address. ``model``: work
    for the model that a person starts; ``model_address``: the same, all from an address. ``sign_in``: tokens from an
    address that are not valid.
    """

    person: str = OFF
    address: str = OFF
    model: str = OFF
    model_address: str = OFF
    sign_in: str = OFF


class Rates:
    """Counts what people and addresses do. An address may be None: then it is not counted.

    What is over a limit raises ``Limited``.
    """

    def __init__(
        self, limits: RateLimits, redis_url: str | None = None, *, namespace: str = "foothold"
    ) -> None:
        self._person = _item(limits.person)
        self._address = _item(limits.address)
        self._model = _item(limits.model)
        self._model_address = _item(limits.model_address)
        self._sign_in = _item(limits.sign_in)
        self._local = FixedWindowRateLimiter(ProcessStorage())
        self._shared = None if redis_url is None else _shared_rates(redis_url, namespace)

    async def request(self, address: str | None) -> None:
        """A request, or a connection."""
        await self._count(self._address, "address", address, "Too many requests from this address.")

    async def root_field(self, profile_id: str) -> None:
        """Count one root field of a person: query, mutation or subscription."""
        await self._count(self._person, "person", profile_id, "Too many requests.")

    async def model_work(self, profile_id: str, address: str | None) -> None:
        """Something that the model is to do. A try that is refused is counted too."""
        await self._count(
            self._model_address, "model_address", address, "Too much for the coach at once from this address."
        )
        words = "Too much for the coach at once."
        await self._count(self._model, "model", profile_id, words)
        if self._shared is not None and self._model is not None:
            left = await self._shared.seconds_to_wait(self._model, "model", profile_id)
            if left is not None:
                counts.refusals["model"] += 1
                raise _limited(words, left)

    async def failed_sign_in(self, address: str | None) -> None:
        """A token that is not valid."""
        await self._count(self._sign_in, "sign_in", address, "Too many tokens that are not valid.")

    async def aclose(self) -> None:
        """Give connections back."""
        if self._shared is not None:
            await self._shared.aclose()

    async def _count(self, item: RateLimitItem | None, kind: str, who: str | None, words: str) -> None:
        if item is None or who is None or await self._local.hit(item, kind, who):
            return
        window = await self._local.get_window_stats(item, kind, who)
        counts.refusals[kind] += 1
        raise _limited(words, window.reset_time - time.time())


class ProcessStorage(Storage):
    """Counts in this process's memory, by its monotonic time: a clock that is set back must not hold a window open.

    The library's own looks at every key it has at each count: with 5,000 people that is 0.4 ms.
    """

    STORAGE_SCHEME: list[str] | None = ["foothold-process"]  # noqa: RUF012 - as upstream has it

    def __init__(self) -> None:
        super().__init__()
        self._counts: dict[str, tuple[int, float]] = {}
        self._many = _FEW_KEYS

    @property
    def base_exceptions(self) -> type[Exception]:
        return ValueError

    async def incr(self, key: str, expiry: float, amount: int = 1) -> int:
        """Count, in a window of ``expiry`` seconds that begins with the first."""
        now = time.monotonic()
        count, end = self._counts.get(key, (0, 0.0))
        if end <= now:
            self._forget(now)
            count, end = 0, now + expiry
        self._counts[key] = (count + amount, end)
        return count + amount

    async def get(self, key: str) -> int:
        count, end = self._counts.get(key, (0, 0.0))
        return count if end > time.monotonic() else 0

    async def get_expiry(self, key: str) -> float:
        """Return the end of the window in seconds since the epoch."""
        now = time.monotonic()
        return time.time() + self._counts.get(key, (0, now))[1] - now

    async def check(self) -> bool:
        return True

    async def reset(self) -> int:
        forgotten = len(self._counts)
        self._counts.clear()
        return forgotten

    async def clear(self, key: str) -> None:
        self._counts.pop(key, None)

    def _forget(self, now: float) -> None:
        """Drop windows that have ended, each time there are twice as many as last time."""
        if len(self._counts) >= self._many:
            self._counts = {key: held for key, held in self._counts.items() if held[1] > now}
            self._many = max(_FEW_KEYS, 2 * len(self._counts))


def _item(rate: str) -> RateLimitItem | None:
    return None if rate == OFF else parse(rate)


def _shared_rates(redis_url: str, namespace: str) -> "SharedRates":
    # Importing Redis's client takes a tenth of a second, which only those who have one need to wait for.
    from services.identity.redis_rates import SharedRates  # noqa: PLC0415

    return SharedRates(redis_url, namespace)


def _limited(words: str, seconds: float) -> Limited:
    wait = max(1, ceil(seconds))
    return Limited(f"{words} Try again in {wait} {'second' if wait == 1 else 'seconds'}.", wait)
