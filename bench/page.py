"""docs/benchmarks.md: sections that are written by the benchmarks only, each in place of the one before."""

import os
import platform
from collections.abc import Sequence
from importlib.metadata import version

from bench.processes import ROOT

PAGE = ROOT / "docs" / "benchmarks.md"


def machine(packages: Sequence[str], also: Sequence[str] = ()) -> str:
    """On what it was measured: the machine's size, Python, the versions of ``packages``, and ``also``."""
    pages = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30
    versions = ", ".join([*(f"{name} {version(name)}" for name in packages), *also])
    return (
        f"Measured on {platform.system()} {platform.machine()}, {os.cpu_count()} cores, {pages:.0f} GiB, with "
        f"Python {platform.python_version()}, {versions}."
    )


def write(heading: str, text: str) -> None:
    """Put the section, which begins with ``heading``, in place of the one that is there, or at the end."""
    page = PAGE.read_text() if PAGE.exists() else "# Benchmarks\n"
    before, found, rest = page.partition(f"\n{heading}\n")
    _, following, after = rest.partition("\n## ")
    if found:
        page = f"{before}\n{text.rstrip()}\n" + (f"{following}{after}" if following else "")
    else:
        page = f"{page.rstrip()}\n\n{text.rstrip()}\n"
    PAGE.write_text(page)
