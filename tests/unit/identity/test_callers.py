"""Callers of tokens, with the local key and with an issuer's published keys."""

import stat
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import jwt
import pytest

from services.identity.callers import ExpiredToken, InvalidToken, bearer_token
from services.identity.local_tokens import KEY_FILE, LocalIdentity, SigningKeyError
from services.kit.errors import Unauthenticated
from tests.support.tokens import forged


@pytest.mark.parametrize(
    "header", ["Bearer abc.d-e_f.g==", "bearer abc.d-e_f.g==", " BEARER   abc.d-e_f.g== "]
)
def test_the_scheme_is_read_in_any_case(header: str) -> None:
    assert bearer_token(header) == "abc.d-e_f.g=="


def test_no_header_is_no_token() -> None:
    assert bearer_token(None) is None


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer ", "Basic abc", "Bearer a b", "Bearer a\nb", "abc", "Bearer é"]
)
def test_a_malformed_header_is_refused(header: str) -> None:
    with pytest.raises(Unauthenticated):
        bearer_token(header)


async def test_a_local_token_speaks_for_its_person(tmp_path: Path) -> None:
    identity = LocalIdentity(tmp_path / "data")
    caller = await identity.authenticate(identity.issue("ada", timedelta(hours=1)))
    assert caller.user_id == "ada"
    assert timedelta(minutes=59) < caller.expires_at - datetime.now(UTC) <= timedelta(hours=1)


async def test_the_local_key_is_kept(tmp_path: Path) -> None:
    token = LocalIdentity(tmp_path).issue("ada")
    assert (await LocalIdentity(tmp_path).authenticate(token)).user_id == "ada"


def test_the_local_key_is_its_owner_s_only_and_leaves_no_draft(tmp_path: Path) -> None:
    LocalIdentity(tmp_path)
    assert stat.S_IMODE((tmp_path / KEY_FILE).stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == [KEY_FILE]


async def test_all_who_start_at_once_have_one_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        identities = list(pool.map(lambda _: LocalIdentity(tmp_path / "data"), range(8)))
    token = identities[0].issue("ada")
    for identity in identities:
        assert (await identity.authenticate(token)).user_id == "ada"


def test_a_key_file_that_holds_none_is_refused(tmp_path: Path) -> None:
    (tmp_path / KEY_FILE).write_bytes(b"not a key")
    (tmp_path / KEY_FILE).chmod(0o600)
    with pytest.raises(SigningKeyError):
        LocalIdentity(tmp_path)


@pytest.mark.parametrize("user_id", ["", "a" * 256, "a\x00b", "a\nb", "\ud800"])
def test_no_token_is_issued_for_an_id_that_nobody_can_have(tmp_path: Path, user_id: str) -> None:
    with pytest.raises(ValueError, match="printable"):
        LocalIdentity(tmp_path).issue(user_id)


async def test_a_local_token_ends(tmp_path: Path) -> None:
    identity = LocalIdentity(tmp_path)
    with pytest.raises(ExpiredToken):
        await identity.authenticate(identity.issue("ada", timedelta(seconds=-1)))


async def test_foreign_tokens_are_refused_and_all_alike(tmp_path: Path) -> None:
    identity, stranger = LocalIdentity(tmp_path / "a"), LocalIdentity(tmp_path / "b")
    good = identity.issue("ada")
    claims = jwt.decode(good, options={"verify_signature": False})
    head, body, signature = good.split(".")
    refused = [
        stranger.issue("ada"),
        forged(claims, {}),
        jwt.encode(claims, "", algorithm="none"),
        f"{head}.{body}.",
        f"{head}.{body[:-2]}AA.{signature}",
        "",
        "a.b.c",
        "é",
        "W" * 8000,
        good + "A" * 9000,
    ]
    for token in refused:
        with pytest.raises(InvalidToken) as caught:
            await identity.authenticate(token)
        assert caught.value.message == "The token is not valid. Sign in again."
