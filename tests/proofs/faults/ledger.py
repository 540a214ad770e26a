"""Ledger of acknowledged changes, and of those that a subscriber has seen."""

import asyncio
import random
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import count
from time import monotonic
from typing import Any

from tests.support.follower import RETRY, Follower, NoAnswerError, Person


@dataclass(frozen=True, slots=True)
class Change:
    """An action came to ``version``, which its writer was told at ``at`` (monotonic seconds).

    ``history`` counts the times that the database had been replaced by an older copy.
    """

    action_id: str
    version: int
    at: float
    history: int


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Everything, as an INITIAL or RESYNC brought it at ``at``: versions by action."""

    at: float
    versions: dict[str, int]

    def shows(self, change: Change) -> bool:
        """An action that is not in it any more was replaced since."""
        version = self.versions.get(change.action_id)
        return change.at <= self.at if version is None else change.version <= version


@dataclass
class Ledger:
    """Both sides, by mutation id. An id is given to one request only: one that comes twice was doubled here."""

    acknowledged: dict[str, Change] = field(default_factory=dict)
    seen: dict[str, float] = field(default_factory=dict)
    snapshots: list[Snapshot] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    disordered: list[str] = field(default_factory=list)
    excuses: list[tuple[float, float]] = field(default_factory=list)
    """Periods in which the subscriber could not have heard of anything."""
    history: int = 0
    lost: set[str] = field(default_factory=set)
    """Acknowledged, but not in the copy that replaced the database: nobody need see them."""
    shown: dict[str, float] = field(default_factory=dict)
    """Shown by a snapshot of an earlier history, when."""

    def replaced(self, held: int) -> None:
        """Begin another history: the database is replaced by a copy that has the first ``held`` changes."""
        for number, mutation_id in enumerate(self.acknowledged):
            if number >= held and self.acknowledged[mutation_id].history == self.history:
                self.lost.add(mutation_id)
            elif (at := self.seen_at(mutation_id)) is not None:
                self.shown[mutation_id] = at
        self.snapshots.clear()
        self.history += 1

    def seen_at(self, mutation_id: str) -> float | None:
        """When it came, by its id or in a snapshot; None if it has not."""
        if (at := self.seen.get(mutation_id, self.shown.get(mutation_id))) is not None:
            return at
        change = self.acknowledged[mutation_id]
        return next((snapshot.at for snapshot in self.snapshots if snapshot.shows(change)), None)

    def missed(self) -> list[str]:
        """Acknowledged, not seen."""
        return self.missed_of(self.acknowledged)

    def missed_of(self, mutation_ids: Iterable[str]) -> list[str]:
        """Return those of the changes that have not been seen."""
        counting = (mutation_id for mutation_id in mutation_ids if mutation_id not in self.lost)
        return [mutation_id for mutation_id in counting if self.seen_at(mutation_id) is None]

    def lag(self, mutation_ids: Iterable[str]) -> float:
        """The longest time from an acknowledgement, or the end of what excuses, to the sight of it; in seconds."""
        longest = 0.0
        for mutation_id in mutation_ids:
            if mutation_id in self.lost:
                continue
            due = self.acknowledged[mutation_id].at
            due = max([due, *(end for begin, end in self.excuses if begin <= due < end)])
            seen = self.seen_at(mutation_id)
            longest = max(longest, (monotonic() if seen is None else seen) - due)
        return longest

    def order_of_ids(self) -> list[str]:
        """Actions whose changes were not named in the order of their versions."""
        last: dict[str, tuple[int, int]] = {}
        wrong = []
        for mutation_id in self.seen:
            change = self.acknowledged.get(mutation_id)
            if change is None:
                continue
            version = (change.history, change.version)
            if version < last.get(change.action_id, version):
                wrong.append(f"{mutation_id}: version {change.version} came late")
            last[change.action_id] = version
        return wrong


class Witness(Follower):
    """A subscriber that looks at every emission for what must not be."""

    def __init__(self, address: str, token: str, profile_id: str, ledger: Ledger) -> None:
        super().__init__(address, token, profile_id)
        self._ledger = ledger
        self._versions: dict[str, int] = {}
        self._history = ledger.history

    def _apply(self, change: dict[str, Any]) -> None:
        if "cursor" not in change:
            self.cut()  # the database was away for too long: subscribe again
            return
        at, ledger = monotonic(), self._ledger
        if change["reason"] == "RESYNC" and self._history != ledger.history:
            self._history = ledger.history
            self._versions.clear()
        else:
            self._look_at_cursor(change["cursor"])
            if change["resyncReason"] not in (None, "CURSOR_TOO_OLD"):
                ledger.disordered.append(f"RESYNC, {change['resyncReason']}: the database forgot")
        for mutation_id in change["mutationIds"]:
            if mutation_id in ledger.seen:
                ledger.doubled.append(mutation_id)
            ledger.seen.setdefault(mutation_id, at)
        upserts = []
        for action in change["upserts"]:
            if action["version"] < self._versions.get(action["id"], 0):
                ledger.disordered.append(f"{action['id']}: version {action['version']} after a later one")
                continue
            self._versions[action["id"]] = action["version"]
            upserts.append(action)
        if change["reason"] in ("INITIAL", "RESYNC"):
            versions = {action["id"]: action["version"] for action in change["upserts"]}
            ledger.snapshots.append(Snapshot(at, versions))
        super()._apply({**change, "upserts": upserts})

    def _look_at_cursor(self, cursor: str) -> None:
        if self.cursor is not None:
            (epoch, seq, *_), (epoch_before, seq_before, *_) = cursor.split(":"), self.cursor.split(":")
            if epoch != epoch_before or int(seq) < int(seq_before):
                self._ledger.disordered.append(f"cursor {cursor} after {self.cursor}")


class Writer(Person):
    """Saves and unsaves actions. A request that is repeated has another mutation id: it is another change.

    ``name`` tells its mutation ids from those of others.
    """

    def __init__(self, address: str, token: str, ledger: Ledger, name: str) -> None:
        super().__init__(address, token)
        self._name = name
        self._ledger = ledger
        self._numbers = count(1)

    async def change(self, action_id: str) -> str | None:
        """Save the action, or unsave it if it is saved; the id of the change that was acknowledged.

        None if the action went away by a replacement.
        """
        for name in ("SaveAction", "UnsaveAction"):
            mutation_id, result = await self._answered(name, action_id)
            if result["__typename"] == "CareerActionPayload":
                version = result["careerAction"]["version"]
                change = Change(action_id, version, monotonic(), self._ledger.history)
                self._ledger.acknowledged[mutation_id] = change
                self.acknowledged.add(mutation_id)
                return mutation_id
        return None

    async def _answered(self, name: str, action_id: str) -> tuple[str, Any]:
        while True:
            mutation_id = f"{self._name}{next(self._numbers)}"
            try:
                return mutation_id, await self.once(name, id=action_id, mutationId=mutation_id)
            except NoAnswerError:
                await asyncio.sleep(RETRY)


def some_of(shown: dict[str, dict[str, Any]], random_: random.Random) -> str | None:
    """An action that can be saved or unsaved."""
    ids = sorted(id_ for id_, action in shown.items() if action["status"] in ("SUGGESTED", "SAVED"))
    return random_.choice(ids) if ids else None
