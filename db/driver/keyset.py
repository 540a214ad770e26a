"""Keyset pages: the part of a sorted collection that comes after a place in it, without ``skip``."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import inf, nextafter
from typing import Any, TypeAlias

from db.driver.client import ASC, DESC

_MILLISECOND = timedelta(milliseconds=1)  # the precision of stored times

Stage: TypeAlias = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Keyset:
    """A sort order: by ``key``, then by ``tie``, both in ``direction``. Together they are unique among the documents
    of a query; ``tie`` is None where ``key`` is so by itself.

    The fields hold times, numbers or ids, never null. Ids are sorted in the direction of their index.
    """

    key: str
    tie: str | None = "_id"
    direction: int = ASC

    def page(
        self,
        match: Mapping[str, Any],
        after: tuple[Any, ...] | None,
        limit: int | None,
        *,
        where: Sequence[Mapping[str, Any]] = (),
    ) -> list[Stage]:
        """Return the pipeline for at most ``limit`` documents after ``after``, in order.

        ``after`` is what the last document seen has in the fields of the order. ``match`` holds the equalities
        that lead an index, and may bound ``key``; ``where`` is what an index need not serve.
        """
        first = dict(match)
        rest = [dict(each) for each in where if each]
        if after is not None:
            bound, tie_break = self._after(after)
            first[self.key] = self._narrowed(first.get(self.key, {}), bound)
            rest = [*tie_break, *rest]
        fields = [self.key] if self.tie is None else [self.key, self.tie]
        order = {"$sort": dict.fromkeys(fields, self.direction)}
        cut = [] if limit is None else [{"$limit": limit}]
        return [*({"$match": each} for each in (first, *rest)), order, *cut]

    def _narrowed(self, given: Stage, bound: Stage) -> Stage:
        """Return both bounds of ``key``: the narrower one where they have the same operator."""
        narrower = min if self.direction == DESC else max
        return given | {name: narrower(value, given.get(name, value)) for name, value in bound.items()}

    def _after(self, place: tuple[Any, ...]) -> tuple[Stage, list[Stage]]:
        """Return the bound of ``key`` and the filters of the second stage.

        Only the bound is in the first stage: an index serves it, as it does not serve ``$or``.
        """
        beyond = "$lt" if self.direction == DESC else "$gt"
        if self.tie is None:
            (key,) = place
            return {beyond: key}, []
        key, tie = place
        return _from(key, self.direction), [{"$or": [{self.key: {beyond: key}}, {self.tie: {beyond: tie}}]}]


def _from(key: Any, direction: int) -> Stage:
    """Return the bound for ``key`` and what comes after it.

    Exclusive where the value before ``key`` is known: the embedded database leaves out what equals an inclusive bound
    when the index runs the other way and has a further field.
    """
    before = -direction
    if isinstance(key, datetime):
        key += before * _MILLISECOND
    elif isinstance(key, float):
        key = nextafter(key, before * inf)
    elif isinstance(key, int):
        key += before
    else:
        return {"$lte" if direction == DESC else "$gte": key}
    return {"$lt" if direction == DESC else "$gt": key}
