"""The commands as a person meets them: what they say, and how they end."""

import asyncio
import json
import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from pymongo import MongoClient

from resolvers.settings import Settings
from tests.smoke.conftest import COMMAND, Foothold
from tests.support.client import profile_of
from tests.support.database import fresh_name, uri_of
from tests.support.follower import Person
from tests.support.patience import within

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text()
API_GUIDE = (ROOT / "docs" / "api.md").read_text()
CONFIGURATION = (ROOT / "docs" / "configuration.md").read_text()
RESUME = {"basics": {"name": "Ada Ferris", "label": "Data analyst"}, "skills": [{"name": "SQL"}]}
POSTING = {"externalId": "1", "title": "Analyst", "organization": "Example Institute", "kind": "JOB"}


def test_the_version_is_said() -> None:
    said = subprocess.run([COMMAND, "--version"], capture_output=True, text=True, check=True).stdout
    python = ".".join(map(str, sys.version_info[:3]))
    found = re.fullmatch(r"foothold \d+\.\d+\.\d+ \(commit (\w+)\+?, Python ([\d.]+)\)\n", said)
    assert found is not None, said
    assert found[2] == python
    head = subprocess.run(["git", "rev-parse", "HEAD"], capture_output=True, text=True, check=False, cwd=ROOT)
    assert head.stdout.startswith(found[1]) or (head.returncode and found[1] == "unknown")


def test_small_commands_load_nothing_large() -> None:
    modules = "sys, resolvers.commands.cli, resolvers.commands.watch, resolvers.commands.talk"
    script = f"import {modules}; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert not {"motor", "pymongo", "strawberry", "anthropic", "taskiq"} & set(loaded.stdout.split())


async def test_a_token_is_known_to_the_server_of_the_same_folder(foothold: Foothold) -> None:
    await foothold.start()
    token, *said = foothold.run("token", "--user", "ada").splitlines()
    assert said[0].endswith(f"{foothold.data / 'signing.key'}.")
    assert "ada has no profile yet" in said[1]
    async with Person(foothold.address, token) as person:
        assert (await person.ask("Viewer"))["profile"] is None
        await person.ask("ImportResume", resume=RESUME)
    assert "no profile" not in foothold.run("token", "--user", "ada")


@pytest.mark.parametrize(
    "command",
    [
        ("token", "--user", "ada"),
        ("watch", "--user", "ada"),
        ("talk", "--user", "ada"),
        ("revoke", "--user", "ada"),
        ("epoch", "--renew"),
    ],
    ids=" ".join,
)
def test_in_the_wrong_folder_a_command_makes_neither_key_nor_database(
    foothold: Foothold, command: tuple[str, ...]
) -> None:
    said = foothold.run(*command, status=1)
    assert said.startswith(
        f"Error: There is no {'database' if command[0] in ('revoke', 'epoch') else 'signing key'}"
    )
    assert str(foothold.data) in said
    assert not foothold.data.exists()


@pytest.mark.parametrize("command", [("revoke", "--user", "ada"), ("epoch", "--renew")], ids=" ".join)
def test_on_a_server_without_a_foothold_a_command_makes_no_database(
    foothold: Foothold, mongodb_uri: str, command: tuple[str, ...]
) -> None:
    name = fresh_name()
    foothold.set("MONGODB_URI", uri_of(mongodb_uri, name))
    said = foothold.run(*command, status=1)
    assert said.startswith(f"Error: There is no Foothold in the database {name} at 127.0.0.1:")
    with MongoClient[dict[str, object]](mongodb_uri) as client:
        assert name not in client.list_database_names()


@pytest.mark.timeout(180)  # it starts six processes
async def test_who_is_unknown_is_named_and_not_revoked(foothold: Foothold, tmp_path: Path) -> None:
    (tmp_path / "ada.json").write_text(json.dumps(RESUME))
    await foothold.start()
    foothold.run("load", "resume", "ada.json", "--user", "ada")
    assert f"Revoked all tokens of ada in the embedded database in {foothold.data}" in foothold.run(
        "revoke", "--user", "ada"
    )
    unknown = foothold.run("revoke", "--user", "adda", status=1)
    assert "adda has no profile in the embedded database" in unknown
    assert "Revoked all tokens of adda" in foothold.run("revoke", "--user", "adda", "--unknown-too")
    assert f"in the embedded database in {foothold.data}" in foothold.run("epoch", "--renew")


