"""Results remembered by texts that may be a person's own: all are forgotten together when somebody's account ends."""

from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Protocol, TypeVar
from weakref import WeakSet

if TYPE_CHECKING:
    from functools import _lru_cache_wrapper

T = TypeVar("T")


class Clears(Protocol):
    """A cache of any kind."""

    def __len__(self) -> int:
        """Return the number of entries."""

    def clear(self) -> None:
        """Drop everything."""


_remembered: "list[_lru_cache_wrapper[Any]]" = []
_clearing: WeakSet[Clears] = WeakSet()


def remembered(most: int) -> "Callable[[Callable[..., T]], _lru_cache_wrapper[T]]":
    """``lru_cache`` for a function of texts. Keeps the last ``most`` results in this process."""

    def decorate(function: Callable[..., T]) -> "_lru_cache_wrapper[T]":
        cached = lru_cache(most)(function)
        _remembered.append(cached)
        return cached

    return decorate


def clearing(cache: Clears) -> None:
    """Let a cache be cleared with the others, for as long as it lives."""
    _clearing.add(cache)


def forget() -> None:
    """Forget all of them: they are made anew when they are wanted."""
    for cached in _remembered:
        cached.cache_clear()
    for cache in _clearing:
        cache.clear()


def kept() -> int:
    """Return the number of remembered results."""
    return sum(cached.cache_info().currsize for cached in _remembered) + sum(map(len, _clearing))
