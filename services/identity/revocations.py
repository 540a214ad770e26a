"""Rights that end before their token does: a person's, a session's, or one token's.

Every process keeps all that stand in memory, so that looking at a caller costs no read. What another process
writes is announced, and read every few seconds in case the announcement was lost.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from time import monotonic

import structlog

from db.driver.durable import repeated
from db.revocations import RevocationRecord, RevocationStore
from services.identity.callers import Caller, Identity, InvalidToken
from services.kit import clock
from services.kit.compare_and_set import Attempts
from services.kit.errors import Unauthenticated
from services.kit.ids import derived_id, one_spelling
from services.sync.wakeups import Wakeups

log = structlog.get_logger()

TOPIC = "revoked"
_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
_WHOLE = 300.0
_OVERLAP = timedelta(minutes=1)  # by how much the clocks of processes may differ


class RevokedToken(Unauthenticated):
    """The token was good until its rights were taken away."""

    def __init__(self) -> None:
        super().__init__("The token was revoked. Sign in again.")


@dataclass(eq=False, slots=True)
class Watch:
    """Somebody who is told when the caller's rights end."""

    caller: Caller
    person: str
    end: Callable[[], None]


class Revocations:
    """Revoked tokens, sessions and people. Tokens live ``longest`` at most; issuers' clocks may be ahead by ``skew``.

    ``on_person`` is called when all of a person's tokens end, which the end of their account begins with.
    """

    def __init__(
        self,
        store: RevocationStore,
        wakeups: Wakeups,
        *,
        longest: timedelta,
        skew: timedelta = timedelta(),
        on_person: Callable[[], None] = lambda: None,
        time: Callable[[], float] = monotonic,
    ) -> None:
        self._store = store
        self._wakeups = wakeups
        self._longest = longest
        self._skew = skew
        self._on_person = on_person
        self._standing: dict[str, RevocationRecord] = {}
        self._watches: dict[str, list[Watch]] = {}
        self._time = time
        self._read_at = (_BEGINNING, 0.0)
        self._whole_at = -_WHOLE

    async def revoke_person(self, user_id: str) -> None:
        """End all tokens issued to the person until now. Later ones are good."""
        person = _person(user_id)
        await self._revoke(person, person)

    async def revoke_session(self, user_id: str, session: str) -> None:
        """End all tokens of one of the person's sessions (the claim ``sid``)."""
        await self._revoke(derived_id("revoked", "session", session), _person(user_id))

    async def revoke_token(self, user_id: str, token_id: str) -> None:
        """End one of the person's tokens (the claim ``jti``)."""
        await self._revoke(derived_id("revoked", "token", token_id), _person(user_id))

    def check(self, caller: Caller) -> None:
        """Raises ``RevokedToken``."""
        if self._ended(caller):
            raise RevokedToken

    def watch(self, caller: Caller, end: Callable[[], None]) -> Watch:
        """Call ``end`` when the caller's rights are revoked, now or later, once at most, until ``release``."""
        watch = Watch(caller, _person(caller.user_id), end)
        self._watches.setdefault(watch.person, []).append(watch)
        self._tell(watch.person)
        return watch

    def release(self, watch: Watch) -> None:
        """Undo ``watch``; again changes nothing."""
        watches = self._watches.get(watch.person, [])
        if watch in watches:
            watches.remove(watch)
            if not watches:
                del self._watches[watch.person]

    def on_announcement(self, topic: str, payload: str = "") -> None:
        """Take in a revocation that another process has written."""
        if topic == TOPIC:
            self._take([RevocationRecord.model_validate_json(payload)])

    async def heal(self) -> None:
        """Read what was written since the last time, and forget what means no token any more.

        Everything is read when the clock has jumped since, and now and then.
        """
        now, steady = await self._now(), self._time()
        elapsed = timedelta(seconds=steady - self._read_at[1])
        jumped = abs(now - self._read_at[0] - elapsed) > _OVERLAP / 2
        if jumped or steady - self._whole_at >= _WHOLE:
            await self._read_whole()
            self._whole_at = steady
        else:
            since = now - elapsed - _OVERLAP
            self._take([revocation async for revocation in self._store.written_since(since)])
        self._read_at = now, steady

    async def _read_whole(self) -> None:
        known = set(self._standing)
        present = [revocation async for revocation in self._store.written_since(_BEGINNING)]
        self._take(present)
        for key in known.difference(revocation.id for revocation in present):
            self._standing.pop(key, None)

    async def sweep(self) -> None:
        """Delete what means no token any more, by the database's clock as well as by this process's."""
        now = clock.now()
        await self._store.delete_ended(min(now, await self._store.time() or now))

    async def _revoke(self, key: str, person: str) -> None:
        now = await repeated(self._now)
        moment = now + self._skew
        revocation = RevocationRecord(
            id=key, person=person, moment=moment, written_at=now, until=moment + self._longest + self._skew
        )
        await self._write(revocation)
        self._take([revocation])
        await self._wakeups.announce(TOPIC, revocation.model_dump_json())
        log.info("token.revoked", person=person)

    async def _now(self) -> datetime:
        """Return the time by the database's clock: one that is wrong would revoke too few tokens, or too many."""
        return await self._store.time() or clock.now()

    async def _write(self, revocation: RevocationRecord) -> None:
        """Write it, or move the moment of the one that stands on, never back."""
        attempts = Attempts("revocation")
        while True:
            await attempts.next()
            present = await attempts.patiently(partial(self._store.get, revocation.id))
            if present is not None and present.moment >= revocation.moment:
                return
            if await self._store.write(revocation, present):
                return

    def _take(self, revocations: Sequence[RevocationRecord]) -> None:
        for revocation in revocations:
            known = self._standing.get(revocation.id)
            if known is None or known.moment < revocation.moment:
                self._standing[revocation.id] = revocation
                if revocation.person == revocation.id:
                    self._on_person()
                self._tell(revocation.person)

    def _tell(self, person: str) -> None:
        ended = [watch for watch in self._watches.get(person, []) if self._ended(watch.caller)]
        for watch in ended:
            self.release(watch)
            watch.end()

    def _ended(self, caller: Caller) -> bool:
        return bool(self._standing) and any(self._ends(key, caller) for key in _keys(caller))

    def _ends(self, key: str, caller: Caller) -> bool:
        revocation = self._standing.get(key)
        if revocation is None:
            return False
        if revocation.person != revocation.id:
            return True
        return caller.issued_at is None or caller.issued_at <= revocation.moment


class GuardedIdentity:
    """An identity whose tokens can be revoked: none of them may live longer than a revocation is kept."""

    def __init__(
        self,
        identity: Identity,
        revocations: Revocations,
        *,
        longest: timedelta,
        administrators: Sequence[str] = (),
    ) -> None:
        self._identity = identity
        self._revocations = revocations
        self._longest = longest
        self._administrators = frozenset(map(one_spelling, administrators))

    async def authenticate(self, token: str) -> Caller:
        """Raises ``Unauthenticated``."""
        caller = await self._identity.authenticate(token)
        if caller.expires_at - clock.now() > self._longest:
            raise InvalidToken
        self._revocations.check(caller)
        return replace(caller, administrator=True) if caller.user_id in self._administrators else caller

    async def aclose(self) -> None:
        """Give connections back."""
        await self._identity.aclose()


def _person(user_id: str) -> str:
    return derived_id("revoked", "person", one_spelling(user_id))


def _keys(caller: Caller) -> Iterator[str]:
    yield _person(caller.user_id)
    if caller.session is not None:
        yield derived_id("revoked", "session", caller.session)
    if caller.token_id is not None:
        yield derived_id("revoked", "token", caller.token_id)