def test_a_token_for_nobody_is_refused(foothold: Foothold) -> None:
    foothold.token("ada")
    assert "1 to 255" in foothold.run("token", "--user", "", status=1)
    assert "--user" in foothold.run("token", status=2)


def test_the_schema_is_the_one_in_the_repository(foothold: Foothold) -> None:
    assert foothold.run("schema") == (ROOT / "graphql" / "schema.graphql").read_text()


def test_a_load_reports_what_was_refused_and_its_exit_status_says_it_too(
    foothold: Foothold, tmp_path: Path
) -> None:
    unknown = POSTING | {"externalId": "2", "kind": "COURSE"}
    for postings, status in (([POSTING, unknown], 3), ([unknown], 1)):
        (tmp_path / "postings.json").write_text(json.dumps({"opportunities": postings}))
        said = foothold.run("load", "opportunities", "postings.json", status=status)
        assert f"{len(postings) - 1} new, 0 changed, 0 as before, 1 refused" in said
        assert f"item {len(postings) - 1} (2): kind: Must be 'JOB'" in said


def test_a_resume_is_loaded_before_any_server_ran(foothold: Foothold, tmp_path: Path) -> None:
    (tmp_path / "ada.json").write_text(json.dumps(RESUME))
    said = foothold.run("load", "resume", "ada.json", "--user", "ada")
    assert said == "Imported as version 1 of the profile of ada.\n"


def test_a_resume_is_looked_at_before_it_is_loaded(foothold: Foothold, tmp_path: Path) -> None:
    document = {
        "basics": {"name": "Ada"},
        "experience": [{"company": "Mill"}, {"company": "Inn"}],
        "hobbies": [],
    }
    (tmp_path / "ada.json").write_text(json.dumps(document))
    load = ("load", "resume", "ada.json", "--user", "ada")
    said = foothold.run(*load, "--dry-run")
    assert "work: new: Mill\nwork: new: Inn\n" in said
    assert "resume.experience: Read as work.\n" in said
    assert said.endswith("Nothing was changed.\n")
    assert foothold.run(*load).endswith("Imported as version 1 of the profile of ada.\n")
    (tmp_path / "ada.json").write_text("{}")
    assert "--confirm-removal" in foothold.run(*load, status=1)
    assert "version 2" in foothold.run(*load, "--confirm-removal")
    (tmp_path / "ada.json").write_text('{"work": [], "basics": {}, "work": [{"name": 1, "name": 2}]}')
    assert foothold.run(*load, status=1) == (
        "Error: resume.work: In the document more than once: keep one of them.\n"
        "resume.work[0].name: In the document more than once: keep one of them.\n"
    )


