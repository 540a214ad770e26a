"""Print the installer of uv.lock as a requirement with its hashes, for `pip install --require-hashes -r`."""

import sys
import tomllib
from pathlib import Path

lock = tomllib.loads(Path(sys.argv[1]).read_text("utf-8"))
uv = next(package for package in lock["package"] if package["name"] == "uv")
hashes = [file["hash"] for file in (uv["sdist"], *uv["wheels"])]
sys.stdout.write(" ".join([f"uv=={uv['version']}", *(f"--hash={each}" for each in hashes)]) + "\n")
