"""The load generator: a process of its own that plays one case against a server, whichever side it is.

Takes a ``Task`` as JSON on its standard input and answers with numbers as JSON on its standard output.
"""

import asyncio
import json
import sys

import uvloop

from bench.cases import CASES
from bench.load import Load, Task


def main() -> None:
    """Play what standard input says."""
    task = Task(**json.load(sys.stdin))
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        result = runner.run(CASES[task.case](Load(task)))
    json.dump(result, sys.stdout)


if __name__ == "__main__":
    main()
