"""Results remembered by texts that may be a person's own: all are forgotten together when somebody's account ends."""

from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from functools import _lru_cache_wrapper

T = TypeVar("T")

_remembered: "list[_lru_cache_wrapper[Any]]" = []


def remembered(most: int) -> "Callable[[Callable[..., T]], _lru_cache_wrapper[T]]":
    """``lru_cache`` for a function of texts. Keeps the last ``most`` results in this process."""

    def decorate(function: Callable[..., T]) -> "_lru_cache_wrapper[T]":
        cached = lru_cache(most)(function)
        _remembered.append(cached)
        return cached

    return decorate


def forget() -> None:
    """Forget all of them: they are made anew when they are wanted."""
    for cached in _remembered:
        cached.cache_clear()


def kept() -> int:
    """Return the number of remembered results."""
    return sum(cached.cache_info().currsize for cached in _remembered)
