"""``python -m tests.proofs.fuzz``: the long version, against the installed command. Fails at what may not be."""

import asyncio
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from time import monotonic

import click

from services.identity.local_tokens import LocalIdentity
from tests.proofs.fuzz.fuzzing import fuzz_bodies, fuzz_documents, fuzz_frames
from tests.smoke.conftest import Foothold
from tests.support.client import profile_of


@click.command()
@click.option("--documents", default=5_000, show_default=True, help="Documents made of the schema.")
@click.option("--bodies", default=20_000, show_default=True, help="HTTP requests of any kind.")
@click.option("--frames", default=20_000, show_default=True, help="Websocket frames of any kind.")
def main(documents: int, bodies: int, frames: int) -> None:
    """Send generated input to a demo server, and look into its log afterwards."""
    with tempfile.TemporaryDirectory() as directory:
        foothold = Foothold(Path(directory))
        for rate in ("PERSON", "ADDRESS", "MODEL", "MODEL_ADDRESS", "SIGN_IN"):
            foothold.set(f"FOOTHOLD_RATE_{rate}", "off")  # or little more than refusals would be seen
        asyncio.run(foothold.start("demo"))
        try:
            token = LocalIdentity(Path(directory) / "data").issue("ada")
            ids = [profile_of("ada"), profile_of("ben")]
            parts: list[tuple[str, int, Callable[[], Counter[str]]]] = [
                ("documents", documents, lambda: fuzz_documents(foothold.address, token, ids, documents)),
                ("bodies", bodies, lambda: fuzz_bodies(foothold.address, token, bodies)),
                ("frames", frames, lambda: fuzz_frames(foothold.address, token, frames)),
            ]
            for name, count, part in parts:
                if count:
                    began = monotonic()
                    answers = part()
                    click.echo(f"{count} {name}: {monotonic() - began:.0f} s, {dict(answers.most_common())}")
        finally:
            foothold.stop()
        bad = [
            line
            for line in foothold.log().splitlines()
            if "Traceback" in line or '"level": "error"' in line or '"level": "critical"' in line
        ]
    for line in bad[:20]:
        click.echo(line, err=True)
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