@pytest.mark.parametrize(
    ("kind", "content", "why"),
    [
        ("opportunities", b'{"a":', "Not valid JSON"),
        ("opportunities", b"\xff\xfe[]", "Not UTF-8"),
        ("opportunities", b'{"basics": {}}', "docs/opportunity-format.md"),
        ("resume --user ada", b'{"a":', "Not valid JSON"),
        ("resume --user ada", b"[]", "JSON Resume"),
        ("resume --user ada", b"%PDF-1.7\n%\xe2\xe3", "file.json is a PDF, which is not read yet"),
        ("resume --user ada", b"\n%PDF-1.4", "https://jsonresume.org/schema"),
        ("resume --user ada", b"PK\x03\x04\x14\0", "Word document"),
        ("resume --user ada", b"\xd0\xcf\x11\xe0\xa1", "Word document"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_in_one_line(
    foothold: Foothold, tmp_path: Path, kind: str, content: bytes, why: str
) -> None:
    (tmp_path / "file.json").write_bytes(content)
    said = foothold.run("load", *kind.split(), "file.json", status=1)
    assert why in said
    assert said.startswith("Error: ")
    assert len(said.splitlines()) == 1


def test_a_file_that_is_not_there_is_named(foothold: Foothold) -> None:
    assert "nowhere.json" in foothold.run("load", "opportunities", "nowhere.json", status=2)


def test_a_port_that_is_taken_is_named_before_anything_starts(foothold: Foothold, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", foothold.port)):
        said = foothold.run("serve", status=1)
    assert said.startswith(f"Error: Port {foothold.port} is taken")
    assert "FOOTHOLD_PORT" in said
    assert not (tmp_path / "data" / "database").exists()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("FOOTHOLD_PORT", "eighty"),
        ("FOOTHOLD_ALLOWED_ORIGINS", "https://example.org"),
        ("FOOTHOLD_HOST", "not a host"),
        ("FOOTHOLD_DATA", "/dev/null"),
        ("MONGODB_URI", "mongodb://name:pass:word@nowhere/"),
    ],
)
def test_a_bad_setting_is_named_without_a_traceback(foothold: Foothold, name: str, value: str) -> None:
    foothold.set(name, value)
    said = foothold.run("serve", status=1)
    error = next(line for line in said.splitlines() if line.startswith("Error: "))
    assert name in error or value in error
    assert "Traceback" not in said
    assert "pass" not in error


EVERY_COMMAND = [
    ("serve",),
    ("demo",),
    ("worker",),
    ("epoch", "--renew"),
    ("revoke", "--user", "ada"),
    ("token", "--user", "ada"),
    ("watch", "--user", "ada"),
    ("talk", "--user", "ada"),
    ("load", "opportunities", "file.json"),
    ("load", "resume", "file.json", "--user", "ada"),
]


@pytest.mark.parametrize("command", EVERY_COMMAND, ids=" ".join)
def test_every_command_says_which_variable_is_wrong_in_one_line(
    foothold: Foothold, tmp_path: Path, command: tuple[str, ...]
) -> None:
    (tmp_path / "file.json").write_text(json.dumps(RESUME))
    for name, value in (
        ("MONGODB_URI", "mongodb://user:hunter2@host:port/"),
        ("REDIS_URL", "redis://user:hunter2@[::1/0"),
        ("FOOTHOLD_JWKS_ULR", "https://hunter2.example"),
        ("FOOTHOLD_ALLOWED_ORIGINS", '["hunter2.example"]'),
    ):
        foothold.set(name, value)
        said = foothold.run(*command, status=1)
        foothold.set(name, None)
        assert said.startswith(f"Error: {name}: "), said
        assert "hunter2" not in said
        assert len(said.splitlines()) == 1
    assert not (tmp_path / "data").exists()


def test_an_empty_variable_counts_as_not_set(foothold: Foothold) -> None:
    foothold.set("FOOTHOLD_JWKS_URL", "")
    foothold.token("ada")
    assert foothold.run("token", "--user", "ada").partition("\n")[0].count(".") == 2


async def test_a_second_server_says_that_the_folder_is_in_use(foothold: Foothold) -> None:
    await foothold.start()
    foothold.set("FOOTHOLD_PORT", "0")
    assert "in use by another Foothold" in foothold.run("serve", status=1)


async def test_ctrl_c_is_no_error(foothold: Foothold) -> None:
    await foothold.start()
    assert foothold.process is not None
    foothold.process.send_signal(signal.SIGINT)
    assert foothold.process.wait(30) == 0
    assert "Abort" not in foothold.log()


async def test_watching_with_a_token_that_is_not_accepted_ends(foothold: Foothold) -> None:
    await foothold.start()
    assert "The token is not accepted" in foothold.run("watch", "--token", "nonsense", status=1)
    assert "No profile yet" in foothold.run("watch", "--user", "nobody", status=1)
    address = f"ws://{foothold.address}/elsewhere"
    assert "403" in foothold.run("watch", "--user", "ada", "--url", address, status=1)
    assert "ws://" in foothold.run("watch", "--user", "ada", "--url", "nonsense", status=1)
    assert "--token" in foothold.run("watch", status=2)


async def line_of(output: asyncio.StreamReader, text: str) -> None:
    async with within(30):
        while line := (await output.readline()).decode():
            if text in line:
                return
    raise AssertionError(f"ended without {text}")


async def test_what_a_demo_prints_can_be_pasted(foothold: Foothold, tmp_path: Path) -> None:
    await foothold.start("demo")
    greeting = foothold.log()
    watch = next(line for line in greeting.splitlines() if " watch --user ada" in line)
    refresh = greeting[greeting.index("  curl ") :]
    shell = await asyncio.create_subprocess_exec(
        "sh", "-c", f"exec env {watch}", cwd=tmp_path, stdout=asyncio.subprocess.PIPE
    )
    assert shell.stdout is not None
    try:
        await line_of(shell.stdout, "watching Ada")
        await line_of(shell.stdout, "INITIAL")
        answer = await asyncio.create_subprocess_exec(
            "sh", "-c", refresh, cwd=tmp_path, stdout=asyncio.subprocess.PIPE
        )
        assert b"RefreshMatchesPayload" in (await answer.communicate())[0]
        await line_of(shell.stdout, "careerActions  CHANGE  +")
        foothold.kill()
        await foothold.start("demo")
        await line_of(shell.stdout, "careerActions  RESUME  +0 -0")
    finally:
        shell.kill()
        await shell.wait()


async def test_the_client_in_the_api_guide_survives_a_kill(foothold: Foothold, tmp_path: Path) -> None:
    found = re.search(r"```python\n(.*?)```", API_GUIDE, re.DOTALL)
    assert found is not None
    (tmp_path / "client.py").write_text(found[1])
    await foothold.start("demo")
    environment = {
        "PATH": os.environ["PATH"],
        "PROFILE": profile_of("ada"),
        "TOKEN": foothold.token("ada"),
        "URL": f"ws://{foothold.address}/graphql",
    }
    client = await asyncio.create_subprocess_exec(
        sys.executable,
        "-W",
        "error",
        "client.py",
        cwd=tmp_path,
        env=environment,
        stdout=asyncio.subprocess.PIPE,
    )
    assert client.stdout is not None
    try:
        await line_of(client.stdout, "INITIAL []")
        foothold.kill()
        await foothold.start("demo")
        await line_of(client.stdout, "RESUME []")
        async with Person(foothold.address, environment["TOKEN"]) as person:
            await person.ask("RefreshMatches", profileId=environment["PROFILE"])
        await line_of(client.stdout, "CHANGE ['SUGGESTED'")
    finally:
        client.kill()
        await client.wait()


def test_the_configuration_guide_and_the_template_name_every_setting() -> None:
    for field in Settings.model_fields.values():
        assert f"`{field.alias}`" in CONFIGURATION, field.alias
        assert f"{field.alias}=" in (ROOT / ".env.example").read_text(), field.alias


def test_the_readme_shows_the_line_that_the_demo_prints() -> None:
    (line,) = re.findall(r"-d '(.*refreshMatches.*)'", README)
    assert json.loads(line)["query"].count(profile_of("ada")) == 1


async def test_any_list_can_be_watched(foothold: Foothold) -> None:
    await foothold.start("demo")
    names = ("profile", "budget", "matches", "career-actions", "refresh-runs", "messages", "learnings")
    watching = foothold.popen("watch", "--user", "ada", *(f"--list={name}" for name in names))
    assert watching.stdout is not None
    try:
        said = b""
        while b"PROFILE" not in said:
            line = await asyncio.to_thread(watching.stdout.readline)
            assert line, said
            said += line
        assert b"changes  INITIAL" in said
    finally:
        watching.kill()
        watching.communicate()
    assert "SECRETS" in foothold.run("watch", "--user", "ada", "--list", "secrets", status=1)
