"""Eight journeys of people through the client, in Chromium on `foothold demo`."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from resolvers.edge.client import client_available
from tests.smoke.conftest import COMMAND
from tests.support.browser import chromium, missing
from tests.support.patience import patient

CLIENT = Path(__file__).parents[2] / "client"
JOURNEYS = Path("tests/browser/journeys.mjs")


# In a process of its own each journey has limits of its own; this one is for what hangs altogether.
@pytest.mark.timeout(900)
def test_people_get_through_the_client(tmp_path: Path) -> None:
    node = shutil.which("node")
    if node is None or not (CLIENT / "node_modules" / "playwright-core").exists():
        missing("the client's packages, which make test installs where Node 20.19+ is")
    if not client_available():
        missing("the built client, which make test builds where Node 20.19+ is")
    chromium()
    done = subprocess.run(
        [node, "--test", "--test-reporter=tap", JOURNEYS],
        cwd=CLIENT,
        env={**os.environ, "FOOTHOLD": str(COMMAND), "FOOTHOLD_DATA": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=min(patient(120), 850),
        check=False,
    )
    assert done.returncode == 0, done.stdout[-8000:] + done.stderr[-2000:]
    passed = re.findall(r"^# pass (\d+)$", done.stdout, re.MULTILINE)
    assert [int(count) >= 8 for count in passed] == [True], done.stdout
