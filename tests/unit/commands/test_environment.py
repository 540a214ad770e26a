"""A misspelt name in the environment or in `.env` stops the start. The message names it and holds no value."""

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from pydantic import ValidationError
from strawberry.http.websocket_origin import normalize_allowed_origins

from resolvers.commands.environment import EnvironmentFault, read_settings
from resolvers.settings import Settings

NAMES = sorted(field.alias for field in Settings.model_fields.values() if field.alias)
OURS = [name for name in NAMES if name.startswith("FOOTHOLD_")]
SECRET = "hunter2"
LETTERS = st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZ_")


@pytest.fixture(autouse=True, scope="module")
def nothing_set(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """An environment without settings, in an empty folder."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path_factory.mktemp("empty"))
        for name in os.environ:
            if name.startswith("FOOTHOLD_"):
                patch.delenv(name)
        yield


def fault_of(**variables: str) -> str:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in variables.items():
            patch.setenv(name, value)
        with pytest.raises(EnvironmentFault) as raised:
            read_settings()
    assert SECRET not in str(raised.value)
    return str(raised.value)


@st.composite
def misspelt(draw: st.DrawFn) -> tuple[str, str]:
    """A setting's name, and the same with one letter swapped, left out, doubled or replaced."""
    name = draw(st.sampled_from(OURS))
    place = draw(st.integers(len("FOOTHOLD_"), len(name) - 1))
    before, after = name[:place], name[place:]
    written = draw(
        st.sampled_from(
            [
                before[:-1] + after[:1] + before[-1:] + after[1:] if place > len("FOOTHOLD_") else before,
                before + after[1:],
                before + after[0] + after,
                before + draw(LETTERS) + after[1:],
            ]
        )
    )
    assume(written not in NAMES and written.startswith("FOOTHOLD_"))
    return name, written


@given(misspelt())
def test_a_misspelt_setting_stops_the_start_and_the_nearest_name_is_said(case: tuple[str, str]) -> None:
    name, written = case
    said = fault_of(**{written: SECRET})
    assert said.startswith(f"{written}: No such setting.")
    meant = said.removesuffix(" meant?").rpartition("Is ")[2]
    # Another one may be as near: FOOTHOLD_DOCUMENT_… are many.
    assert meant == name or meant in NAMES


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("FOOTHOLD_JWKS_ULR", "FOOTHOLD_JWKS_URL"),
        ("FOOTHOLD_JWKS", "FOOTHOLD_JWKS_URL"),
        ("FOOTHOLD_ALOWED_HOSTS", "FOOTHOLD_ALLOWED_HOSTS"),
        ("foothold_prot", "FOOTHOLD_PORT"),
        ("FOOTHOLD_MONGODB_URI", "MONGODB_URI"),
        ("FOOTHOLD_REDIS_URL", "REDIS_URL"),
        ("FOOTHOLDPORT", "FOOTHOLD_PORT"),
        ("FOOTHOLD__PORT", "FOOTHOLD_PORT"),
        ("FOOT_HOLD_JWKS_URL", "FOOTHOLD_JWKS_URL"),
        ("FOOTHOLDJWKSURL", "FOOTHOLD_JWKS_URL"),
    ],
)
def test_the_nearest_setting_is_named(written: str, meant: str) -> None:
    assert fault_of(**{written: SECRET}).endswith(f"Is {meant} meant?")


@given(st.integers(1, len("FOOTHOLD") - 1), st.sampled_from(["left out", "doubled", "swapped"]))
def test_a_misspelt_prefix_stops_the_start(place: int, how: str) -> None:
    before, after = "FOOTHOLD"[:place], "FOOTHOLD"[place:]
    swapped = before + after[1:2] + after[:1] + after[2:]
    written = {"left out": before + after[1:], "doubled": before + after[0] + after, "swapped": swapped}[how]
    assume(written != "FOOTHOLD")
    assert fault_of(**{f"{written}_PORT": SECRET}).endswith("Is FOOTHOLD_PORT meant?")


