"""Ledgers of acknowledged changes, and of those that a subscriber of one or all lists has seen."""

import asyncio
import random
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from time import monotonic
from typing import Any

from schema.shared.relay import parse_global_id
from tests.support.follower import RETRY, Follower, NoAnswerError, Person

MUTATIONS = {
    "CareerAction": ("SaveAction", "UnsaveAction"),
    "Learning": ("AcceptLearning", "RetractLearning"),
    "Application": ("MarkApplied", "TakeApplicationStepBack"),
}
UNDONE = ("SUGGESTED", "PENDING", "INTERESTED")
DECISION = "/d"
"""End of the mutation ids of decisions on learnings: a change of the profile follows under the same."""
LOST = 0.1
"""Share of answers that a writer loses."""
LEARNINGS, APPLICATIONS = 0.1, 0.2
"""Shares of changes that are made to learnings, which end so that others must take their place, and applications."""


@dataclass(frozen=True, slots=True)
class Change:
    """Something came to ``version``, which its writer was told at ``at`` (monotonic seconds).

    ``history`` counts the times that the database had been replaced by an older copy.
    """

    entity_id: str
    version: int
    at: float
    history: int


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Everything, as an INITIAL or RESYNC brought it at ``at``: versions by id."""

    at: float
    versions: dict[str, int]

    def shows(self, change: Change) -> bool:
        """What is not in it any more was replaced since."""
        version = self.versions.get(change.entity_id)
        return change.at <= self.at if version is None else change.version <= version


@dataclass
class Ledger:
    """Both sides, by mutation id. An id is given to one request only: one that comes twice was doubled here.

    ``kinds`` are the types of what the subscriber follows. ``made`` are the versions that mutations made, as the
    changelog numbers them: an answer tells of the object as it is by then, and may be of a later version.
    """

    kinds: Collection[str]
    made: Mapping[str, int]
    acknowledged: dict[str, Change] = field(default_factory=dict)
    times: Counter[str] = field(default_factory=Counter)
    seen: dict[str, float] = field(default_factory=dict)
    """When it came by its id."""
    shown: dict[str, float] = field(default_factory=dict)
    """When a snapshot showed it first; of what did not come by its id."""
    unseen: dict[str, Change] = field(default_factory=dict)
    """Acknowledged, not seen, and not lost by a replacement of the database."""
    snapshots: list[Snapshot] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    disordered: list[str] = field(default_factory=list)
    excuses: list[tuple[float, float]] = field(default_factory=list)
    """Periods in which the subscriber could not have heard of anything."""
    history: int = 0
    refused: set[str] = field(default_factory=set)
    lost: set[str] = field(default_factory=set)
    """Acknowledged, but not in the copy that replaced the database: nobody need see them."""

    def acknowledge(self, mutation_id: str, change: Change) -> None:
        if parse_global_id(change.entity_id)[0] not in self.kinds:
            return
        self.acknowledged[mutation_id] = change
        if mutation_id in self.seen:
            return
        at = next((snapshot.at for snapshot in self.snapshots if snapshot.shows(change)), None)
        if at is None:
            self.unseen[mutation_id] = change
        else:
            self.shown[mutation_id] = at

    def refuse(self, mutation_id: str) -> None:
        """The writer was told that it was not done: nobody may be shown that it was."""
        self.refused.add(mutation_id)
        if mutation_id in self.seen:
            self.disordered.append(f"{mutation_id}: refused, though it was shown")

    def see(self, mutation_id: str, at: float) -> None:
        if mutation_id in self.refused:
            self.disordered.append(f"{mutation_id}: shown, though it was refused")
        self.times[mutation_id] += 1
        # The number of a learning's decision, and that of the profile which follows it.
        if self.times[mutation_id] > 1 + (mutation_id.endswith(DECISION) and "Profile" in self.kinds):
            self.doubled.append(mutation_id)
        self.seen.setdefault(mutation_id, at)
        self.unseen.pop(mutation_id, None)

    def see_all(self, snapshot: Snapshot) -> None:
        self.snapshots.append(snapshot)
        for mutation_id in [id_ for id_, change in self.unseen.items() if snapshot.shows(change)]:
            self.shown[mutation_id] = snapshot.at
            del self.unseen[mutation_id]

    def replaced(self, held: int) -> None:
        """Begin another history: the database is replaced by a copy that has the first ``held`` changes."""
        for number, mutation_id in enumerate(self.acknowledged):
            if number >= held and self.acknowledged[mutation_id].history == self.history:
                self.lost.add(mutation_id)
                self.unseen.pop(mutation_id, None)
        self.snapshots.clear()
        self.history += 1

    def seen_at(self, mutation_id: str) -> float | None:
        """When it came, by its id or in a snapshot; None if it has not."""
        return self.seen.get(mutation_id, self.shown.get(mutation_id))

    def missed(self) -> list[str]:
        """Acknowledged, not seen."""
        return list(self.unseen)

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

    @property
    def wrong(self) -> list[str]:
        """Return what the subscriber was sent and must not have been."""
        return [*(f"doubled: {id_}" for id_ in self.doubled), *self.disordered]

    def order_of_ids(self) -> list[str]:
        """Entities whose changes were not named in the order of their versions."""
        last: dict[str, tuple[int, int]] = {}
        wrong = []
        for mutation_id in self.seen:
            change, made = self.acknowledged.get(mutation_id), self.made.get(mutation_id)
            if change is None or made is None:
                continue
            version = (change.history, made)
            if made > change.version:
                wrong.append(f"{mutation_id}: made version {made}, and was told {change.version}")
            if version < last.get(change.entity_id, version):
                wrong.append(f"{mutation_id}: version {made} came late")
            last[change.entity_id] = version
        return wrong


class Witness(Follower):
    """A subscriber that looks at every emission for what must not be."""

    def __init__(
        self,
        address: str,
        token: str,
        profile_id: str,
        ledger: Ledger,
        subscription: str = "CareerActionsLive",
    ) -> None:
        super().__init__(address, token, profile_id, subscription)
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
            ledger.see(mutation_id, at)
        upserts = []
        for action in change["upserts"]:
            if action["version"] < self._versions.get(action["id"], 0):
                ledger.disordered.append(f"{action['id']}: version {action['version']} after a later one")
                continue
            self._versions[action["id"]] = action["version"]
            upserts.append(action)
        if change["reason"] in ("INITIAL", "RESYNC"):
            versions = {action["id"]: action["version"] for action in change["upserts"]}
            ledger.see_all(Snapshot(at, versions))
        super()._apply({**change, "upserts": upserts})

    def _look_at_cursor(self, cursor: str) -> None:
        if self.cursor is not None:
            (epoch, seq, *_), (epoch_before, seq_before, *_) = cursor.split(":"), self.cursor.split(":")
            if epoch != epoch_before or int(seq) < int(seq_before):
                self._ledger.disordered.append(f"cursor {cursor} after {self.cursor}")


class RefusedError(Exception):
    """A token that is good was refused."""


class Writer(Person):
    """Changes actions, learnings and the profile, and sends messages; what is not answered is asked again as it was.

    ``name`` tells its mutation ids from those of others. By ``chance`` it loses answers that came, and asks again.
    """

    def __init__(
        self, address: str, token: str, ledgers: Sequence[Ledger], name: str, chance: random.Random
    ) -> None:
        super().__init__(address, token)
        self._name = name
        self._numbers = count(1)
        self._ledgers = ledgers
        self._chance = chance

    async def once(self, name: str, **variables: Any) -> Any:
        """Raises ``RefusedError``, or it would be asked again for ever."""
        try:
            return await super().once(name, **variables)
        except NoAnswerError as error:
            if "UNAUTHENTICATED" in str(error):
                raise RefusedError(str(error)) from error
            raise

    async def change(self, id_: str, shown: Mapping[str, Any]) -> str | None:
        """Do what can be done to it, or undo it if it is done; the id of the change that was acknowledged.

        ``shown`` is its state, by which the likelier of both is tried first. None if nothing can be: it went away by a
        replacement, or is over.
        """
        kind = parse_global_id(id_)[0]
        ending = DECISION if kind == "Learning" else ""
        for name in MUTATIONS[kind] if _status(shown) in UNDONE else reversed(MUTATIONS[kind]):
            mutation_id, result = await self._answered(name, ending, id=id_)
            if result["__typename"].endswith("Payload"):
                changed = result.get("careerAction") or result.get("application") or result["learning"]
                self._acknowledge(mutation_id, id_, changed["version"])
                return mutation_id
            self._refuse(mutation_id)
        return None

    async def change_profile(self) -> None:
        """Give the profile another headline."""
        headline = f"Analyst {next(self._numbers)}"
        mutation_id, result = await self._answered("UpdateProfile", "", input={"headline": headline})
        if result["__typename"] == "ProfilePayload":
            self._acknowledge(mutation_id, result["profile"]["id"], result["profile"]["version"])
        else:
            self._refuse(mutation_id)

    async def say(self, profile_id: str) -> None:
        """Send a message. It may be refused while a reply is written."""
        text = f"I am looking for work, {next(self._numbers)}."
        mutation_id, result = await self._answered("SendMessage", "", profileId=profile_id, text=text)
        if result["__typename"] == "SendMessagePayload":
            self._acknowledge(mutation_id, result["sent"]["id"], 1)
        else:
            self._refuse(mutation_id)

    def _acknowledge(self, mutation_id: str, entity_id: str, version: int) -> None:
        for ledger in self._ledgers:
            ledger.acknowledge(mutation_id, Change(entity_id, version, monotonic(), ledger.history))
        self.acknowledged.add(mutation_id)

    def _refuse(self, mutation_id: str) -> None:
        for ledger in self._ledgers:
            ledger.refuse(mutation_id)

    async def _answered(self, name: str, ending: str, **variables: Any) -> tuple[str, Any]:
        mutation_id = f"{self._name}{next(self._numbers)}{ending}"
        while True:
            try:
                result = await self.once(name, **variables, mutationId=mutation_id)
                if self._chance.random() >= LOST:
                    return mutation_id, result
            except NoAnswerError:
                await asyncio.sleep(RETRY)


def some_of(shown: dict[str, dict[str, Any]], random_: random.Random) -> str | None:
    """Something that can be changed: of what is shown, an action, or seldomer an application or a learning."""
    actions, learnings, applications = [], [], []
    for id_ in sorted(shown):
        kind, status = parse_global_id(id_)[0], _status(shown[id_])
        if kind == "CareerAction" and status in ("SUGGESTED", "SAVED"):
            actions.append(id_)
        elif kind == "Learning" and status in ("PENDING", "ACCEPTED"):
            learnings.append(id_)
        elif kind == "Application":
            applications.append(id_)
    dice = random_.random()
    some = actions
    if applications and dice < APPLICATIONS:
        some = applications
    elif learnings and APPLICATIONS <= dice < APPLICATIONS + LEARNINGS:
        some = learnings
    return random_.choice(some) if some else None


def _status(shown: Mapping[str, Any]) -> Any:
    return shown.get("status", shown.get("learningStatus", shown.get("stage")))
