"""A headless Chromium, driven over the DevTools protocol."""

import asyncio
import base64
import itertools
import json
import os
import shutil
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any, NoReturn

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from tests.support.patience import patient, within

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--disable-sync",
    "--disable-extensions",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
    "--no-proxy-server",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    "--window-size=1440,900",
    "--remote-debugging-port=0",
)


def missing(what: str) -> NoReturn:
    """Skip the test and say why, except in CI, where everything must be there."""
    if os.environ.get("CI"):
        pytest.fail(f"CI needs {what}")
    pytest.skip(f"needs {what}")


def chromium() -> str:
    """The browser's path. Without one the test is skipped, except in CI."""
    for name in NAMES:
        if path := shutil.which(name):
            return path
    missing("a Chromium in PATH")


TEXT = "document.body.innerText"
WAIT = """(async () => {
  const end = Date.now() + %(milliseconds)d;
  for (;;) {
    const value = await (%(script)s);
    if (value || Date.now() > end) return value;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
})()"""


class Page:
    """One tab. ``requests`` holds the address of every request, its workers' and websockets' included.

    ``complaints`` holds uncaught errors and what the console was told as an error.
    """

    def __init__(self, connection: ClientConnection) -> None:
        self._connection = connection
        self._ids = itertools.count(1)
        self._replies: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._background: set[asyncio.Task[Any]] = set()
        self._session: str | None = None
        self._loaded = asyncio.Event()
        self.requests: list[str] = []
        self.complaints: list[str] = []

    async def open(self) -> None:
        target = await self.send("Target.createTarget", url="about:blank")
        attached = await self.send("Target.attachToTarget", targetId=target["targetId"], flatten=True)
        self._session = attached["sessionId"]
        await self._watch(self._session)
        await self.send("Page.enable")

    async def goto(self, url: str) -> None:
        """Ends when the page and what it names have been loaded."""
        self._loaded.clear()
        await self.send("Page.navigate", url=url)
        async with within(30):
            await self._loaded.wait()

    async def evaluate(self, script: str) -> Any:
        """The value of a JavaScript expression, awaited if it is a promise."""
        reply = await self.send("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in reply, reply["exceptionDetails"]
        return reply["result"].get("value")

    async def wait_for(self, script: str, seconds: float = 15) -> Any:
        """The first truthy value of a JavaScript expression, awaited if it is a promise."""
        value = await self.evaluate(WAIT % {"script": script, "milliseconds": int(patient(seconds) * 1000)})
        assert value, f"{script} stayed {value!r}; the page says: {await self.evaluate(TEXT)}"
        return value

    async def screenshot(self) -> bytes:
        """The visible part as PNG."""
        reply = await self.send("Page.captureScreenshot", format="png")
        return base64.b64decode(reply["data"])

    async def send(self, method: str, session: str | None = None, **params: Any) -> dict[str, Any]:
        number = next(self._ids)
        reply: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        self._replies[number] = reply
        message = {"id": number, "method": method, "params": params}
        if session := session or self._session:
            message["sessionId"] = session
        await self._connection.send(json.dumps(message))
        async with within(30):
            return await reply

    async def receive(self) -> None:
        """Sorts what the browser says, until the connection ends."""
        with suppress(ConnectionClosed):
            async for text in self._connection:
                message = json.loads(text)
                if "id" not in message:
                    self._notice(message["method"], message["params"])
                elif "error" in message:
                    error = RuntimeError(message["error"]["message"])
                    self._replies.pop(message["id"]).set_exception(error)
                else:
                    self._replies.pop(message["id"]).set_result(message["result"])

    def _notice(self, method: str, params: dict[str, Any]) -> None:
        match method:
            case "Network.requestWillBeSent" if not params["request"]["url"].startswith("data:"):
                self.requests.append(params["request"]["url"])
            case "Page.loadEventFired":
                self._loaded.set()
            case "Network.webSocketCreated":
                self.requests.append(params["url"])
            case "Runtime.exceptionThrown":
                self.complaints.append(json.dumps(params["exceptionDetails"]))
            case "Log.entryAdded" if params["entry"]["level"] == "error":
                self.complaints.append(json.dumps(params["entry"]))
            case "Runtime.consoleAPICalled" if params["type"] == "error":
                self.complaints.append(json.dumps(params["args"]))
            case "Target.attachedToTarget":
                task = asyncio.create_task(self._watch_worker(params["sessionId"]))
                self._background.add(task)
                task.add_done_callback(self._background.discard)

    async def _watch_worker(self, session: str) -> None:
        with suppress(RuntimeError, ConnectionClosed):
            await self._watch(session)

    async def _watch(self, session: str) -> None:
        """Enables everything before the target runs. A paused service worker answers some of it only once it runs."""
        auto = {"autoAttach": True, "waitForDebuggerOnStart": True, "flatten": True}
        asked = [self.send(method, session) for method in ("Network.enable", "Runtime.enable", "Log.enable")]
        asked.append(self.send("Target.setAutoAttach", session, **auto))
        asked.append(self.send("Runtime.runIfWaitingForDebugger", session))
        for reply in await asyncio.gather(*asked, return_exceptions=True):
            # A worker has no log of its own.
            if isinstance(reply, BaseException) and not isinstance(reply, RuntimeError):
                raise reply


@asynccontextmanager
async def browser_page(profile: Path) -> AsyncIterator[Page]:
    """An empty tab of a browser that ends with the block. ``profile`` is an empty directory for its files."""
    process = await asyncio.create_subprocess_exec(
        chromium(),
        *FLAGS,
        f"--user-data-dir={profile}",
        "about:blank",
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        address = await asyncio.to_thread(_debugging_address, profile / "DevToolsActivePort")
        async with connect(address, max_size=None, proxy=None, compression=None) as connection:
            page = Page(connection)
            receiving = asyncio.create_task(page.receive())
            await page.open()
            yield page
        await receiving
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()


def _debugging_address(file: Path) -> str:
    for _ in range(600):
        with suppress(FileNotFoundError):
            lines = file.read_text().splitlines()
            if len(lines) == 2:
                return f"ws://127.0.0.1:{lines[0]}{lines[1]}"
        time.sleep(0.05)
    raise TimeoutError("Chromium did not say where it listens")