def test_variables_that_are_not_ours_are_let_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("MONGODB_URL", "PORT", "FOOTHOLDS", "FOOTER_PORT", "XFOOTHOLD_PORT"):
        monkeypatch.setenv(name, "1")
    read_settings()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"FOOTHOLD_PORT=8001\nFOOTHOLD_JWKS_ULR=hunter2\n", "FOOTHOLD_JWKS_ULR: No such"),
        (b"# a comment\n\nFOOTHOLD_PORT 8001\n", "line 3: Not NAME=value"),
        (b"FOOTHOLD_PORT\n", "line 1: Not NAME=value"),
        (b"FOOTHOLD_PORT: 8001\n", "line 1: Not NAME=value"),
        (b"A=1\nANTHROPIC_API_KEY='hunter2\nB=2\n", "line 2: Not NAME=value"),
        (b"=hunter2\n", "line 1: Not NAME=value"),
        (b"A=1\nFOOTHOLD_HOST=caf\xe9\n", "line 2: Not UTF-8"),
        ("FOOTHOLD_PORT=8001\n".encode("utf-16"), "saved as UTF-8"),
        ("FOOTHOLD_PORT=8001\n".encode("utf-16-le"), "saved as UTF-8"),
        ("FOOTHOLD_PORT=8001\n".encode("utf-32"), "saved as UTF-8"),
        ("FOOTHOLD_PORT=8001\n".encode("utf-8-sig"), "saved as UTF-8"),
    ],
)
def test_a_line_that_does_not_parse_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes, said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".env").write_bytes(content)
    assert said in fault_of()


def test_a_good_file_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    lines = (
        "# Größe\n\nexport FOOTHOLD_PORT = 8001\nFOOTHOLD_DATA='a b' # where\r\nFOOTHOLD_JWKS_URL=\nOTHER=1\n"
    )
    (tmp_path / ".env").write_text(lines)
    settings = read_settings()
    assert (settings.port, settings.data, settings.jwks_url) == (8001, Path("a b"), None)
    assert read_settings(port=8002).port == 8002


@pytest.mark.parametrize(
    ("name", "values", "words"),
    [
        (
            "FOOTHOLD_RATE_PERSON",
            ["60 per minute", "60/m", "-1/day", "²/day", "60/minute\n"],
            "such as 60/minute",
        ),
        ("FOOTHOLD_LOG_LEVEL", ["verbose", "INFO "], "'debug', 'info', 'warning' or 'error'"),
        ("FOOTHOLD_JWKS_URL", ["issuer.example", "ftp://x", "https://"], "http:// or https://"),
        (
            "FOOTHOLD_ALLOWED_ORIGINS",
            ['["app.example.org"]', '["https://a/b"]', '["https://u@a"]'],
            "a scheme",
        ),
        ("FOOTHOLD_PORT", ["eighty", "70000"], "integer|65535"),
    ],
)
def test_what_is_allowed_is_said_in_words(name: str, values: list[str], words: str) -> None:
    for value in values:
        said = fault_of(**{name: value})
        assert said.startswith(f"{name}: ")
        assert any(word in said for word in words.split("|"))
        assert not set(r"^\\$") & set(said), "a pattern is no message"


@given(st.text("aA1.:/[]-_@?# *", max_size=12).map(lambda text: f"https://{text}") | st.text(max_size=12))
def test_an_origin_that_is_taken_is_one_for_the_server_too(origin: str) -> None:
    try:
        settings = Settings(_env_file=None, allowed_origins=(origin,))
    except ValueError:
        return
    assert normalize_allowed_origins(settings.allowed_origins)


