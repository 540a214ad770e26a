"""Lists before and after an edit: which entry became which, and where the entries go that no edit names."""

from collections import defaultdict, deque
from collections.abc import Callable, Hashable, Sequence
from typing import Any, TypeVar

ItemT = TypeVar("ItemT")


def pair(
    before: Sequence[ItemT],
    after: Sequence[ItemT],
    keys: Sequence[Callable[[ItemT], Hashable]],
    likeness: Callable[[ItemT, ItemT], int] | None = None,
    *,
    in_place: bool = True,
) -> list[int | None]:
    """Return for each item of ``after`` the place in ``before`` that it comes from, None for a new one.

    Items of the same key belong together, by the first key first (None is no key); then (``in_place``) those at the
    same place in a list of the same length, for they were edited there; then those that are most alike.
    """
    origins: list[int | None] = [None] * len(after)
    left = dict.fromkeys(range(len(before)))
    for key in keys:
        places: dict[Hashable, deque[int]] = defaultdict(deque)
        for place in left:
            places[key(before[place])].append(place)
        for index, item in enumerate(after):
            found = places.get(key(item)) if origins[index] is None and key(item) is not None else None
            if found:
                origins[index] = place = found.popleft()
                del left[place]
    if in_place and len(before) == len(after):
        for index in range(len(after)):
            if origins[index] is None and index in left:
                origins[index] = index
                del left[index]
    if likeness is not None:
        _pair_alike(before, after, origins, left, likeness)
    return origins


def _pair_alike(
    before: Sequence[ItemT],
    after: Sequence[ItemT],
    origins: list[int | None],
    left: dict[int, None],
    likeness: Callable[[ItemT, ItemT], int],
) -> None:
    for index, item in enumerate(after):
        if origins[index] is None and left:
            best = max(left, key=lambda place: likeness(before[place], item))
            if likeness(before[best], item):
                origins[index] = best
                del left[best]


def arrange(
    raws: Sequence[Any],
    places: Sequence[Sequence[int]],
    origins: Sequence[int | None],
    write: Callable[[int, Sequence[Any]], list[Any]],
) -> list[Any]:
    """Return ``raws`` with an edit in it.

    ``places`` are those of each item before the edit (none, when it is not in ``raws``), ``origins`` says for each
    item after it which of them it was. ``write(index, raws)`` gives the raws of an item after the edit, one for
    each raw it had, one for a new item. What has no place stays where it is; a new item goes before the next one
    that was there, else to the end.
    """
    origins = [None if origin is None or not places[origin] else origin for origin in origins]
    kept = {origin for origin in origins if origin is not None}
    removed = {place for item, own in enumerate(places) if item not in kept for place in own}
    # Items that were reordered share out the places that they had together.
    slots = iter(sorted(places[origin][0] for origin in kept))
    written: dict[int, list[Any]] = {}
    new: list[Any] = []
    for index, origin in enumerate(origins):
        if origin is None:
            new += write(index, [])
            continue
        first, *others = write(index, [raws[place] for place in places[origin]])
        written[next(slots)] = [*new, first]
        written |= {place: [raw] for place, raw in zip(places[origin][1:], others, strict=True)}
        new = []
    arranged: list[Any] = []
    for place, raw in enumerate(raws):
        if place not in removed:
            arranged += written.get(place, [raw])
    return arranged + new
