"""A real redis-server of the test's own, which can be killed and started again."""

import os
import shutil
import socket
import subprocess
import time
from pathlib import Path
from types import TracebackType
from typing import Self

import pytest

from tests.support.patience import patient


class RedisServer:
    """On a free port of the loopback, or on ``port``; keeps nothing."""

    def __init__(self, directory: Path, port: int | None = None) -> None:
        command = shutil.which("redis-server")
        if command is None:
            if os.environ.get("CI"):
                pytest.fail("CI needs redis-server")
            pytest.skip("needs redis-server")
        with socket.create_server(("127.0.0.1", port or 0)) as free:
            self.port = free.getsockname()[1]
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self._arguments = [
            command,
            "--port",
            str(self.port),
            "--bind",
            "127.0.0.1",
            "--save",
            "",
            "--dir",
            str(directory),
        ]
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start, and wait until it listens."""
        self.process = subprocess.Popen(self._arguments, stdout=subprocess.DEVNULL)
        deadline = time.monotonic() + patient(10)
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return
            except ConnectionRefusedError:
                assert time.monotonic() < deadline
                time.sleep(0.02)

    def kill(self) -> None:
        """kill -9."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill()
