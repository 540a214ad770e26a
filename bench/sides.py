"""The sides that are compared, and how each is started."""

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_private_key,
)

from bench.processes import ROOT, free_port, running
from services.identity.local_tokens import KEY_FILE, LocalIdentity

FOOTHOLD, FLOOR, NODE = "foothold", "floor", "node"
PEER = ROOT / "bench" / "peer"


@dataclass(frozen=True, slots=True)
class Server:
    """One that runs."""

    port: int
    pid: int


class Sides:
    """Starts servers that keep their files in ``directory`` and take the tokens of one key."""

    def __init__(self, directory: Path, node: str | None) -> None:
        self.directory = directory
        self._node = node
        self._count = 0
        LocalIdentity(directory)  # makes the key
        private = load_pem_private_key((directory / KEY_FILE).read_bytes(), password=None)
        self._key = directory / "public.pem"
        self._key.write_bytes(
            private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        )

    @property
    def names(self) -> list[str]:
        """Return the sides that can be started here."""
        return [FOOTHOLD, FLOOR] if self._node is None else [FOOTHOLD, FLOOR, NODE]

    @asynccontextmanager
    async def started(self, side: str, uri: str, redis: str | None = None) -> AsyncIterator[Server]:
        """A server of this side on the database at ``uri``, ready for requests."""
        port = free_port()
        self._count += 1
        log = self.directory / f"{side}-{self._count}.log"
        wake = {} if redis is None else {"REDIS_URL": redis}
        if side == FOOTHOLD:
            command = [str(Path(sys.executable).with_name("foothold")), "serve"]
            variables = {
                "FOOTHOLD_PORT": str(port),
                "FOOTHOLD_DATA": str(self.directory),
                "FOOTHOLD_CONNECTIONS": "20000",
                "FOOTHOLD_RATE_PERSON": "off",  # one person asks as often as it can
            }
            directory = self.directory  # where no .env is
        else:
            command = (
                [sys.executable, "-m", "bench.floor"]
                if side == FLOOR
                else [self._node or "node", str(PEER / "server.js")]
            )
            variables = {"PORT": str(port), "PUBLIC_KEY": str(self._key), "NODE_ENV": "production"}
            directory = ROOT
        async with running(
            *command, port=port, log=log, directory=directory, MONGODB_URI=uri, **wake, **variables
        ) as pid:
            yield Server(port, pid)
