"""What the comparison found, as a section of docs/benchmarks.md."""

import json

from bench.plan import Step

Found = dict[str, dict[str, float]]


def section(
    results: dict[str, Found], steps: dict[str, Step], node: str | None, *, embedded: bool, quick: bool
) -> str:
    return json.dumps(results, indent=1)
