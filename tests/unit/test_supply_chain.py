"""Supply chain: no secret in the repository, nothing in the image that is not locked."""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest

from db.embedded.server import REQUIREMENT
from resolvers.observe.version import DISTRIBUTION

ROOT = Path(__file__).parents[2]
KEY_LIKE = re.compile(
    r"""sk-ant-[\w-]{16,}|sk_(?:live|test)_\w{16,}|whsec_[A-Za-z0-9+/]{24,}|AKIA[0-9A-Z]{16}|gh[pousr]_\w{30,}
    |-----BEGIN\ (?:[A-Z]+\ )?PRIVATE\ KEY|eyJ[\w-]{20,}\.eyJ[\w-]{20,}\.[\w-]{20,}
    |(?:mongodb(?:\+srv)?|rediss?)://[^\s/@:"'{}$]+:[^\s/@"'{}$]{6,}@""",
    re.VERBOSE,
)
PLACEHOLDERS = (
    "mongodb://someone:w=1",
    "mongodb://name:pass:word@",
    "mongodb://user:",
    "redis://user:",
    "rediss://user:",
)
"""Malformed ones, which tests give to see what is said of them."""
GENERATED = ("uv.lock", "package-lock.json", ".png", ".js")


def checked_in() -> list[Path]:
    """The files of the repository, where this is one."""
    done = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    if done.returncode:
        pytest.skip("not a repository")
    return [ROOT / name for name in done.stdout.decode().split("\0") if name and (ROOT / name).is_file()]


@pytest.mark.parametrize(
    "text",
    ["sk-ant-" + "api03-abcdefghijklmnop", "AKIA" + "A" * 16, "mongodb://me:" + "hunter22@db.example.org/"],
)
def test_a_key_is_recognised(text: str) -> None:
    assert KEY_LIKE.search(f"KEY = '{text}'")


def test_nothing_in_the_repository_looks_like_a_key() -> None:
    texts = [file for file in checked_in() if not file.name.endswith(GENERATED)]
    found = {
        f"{file.relative_to(ROOT)}: {match[0][:12]}"
        for file in texts
        for match in KEY_LIKE.finditer(file.read_text("utf-8", "replace"))
        if not match[0].startswith(PLACEHOLDERS)
    }
    assert found == set()


def test_only_the_settings_read_the_environment() -> None:
    reads = re.compile(r"os\.environ|os\.getenv|\bgetenv\(")
    layers = ("db", "services", "schema", "resolvers")
    sources = [file for layer in layers for file in (ROOT / layer).rglob("*.py")]
    reading = {str(file.relative_to(ROOT)) for file in sources if reads.search(file.read_text())}
    assert reading == {
        "db/driver/__init__.py",  # sets the number of motor's threads
        "db/embedded/server.py",  # passes it on to its child, without what is ours
        "resolvers/commands/cli.py",  # NO_COLOR
        "resolvers/commands/environment.py",  # only the names, to find misspelt ones
        "resolvers/observe/logs.py",  # NO_COLOR
    }


def test_what_is_said_to_be_missing_is_what_the_extra_installs() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert project["optional-dependencies"]["embedded"] == [REQUIREMENT]
    assert project["name"] == DISTRIBUTION
    assert "Private :: Do Not Upload" in project["classifiers"]


def test_nothing_sends_people_to_the_project_on_the_index_that_has_our_name() -> None:
    sent = re.compile(r"(?:pip|pipx|uv)(?: \w+)* install (?:--?\S+ )*[\"']?foothold(?![\w/.-])")
    texts = [file for file in checked_in() if not file.name.endswith(GENERATED)]
    assert [file.name for file in texts if sent.search(file.read_text("utf-8", "replace"))] == []


def test_the_image_is_built_from_the_lock_and_runs_as_nobody_in_particular() -> None:
    stages = (ROOT / "Dockerfile").read_text().split("\nFROM ")
    build, final = stages[-2], stages[-1]
    assert all("uv sync --frozen" in line for line in build.splitlines() if "uv sync" in line)
    assert "npm ci" in stages[-3]
    assert re.search(r"^USER \d+$", final, re.MULTILINE)
    assert not re.search(r"apt-get|gcc|build-essential|pip install|uv sync|npm", final)
    assert not re.search(r"^(ARG|ENV) .*(KEY|SECRET|PASSWORD|TOKEN)", "\n".join(stages), re.MULTILINE)


def test_whatever_the_image_is_made_from_is_named_by_version() -> None:
    images = re.findall(r"^FROM (\S+)", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
    assert images
    assert all(re.search(r":\d+\.\d+\.\d+", image) for image in images)
