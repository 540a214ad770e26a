"""Remembered verifications: a token is verified once, and good no longer than it says."""

from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.identity import verified
from services.identity.callers import Caller, ExpiredToken, InvalidToken
from services.identity.local_tokens import LocalIdentity
from services.identity.verified import VerifiedTokens
from services.kit import clock
from services.kit.caches import forget


class Counting:
    """Counts what it is asked to verify."""

    def __init__(self, identity: LocalIdentity) -> None:
        self._identity = identity
        self.asked = 0

    async def authenticate(self, token: str) -> Caller:
        self.asked += 1
        return await self._identity.authenticate(token)

    async def aclose(self) -> None:
        """Nothing is held."""


@pytest.fixture
def local(tmp_path: Path) -> LocalIdentity:
    return LocalIdentity(tmp_path / "data")


async def test_a_token_is_verified_once_and_again_after_a_while(
    local: LocalIdentity, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verified, "SECONDS", 0.0)
    counting = Counting(local)
    once = VerifiedTokens(counting)
    token = local.issue("ada")
    assert (await once.authenticate(token)).user_id == "ada"
    assert counting.asked == 1
    await once.authenticate(token)
    assert counting.asked == 2  # nothing is remembered for no time
    monkeypatch.undo()
    always = VerifiedTokens(counting)
    for _ in range(3):
        assert (await always.authenticate(token)).user_id == "ada"
    assert counting.asked == 3
    forget()
    await always.authenticate(token)
    assert counting.asked == 4


async def test_a_token_ends_when_it_says_so(local: LocalIdentity, monkeypatch: pytest.MonkeyPatch) -> None:
    tokens = VerifiedTokens(local)
    token = local.issue("ada", timedelta(seconds=60))
    await tokens.authenticate(token)
    ends = clock.now() + timedelta(seconds=-1)
    monkeypatch.setattr(tokens, "_callers", {key: Caller("ada", expires_at=ends) for key in tokens._callers})
    counting = Counting(local)
    monkeypatch.setattr(tokens, "_identity", counting)

    await tokens.authenticate(token)
    assert counting.asked == 1
    with pytest.raises(ExpiredToken):
        await tokens.authenticate(local.issue("ada", timedelta(seconds=-1)))


@given(at=st.integers(0), other=st.characters())
async def test_another_token_is_judged_by_itself(
    tmp_path_factory: pytest.TempPathFactory, at: int, other: str
) -> None:
    local = LocalIdentity(tmp_path_factory.mktemp("keys"))
    tokens = VerifiedTokens(local)
    token = local.issue("ada")
    await tokens.authenticate(token)
    at %= len(token)
    forged = token[:at] + other + token[at + 1 :]
    assert await outcome(tokens, forged) == await outcome(local, forged)


async def outcome(identity: VerifiedTokens | LocalIdentity, token: str) -> Caller | None:
    try:
        return await identity.authenticate(token)
    except InvalidToken:
        return None
