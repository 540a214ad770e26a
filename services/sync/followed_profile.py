"""Subscriptions: what a subscriber of lists is sent, read once for all subscribers of a profile in this process.

A subscriber holds one cursor. Whatever wakes it, it reads the log after its cursor and the entities as they are
now, so hints may be lost, doubled or late. Source of the rules: docs/decisions/0006-sync-protocol.md.
"""

import asyncio
import math
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import replace
from functools import partial
from time import monotonic
from typing import Any, TypeVar, cast

import structlog

from db.sync.changelog import ChangelogRecord, Group, PositionRecord, group_of, log_id
from db.sync.outbox import MarkedRecord
from services.kit.errors import FootholdError
from services.kit.metrics import counts
from services.sync.changelog import Changelogs
from services.sync.emissions import (
    AGAIN_AFTER,
    Cursor,
    Emission,
    EntityT,
    LiveList,
    Logs,
    Place,
    Reason,
    ResyncReason,
    Selection,
)
from services.sync.hub import Signal

_CHANGE_SETS = 8
_ENTITIES = 64
_GROUPS = frozenset(Group)
_GONE = 0.1

logger = structlog.get_logger()

T = TypeVar("T")


class Unavailable(FootholdError):
    """The database did not answer in time."""

    code = "UNAVAILABLE"

    def __init__(self) -> None:
        super().__init__(
            "The database does not answer. Subscribe again in a moment, with the cursor you hold."
        )


async def _read_at(
    live_list: LiveList[EntityT], log: ChangelogRecord, versions: Mapping[str, int]
) -> Mapping[str, EntityT]:
    """Read entities, again for a while where one is older than the log says, or not there yet.

    On a sharded cluster the log is elsewhere than what it tells of, and one may be behind the other after a failover.
    """
    found: dict[str, EntityT] = {}
    wanted = list(versions)
    for pause in (*AGAIN_AFTER, 0.0):
        found.update(await live_list.some(log, wanted))
        late = [id_ for id_ in wanted if id_ in found and _is_older(found[id_], versions[id_])]
        # What may leave its list has likely done so: it is not waited for as long. Nor where nobody can tell.
        absent = [id_ for id_ in wanted if id_ not in found and live_list.shows is not None]
        wanted = late if live_list.loses and pause > _GONE else [*late, *absent]
        if not wanted:
            break
        await asyncio.sleep(pause)
    else:
        logger.warning("entity.read_late", kind=live_list.kind, ids=wanted)
    return found


async def _all_at(live_list: LiveList[EntityT], log: ChangelogRecord) -> Sequence[EntityT]:
    """Read all that the owner sees, and again what is older than the log says."""
    found = await live_list.all(log)
    said = {entry.id: entry.version for entry in log.entries if entry.kind == live_list.kind}
    late = {
        entity.id: said[entity.id]
        for entity in found
        if isinstance(entity, MarkedRecord) and _is_older(entity, said.get(entity.id, 0))
    }
    if not late:
        return found
    newer = await _read_at(live_list, log, late)
    present = [
        newer.get(entity.id, entity) if isinstance(entity, MarkedRecord) else entity for entity in found
    ]
    return [entity for entity in present if live_list.shows is None or live_list.shows(log, entity)]


def _is_older(entity: object, version: int) -> bool:
    return isinstance(entity, MarkedRecord) and entity.version < version


