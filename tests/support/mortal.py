"""A process that dies at a chosen write: a proxy in front of its database that refuses everything from then on."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tests.support.answers import NOT_OFFERED, Answers, When
from tests.support.wire import HELLO, WRITES, Backend, Message

_DEAD: Message = {"ok": 0.0, "code": 13, "errmsg": "the process is dead"}


class Mortal(Answers):
    """The database of a process, as long as that lives."""

    dead = False
    _left: int | None = None
    _when = When.DONE
    _person = ""

    def die_at(self, number: int, when: When, person: str) -> None:
        """Let the process die at the write of this number that names the person: after it is done, or before."""
        self.dead, self._left, self._when, self._person = False, number, when, person

    def revive(self) -> None:
        """Let it live again, like another process at the same address."""
        self.dead, self._left = False, None

    async def _answer(self, backend: Backend, command: Message) -> Message | None:
        name = next(iter(command))
        last = False
        if self._left is not None and name in WRITES and self._person in str(command):
            last = self._left == 0
            self._left -= 1
        if last:
            self.dead, self._left = True, None
            if self._when is When.DONE:
                await backend.run(command)
        if self.dead and name not in {*HELLO, "ping"}:
            return _DEAD
        reply = await backend.run(command)
        return {name: value for name, value in reply.items() if name not in NOT_OFFERED}


@asynccontextmanager
async def mortal(port: int) -> AsyncIterator[Mortal]:
    """Serve such a proxy in front of the database at ``port``."""
    process = Mortal(port)
    await process.start()
    try:
        yield process
    finally:
        await process.stop()
