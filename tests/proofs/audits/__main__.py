"""``python -m tests.proofs.audits``: the audits of the npm package graphql-http against a server of ours.

Needs Node, and what ``npm ci`` puts here. Two switches differ from the defaults, because the audits ask for what is
off: queries by GET from anybody, and introspection.
"""

import asyncio
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.smoke.conftest import Foothold

HERE = Path(__file__).parent


async def main() -> int:
    with tempfile.TemporaryDirectory() as directory:
        foothold = Foothold(Path(directory))
        foothold.set("FOOTHOLD_PLAIN_GET", "true")
        foothold.set("FOOTHOLD_INTROSPECTION", "always")
        await foothold.start()
        try:
            url = f"http://{foothold.address}/graphql"
            return subprocess.run(  # noqa: ASYNC221 - nothing else runs here
                ["node", HERE / "audit.js", url], check=False, timeout=120
            ).returncode
        finally:
            foothold.stop()


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
