"""Fifty seeded canaries that people, keys and addresses of the tests carry, and what looks for them.

None may ever show in a log, in an error, in a trace or in a metric. Every test's captured output is searched, and
the logs of the processes that the smoke tests start.
"""

import re
from collections.abc import Generator
from random import Random

import pytest

_random = Random(20_261_121)  # noqa: S311 - seeded so that each run looks for the same ones


def _word(letters: str, length: int) -> str:
    return "".join(_random.choice(letters) for _ in range(length))


_LOWER = "abcdefghijklmnopqrstuvwxyz"
_MIXED = _LOWER + _LOWER.upper() + "0123456789"

NAMES = [f"Qanari {_word(_LOWER, 9).title()}" for _ in range(10)]
EMAILS = [f"{_word(_LOWER, 10)}@{_word(_LOWER, 8)}.example" for _ in range(10)]
PHONES = ["+999 " + _word("0123456789", 10) for _ in range(10)]
TOKENS = [".".join(_word(_MIXED, length) for length in (20, 40, 30)) for _ in range(6)]
KEYS = ["canary-key-" + _word(_MIXED, 32) for _ in range(8)]
PASSWORDS = [_word(_MIXED, 20) for _ in range(6)]
"""Of connection strings."""

ALL = [*NAMES, *EMAILS, *PHONES, *TOKENS, *KEYS, *PASSWORDS]

_ANY = re.compile("|".join(map(re.escape, ALL)))
_SIGNED = re.compile(r"eyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]{8,}")
_WITH_PASSWORD = re.compile(r"(?:mongodb(?:\+srv)?|rediss?)://[^\s/@]*:[^\s/@]+@")


def found_in(text: str) -> set[str]:
    """The canaries in a text."""
    return set(_ANY.findall(text))


def leaks_in(text: str) -> set[str]:
    """The canaries in a text, tokens that are signed, and connection strings with a password."""
    return found_in(text) | set(_SIGNED.findall(text)) | set(_WITH_PASSWORD.findall(text))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Fail a test in whose output there is a canary."""
    report = yield
    if report.passed and report.when != "setup":
        leaks = set().union(
            *(leaks_in(text) for name, text in report.sections if name.startswith("Captured"))
        )
        if leaks:
            report.outcome = "failed"
            report.longrepr = f"{report.nodeid} let something be logged: {sorted(leaks)}"
    return report
