"""Checks that a wheel holds what the API serves and loads, and nothing that was only needed to build it."""

import sys
from zipfile import ZipFile

NEEDED = (
    "resolvers/static/explorer/index.html",
    "resolvers/static/explorer/assets/licenses.md",
    "resolvers/static/client/index.html.br",
    "resolvers/static/client/documents.json",
    "resolvers/static/client/sw.js.br",
    "resolvers/static/client/manifest.webmanifest",
    "resolvers/static/client/icon-512.png",
    "resolvers/static/client/assets/licenses.md",
    "services/samples/opportunities.json",
    "services/kit/words/skills.tsv",
    "services/reference/data/onet.table",
    "services/reference/data/ordinary.txt",
    "services/reference/data/NOTICE.md",
)
UNWANTED = ("node_modules/", "tests/", ".env")

names = ZipFile(sys.argv[1]).namelist()
missing = [needed for needed in NEEDED if not any(name.startswith(needed) for name in names)]
surplus = [name for name in names if name.startswith(UNWANTED)]
if missing or surplus:
    sys.exit(f"missing: {missing}, unwanted: {surplus}")
sys.stdout.write(f"{len(names)} files\n")
