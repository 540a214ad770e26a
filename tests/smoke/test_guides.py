"""The guides for application developers: each file in them is executed, against a server that dies in between."""

import asyncio
import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from graphql import GraphQLScalarType, build_schema, is_specified_scalar_type

from tests.smoke.conftest import Foothold
from tests.support.client import profile_of
from tests.support.patience import within

ROOT = Path(__file__).parents[2]
GUIDES = [ROOT / "docs" / name for name in ("subscriptions.md", "react.md")]
PACKAGES = ROOT / "explorer" / "node_modules"
NODE = shutil.which("node")

needs_node = pytest.mark.skipif(
    NODE is None or not (PACKAGES / "graphql-ws").is_dir(),
    reason="needs Node, and the packages of `make explorer`",
)


def files() -> dict[str, str]:
    """Return the files that the guides show, by path."""
    text = "\n".join(guide.read_text() for guide in GUIDES)
    return dict(re.findall(r"^```jsx? (\S+)\n(.*?)^```", text, re.DOTALL | re.MULTILINE))


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with the files of the guides in it, and the packages that they name."""
    folder = tmp_path / "project"
    for path, text in files().items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    (folder / "package.json").write_text('{"type": "module"}')
    (folder / "node_modules").symlink_to(PACKAGES)
    return folder


def loaded(project: Path, name: str) -> Any:
    """Return what a module of the project exports by default."""
    script = f"console.log(JSON.stringify((await import('./{name}')).default))"
    command = [str(NODE), "--input-type=module", "--eval", script]
    return json.loads(subprocess.run(command, cwd=project, capture_output=True, check=True).stdout)


def test_every_block_of_code_is_a_file_that_is_executed() -> None:
    blocks = [line for guide in GUIDES for line in guide.read_text().splitlines() if re.match("```.", line)]
    assert len(blocks) == len(files())
    script = (ROOT / "tests" / "smoke" / "guide.js").read_text() + "".join(files().values())
    configurations = {"vite.config.js", "codegen.js"}
    assert [path for path in files() if Path(path).stem not in script and path not in configurations] == []


@needs_node
async def test_the_application_of_the_guides_survives_a_kill(foothold: Foothold, project: Path) -> None:
    (project / "guide.js").write_text((ROOT / "tests" / "smoke" / "guide.js").read_text())
    await foothold.start("demo")
    node = await asyncio.create_subprocess_exec(
        str(NODE),
        "--experimental-websocket",
        "--no-warnings",
        "guide.js",
        cwd=project,
        env={
            "PATH": os.environ["PATH"],
            "ORIGIN": f"http://{foothold.address}",
            "PROFILE": profile_of("ada"),
            "TOKEN": foothold.token("ada"),
        },
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert node.stdout is not None
    assert node.stdin is not None
    said: list[str] = []
    try:
        async with within(90):
            while line := (await node.stdout.readline()).decode().rstrip():
                said.append(line)
                if line == "KILL":
                    foothold.kill()
                    node.stdin.write(b"killed\n")
                if line == "START":
                    await foothold.start("demo")
    finally:
        if node.returncode is None:
            node.kill()
        await node.wait()
    assert said == [
        "INITIAL",
        "DRAWN SAVED SUGGESTED",
        "ANSWER CareerActionPayload SAVED",
        "SAME ROW true",
        "RENDERED true",
        "REFUSED Cannot query field 'titel' on type 'CareerAction'. Did you mean 'title' or 'type'?",
        "SIGNED OUT true",
        "KILL",
        "START",
        "ANSWER CareerActionPayload",
        "RESUME true null",
    ]


@needs_node
def test_the_configuration_of_the_development_server_passes_websockets_and_origins_on(project: Path) -> None:
    assert loaded(project, "vite.config.js")["server"]["proxy"]["/graphql"] == {
        "target": "http://127.0.0.1:8000",
        "ws": True,
        "changeOrigin": False,
    }


@needs_node
def test_the_configuration_of_generated_types_knows_every_scalar_and_finds_every_document(
    project: Path,
) -> None:
    configuration = loaded(project, "codegen.js")
    schema = build_schema((ROOT / "client-of-the-guide" / configuration["schema"]).resolve().read_text())
    own = {
        name
        for name, type_ in schema.type_map.items()
        if isinstance(type_, GraphQLScalarType) and not is_specified_scalar_type(type_)
    }
    (generated,) = configuration["generates"].values()
    assert set(generated["config"]["scalars"]) == own
    folder, pattern = configuration["documents"].rsplit("/", 1)
    assert len(list((ROOT / "client-of-the-guide" / folder).resolve().glob(pattern))) > 30