USER = f"user:{SECRET}"
MONGODB = {
    "http://host/": "Must begin with",
    "host:27017": "Must begin with",
    f"mongodb://{USER}@host:port/": "port must be a number",
    f"mongodb://{USER}@host:0/": "port must be a number",
    f"mongodb://{USER}@host:65536/": "port must be a number",
    f"mongodb://{USER}@host:²/": "port must be a number",
    f"mongodb://{USER}@one,two:2x/": "port must be a number",
    f"mongodb://{USER}/x@host/": "percent-encoded",
    f"mongodb://{USER}?x@host/": "percent-encoded",
    f"mongodb://{USER}@x@host/": "percent-encoded",
    f"mongodb://{USER}:x@host/": "percent-encoded",
    f"mongodb://{USER}%x@host/": "percent-encoded",
    f"mongodb://{USER}@[::1:27017/": "brackets",
    f"mongodb://{USER}@::1:27017/": "brackets",
    f"mongodb://{USER}@[::g]:27017/": "brackets",
    f"mongodb://{USER}@[]/": "brackets",
    f"mongodb://{USER}@": "host is missing",
    f"mongodb://{USER}@one,,two/": "host is missing",
    f"mongodb://{USER}@host/$x": "MongoDB's driver",
    f"mongodb://{USER}@host/?connectTimeoutMS=soon": "option connectTimeoutMS",
    f"mongodb://{USER}@host/?tsl=true": "option tsl",
    f"mongodb://{USER}@host/?{SECRET}=1": "option after ?",
    f"mongodb://{USER}@host/?w": "option w",
    f"mongodb://{USER}@host/?w=0": "w=0 and journal=false",
    f"mongodb://{USER}@host/x?retryWrites=true&W=0": "w=0 and journal=false",
    f"mongodb://{USER}@host/?journal=false": "w=0 and journal=false",
    f"mongodb://{USER}@host/?w=majority&JOURNAL=false": "w=0 and journal=false",
    f"mongodb://{USER}@host/?w=0&w=majority": "option w is there more than once",
    f"mongodb://{USER}@host/?w=1&journal=true&{SECRET}=1&{SECRET}=1": "option after ?",
    f"mongodb://user:w&{SECRET}?{SECRET}&{SECRET}@host/": "percent-encoded",
    "mongodb://user@host/": "contradict each other, or what they need is missing",
    f"mongodb://{USER}@host/?readPreferenceTags=dc:a": "contradict each other",
    "mongodb+srv://user@host/": "contradict each other, or what they need is missing",
    f"mongodb+srv://{USER}@host/?w=0": "w=0 and journal=false",
    f"mongodb+srv://{USER}@host:27017/": "without a port",
    f"mongodb+srv://{USER}@one,two/": "one host name",
}
REDIS = {
    "http://host": "Must begin with",
    f"redis://{USER}@host:port/0": "port must be a number",
    f"redis://{USER}@host:65536/0": "port must be a number",
    f"redis://{USER}/x@host:6379/0": "percent-encoded",
    f"redis://{USER}@[::1/0": "brackets",
    f"redis://{USER}@[::g]:6379/0": "brackets",
    f"redis://{USER}@host/foothold": "number of a database",
    f"redis://{USER}@host/0?db=word": "option",
    f"redis://{USER}@host/0?colour=red": "option",
    f"redis://{USER}@host:0/": "port must be a number",
    f"rediss://{USER}@host/?ssl_cert_reqs=perhaps": "option",
    f"redis://{USER}@host/?retry=3": "option",
    "unix://": "path of a socket",
}


@pytest.mark.parametrize(("uri", "words"), MONGODB.items())
def test_a_mongodb_uri_that_cannot_be_used_is_explained_without_its_value(uri: str, words: str) -> None:
    said = fault_of(MONGODB_URI=uri)
    assert said.startswith("MONGODB_URI: ")
    assert words in said


@pytest.mark.parametrize(("url", "words"), REDIS.items())
def test_a_redis_url_that_cannot_be_used_is_explained_without_its_value(url: str, words: str) -> None:
    said = fault_of(REDIS_URL=url)
    assert said.startswith("REDIS_URL: ")
    assert words in said


@pytest.mark.parametrize(
    "uri",
    [
        "mongodb://127.0.0.1",
        "mongodb://127.0.0.1:27017/foothold",
        "mongodb://user:p%2Fss@one:1,two:2/foothold?replicaSet=rs&w=majority&journal=true&retryWrites=true",
        "mongodb://[::1]:27017/?directConnection=true",
        "mongodb://host/?w=2&wtimeoutMS=2000&readPreference=secondary",
        "mongodb://%2Frun%2Fmongodb.sock/foothold",
        "mongodb+srv://user:word@cluster.example.org/foothold?retryWrites=true&srvMaxHosts=2&appName=x",
        "mongodb+srv://cluster.example.org",
        "mongodb://host/?readPreference=nearest&readPreferenceTags=dc:a&readPreferenceTags=",
    ],
)
def test_good_mongodb_uris_are_taken(uri: str) -> None:
    Settings(_env_file=None, mongodb_uri=uri)


@pytest.mark.parametrize(
    "url",
    [
        "redis://",
        "redis://127.0.0.1:6379/0",
        "rediss://user:p%2Fss@host:6379/15?socket_timeout=2",
        "redis://:p@ss@host:6379",
        "redis://[::1]:6379/0",
        "unix:///run/redis.sock?db=1",
    ],
)
def test_good_redis_urls_are_taken(url: str) -> None:
    Settings(_env_file=None, redis_url=url)


@given(st.text(max_size=30).map(lambda text: f"mongodb://{text}"))
def test_whatever_follows_the_scheme_is_taken_or_explained(uri: str) -> None:
    with suppress(ValidationError):
        Settings(_env_file=None, mongodb_uri=uri)