class FollowedProfile(Signal):
    """A profile whose lists are followed. Its subscribers share reads that are under way, and the last change sets."""

    def __init__(self, profile_id: str, changelogs: Changelogs) -> None:
        super().__init__(profile_id)
        self._changelogs = changelogs
        self._logs: dict[Group, tuple[int, ChangelogRecord]] = {}
        self._told: dict[Group, int] = {}
        self._groups: set[Group] = set()
        self._healed: dict[str, PositionRecord] = {}
        self._reads: dict[object, asyncio.Task[Any]] = {}
        self._change_sets: dict[object, Emission[Any]] = {}
        self._entities: dict[tuple[str, str], tuple[float, MarkedRecord]] = {}
        self._looked = -math.inf
        changelogs.followed[profile_id] = self

    def latest(self, group: Group) -> ChangelogRecord | None:
        """Return the changelog as this process last knew it."""
        return self._logs[group][1] if group in self._logs else None

    @property
    def log_ids(self) -> list[str]:
        """The ids of the changelogs that are followed."""
        return [log_id(self.key, group) for group in self._groups]

    def wake(self) -> None:
        """Any changelog may have moved."""
        super().wake()
        self._told = dict.fromkeys(Group, self.ticks)

    def heard(self, payload: str) -> None:
        """The changelog of the group that is named may have moved, or any."""
        if payload not in _GROUPS:
            self.wake()
            return
        super().wake()
        self._told[Group(payload)] = self.ticks

    def offer(self, log: ChangelogRecord) -> None:
        """Take in the changelog that a writer of this process has just written, so that its wake-up need not read it.

        If another's wake-up comes first, the writer's own is read for, and nothing is missed.
        """
        self._forget_other_histories(log)
        self._logs[log.group] = (self.ticks + 1, log)

    def hold(self, kind: str, entity: MarkedRecord, begun: float) -> None:
        """Take in what a writer of this process has written, beginning at ``begun``, so that it need not be read."""
        known = self._entities.pop((kind, entity.id), None)
        if known is None or known[1].version < entity.version:
            known = (begun, entity)
        self._entities[kind, entity.id] = known
        while len(self._entities) > _ENTITIES:
            del self._entities[next(iter(self._entities))]

    def looked(self) -> None:
        """Note that a subscriber may have been shown newer entities than those at hand, read from the database.

        A read may be ahead of the log, by a change of another process to what was written here before.
        """
        self._looked = monotonic()

    def heal(self, position: PositionRecord) -> None:
        """Wake everybody, once for each position: what one subscriber has read, another may have missed.

        Again where this process knows another: an older copy may have been restored since, back to a position at
        which all were woken before.
        """
        known = self.latest(position.group)
        if self._healed.get(position.id) != position or (known is not None and known.position != position):
            self._healed[position.id] = position
            self.heard(position.group)

    async def read(self, groups: Sequence[Group]) -> Logs:
        """Return the changelogs as they are now."""
        self._groups.update(groups)
        return {group: await self._read(group) for group in groups}

    async def _read(self, group: Group) -> ChangelogRecord:
        log = await self._changelogs.read(self.key, group)
        self._forget_other_histories(log)
        return log

    def _forget_other_histories(self, log: ChangelogRecord) -> None:
        """Drop the entities at hand if ``log`` does not go on from the one last known.

        After a restored copy they may have later versions than those there are, and would be shown in their place.
        """
        known = self.latest(log.group)
        if known is not None and _unusable(log, Cursor.of(known)) is not None:
            self._entities.clear()

    async def logs(self, groups: Sequence[Group]) -> Logs:
        """Return the changelogs, each read no earlier than the last time it was told to have moved."""
        return {group: await self._log(group) for group in groups}

    async def _log(self, group: Group) -> ChangelogRecord:
        read_at, known = self._logs.get(group, (-1, None))
        if known is not None and read_at >= self._told.get(group, 0):
            return known
        present = self.ticks
        log = await self._shared(("log", group, present), partial(self._read, group))
        if group not in self._logs or self._logs[group][0] <= present:
            self._logs[group] = (present, log)
        return log

    async def snapshot(self, selection: Selection[EntityT], reason: Reason) -> Emission[EntityT]:
        """The changelogs' positions, then everything: what is written in between comes again by its number."""

        async def read() -> Emission[EntityT]:
            logs = await self.read(selection.groups)
            listed = [
                (name, entity)
                for name, live_list in selection.by_name.items()
                for entity in await _all_at(live_list, logs[group_of(live_list.kind)])
            ]
            self.looked()
            return Emission(reason, Place.of(logs), listed)

        return await self._shared((selection.key, reason, self.ticks), read)

    async def changes(self, selection: Selection[EntityT], logs: Logs, after: Place) -> Emission[EntityT]:
        """Return the changes after ``after`` in their current state. Subscribers at the same place share one object."""
        key = (selection.key, Place.of(logs), tuple(cursor.seq for _, cursor in after.cursors))
        known = self._change_sets.get(key)
        if known is not None:
            return known

        async def read() -> Emission[EntityT]:
            entries = [
                entry
                for group, cursor in after.cursors
                for entry in logs[group].entries
                if entry.seq > cursor.seq and entry.kind in selection.by_kind
            ]
            order = dict.fromkeys((entry.kind, entry.id) for entry in entries)
            places = [(each, id_) for kind, id_ in order for each in selection.by_kind[kind]]
            versions: dict[str, dict[str, int]] = {}
            for entry in entries:
                of_kind = versions.setdefault(entry.kind, {})
                of_kind[entry.id] = max(entry.version, of_kind.get(entry.id, 0))
            found = {
                each.name: await self._found(each, logs[group_of(each.kind)], wanted)
                for kind, wanted in versions.items()
                for each in selection.by_kind[kind]
            }
            return Emission(
                Reason.CHANGE,
                Place.of(logs),
                listed=[
                    (each.name, found[each.name][id_]) for each, id_ in places if id_ in found[each.name]
                ],
                unlisted=[
                    (each.name, id_) for each, id_ in places if each.loses and id_ not in found[each.name]
                ],
                # One mutation may have changed several things.
                mutation_ids=list(dict.fromkeys(entry.mutation_id for entry in entries if entry.mutation_id)),
            )

        emission = await self._shared(key, read)
        self._change_sets[key] = emission
        while len(self._change_sets) > _CHANGE_SETS:
            del self._change_sets[next(iter(self._change_sets))]
        return emission

    async def _found(
        self, live_list: LiveList[EntityT], log: ChangelogRecord, versions: Mapping[str, int]
    ) -> Mapping[str, EntityT]:
        """Return the entities that the owner sees, at the given versions or later ones."""
        shows = live_list.shows
        found: dict[str, EntityT] = {}
        if shows is not None:
            for id_, version in versions.items():
                begun, entity = self._entities.get((live_list.kind, id_), (-math.inf, None))
                if entity is not None and entity.version >= version and begun > self._looked:
                    found[id_] = cast("EntityT", entity)
        missing = [id_ for id_ in versions if id_ not in found]
        if missing:
            found.update(await _read_at(live_list, log, {id_: versions[id_] for id_ in missing}))
            self.looked()
        if shows is None:
            return found
        return {id_: entity for id_, entity in found.items() if shows(log, entity)}

    async def _shared(self, key: object, read: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """Run ``read`` once for all who ask for ``key`` while it runs; one who leaves does not end it."""
        task: asyncio.Task[T] | None = self._reads.get(key)
        if task is None:
            task = self._reads[key] = asyncio.create_task(read())

            def ended(task: asyncio.Task[T]) -> None:
                del self._reads[key]
                if not task.cancelled():
                    task.exception()  # all who asked may have left

            task.add_done_callback(ended)
        return await asyncio.shield(task)


async def opening(
    profile: FollowedProfile, selection: Selection[EntityT], held: Place | ResyncReason | None
) -> Emission[EntityT]:
    """Return the first emission of a subscriber."""
    if held is None:
        return await profile.snapshot(selection, Reason.INITIAL)
    if isinstance(held, ResyncReason):
        return await _resync(profile, selection, held)
    # Read anew: another process may have given the client a cursor that this one has not heard of.
    return await _after(profile, selection, await profile.read(selection.groups), held, Reason.RESUME)


async def advance(
    profile: FollowedProfile, selection: Selection[EntityT], place: Place
) -> Emission[EntityT] | None:
    """Return the changes after ``place`` that have been told of."""
    logs = await profile.logs(selection.groups)
    if any(log.epoch == place[group].epoch and log.seq < place[group].seq for group, log in logs.items()):
        # What was shared may be older than this subscriber's snapshot.
        logs = await profile.read(selection.groups)
    if Place.of(logs) == place:
        return None
    return await _after(profile, selection, logs, place, Reason.CHANGE)


async def _after(
    profile: FollowedProfile, selection: Selection[EntityT], logs: Logs, place: Place, reason: Reason
) -> Emission[EntityT]:
    for group, log in logs.items():
        unusable = _unusable(log, place[group])
        if unusable is not None:
            return await _resync(profile, selection, unusable)
    changes = await profile.changes(selection, logs, place)
    return changes if reason is Reason.CHANGE else replace(changes, reason=reason)


async def _resync(
    profile: FollowedProfile, selection: Selection[EntityT], why: ResyncReason
) -> Emission[EntityT]:
    counts.resyncs[why.value] += 1
    return replace(await profile.snapshot(selection, Reason.RESYNC), resync_reason=why)


def _unusable(log: ChangelogRecord, cursor: Cursor) -> ResyncReason | None:
    if cursor.epoch != log.epoch:
        return ResyncReason.OTHER_EPOCH
    if cursor.seq > log.seq:
        return ResyncReason.FUTURE_CURSOR
    if cursor.seq < log.floor:
        return ResyncReason.CURSOR_TOO_OLD
    # The same numbers in another history: after a failover, or from a restored copy.
    return ResyncReason.OTHER_EPOCH if cursor.tag and cursor.tag != log.tag_at(cursor.seq) else None
