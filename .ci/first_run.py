"""Runs a demo in a folder of its own, asks it something as a browser would, and stops it.

    python3 .ci/first_run.py FOLDER COMMAND…

FOLDER is a fresh checkout for ``make demo``, or the environment that a wheel was installed into.
"""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

LIMIT = 420


def request(port: int, path: str, body: object = None, **headers: str) -> str:
    """The answer's text; anything but 200 is an ``OSError``."""
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        data = None if body is None else json.dumps(body)
        connection.request("GET" if body is None else "POST", path, data, headers)
        response = connection.getresponse()
        if response.status != 200:
            raise ConnectionError(f"{path} answered {response.status}")
        return response.read().decode()
    finally:
        connection.close()


def wait_until_ready(demo: "subprocess.Popen[bytes]", port: int) -> None:
    began = time.monotonic()
    while demo.poll() is None and time.monotonic() - began < LIMIT:
        with suppress(OSError):
            request(port, "/readyz")
            return
        time.sleep(0.5)
    raise SystemExit(f"the demo is not ready; its exit status is {demo.poll()}")


def ask(port: int) -> None:
    if 'src="/assets/' not in request(port, "/", Accept="text/html"):
        raise SystemExit("the client was not built")
    page = request(port, "/graphql", Accept="text/html")
    found = re.search(r'id="foothold-config">(.*?)</script>', page)
    if found is None:
        raise SystemExit("the explorer was not built")
    config = json.loads(found[1])
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {config['token']}"}
    query = {"query": "{ viewer { profile { id name } } }"}
    answer: dict[str, Any] = json.loads(request(port, "/graphql", query, **headers))
    profile = (answer.get("data") or {"viewer": {"profile": None}})["viewer"]["profile"]
    if not profile or profile["id"] != config["profileId"] or not profile["name"]:
        raise SystemExit(f"unexpected answer: {answer}")


def left_behind(checkout: Path) -> list[str]:
    """The commands of processes that run from the checkout."""
    found = []
    for file in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):
            command = file.read_bytes().replace(b"\0", b" ").decode(errors="replace")
            if f"{checkout}/" in command and str(os.getpid()) != file.parent.name:
                found.append(command)
    return found


def main(checkout: Path, command: list[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    log = checkout / "demo.log"
    environment = {**os.environ, "FOOTHOLD_PORT": str(port), "FOOTHOLD_DATA": str(checkout / "data")}
    began = time.monotonic()
    with log.open("wb") as output:
        demo = subprocess.Popen(  # noqa: S603 - what CI says
            command,
            cwd=checkout,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        wait_until_ready(demo, port)
        sys.stdout.write(f"ready after {time.monotonic() - began:.0f} s\n")
        ask(port)
        os.killpg(demo.pid, signal.SIGINT)
        demo.wait(30)
        time.sleep(1)
        if left := left_behind(checkout):
            raise SystemExit(f"outlived the demo: {left}")
    except BaseException:
        sys.stderr.write(log.read_text(errors="replace")[-8000:])
        raise
    finally:
        with suppress(ProcessLookupError):
            os.killpg(demo.pid, signal.SIGKILL)


main(Path(sys.argv[1]), sys.argv[2:])
