"""Tokens of an issuer that publishes its keys: who they speak for, and when keys are fetched."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1
from cryptography.hazmat.primitives.asymmetric.ec import generate_private_key as new_ec_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key as new_rsa_key

from services.identity.callers import ExpiredToken, InvalidToken
from services.identity.jwks import JwksIdentity, KeysUnavailable
from tests.support.patience import within
from tests.support.tokens import forged

ISSUER = "https://issuer.example.org/"
AUDIENCE = "foothold-api"


class Issuer:
    """Keys, tokens signed with them, and a key set served over HTTP that can misbehave."""

    def __init__(self) -> None:
        self.private: dict[str, tuple[Any, str]] = {}
        self.published: list[dict[str, Any]] = []
        self.requests = 0
        self.asked = asyncio.Event()
        self.status = "200 OK"
        self.body: bytes | None = None
        self.delay = 0.0
        self.answering = asyncio.Event()
        self.answering.set()

    def add(self, kid: str, algorithm: str = "EdDSA", *, publish: bool = True, **extra: Any) -> None:
        """A new key, published unless told otherwise."""
        makers: dict[str, Callable[[], Any]] = {
            "EdDSA": Ed25519PrivateKey.generate,
            "ES256": lambda: new_ec_key(SECP256R1()),
            "RS256": lambda: new_rsa_key(public_exponent=65537, key_size=2048),
        }
        key = makers[algorithm]()
        self.private[kid] = (key, algorithm)
        if publish:
            public = jwt.get_algorithm_by_name(algorithm).to_jwk(key.public_key(), as_dict=True)
            self.published.append({"kid": kid, "use": "sig", **public, **extra})

    def token(self, kid: str, header: dict[str, Any] | None = None, **claims: Any) -> str:
        """A good token but for the given claims and header."""
        key, algorithm = self.private[kid]
        moment = datetime.now(UTC)
        whole = {
            "sub": "ada",
            "iss": ISSUER,
            "aud": AUDIENCE,
            "iat": moment,
            "exp": moment + timedelta(minutes=5),
        } | claims
        given = {name: value for name, value in whole.items() if value is not None}
        return jwt.encode(given, key, algorithm=algorithm, headers={"kid": kid} | (header or {}))

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        self.requests += 1
        self.asked.set()
        body = json.dumps({"keys": self.published}).encode() if self.body is None else self.body
        await asyncio.sleep(self.delay)
        await self.answering.wait()
        head = f"HTTP/1.1 {self.status}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
        writer.write(head.encode() + body)
        with suppress(ConnectionError):  # whoever asked may have read enough
            await writer.drain()
        writer.close()


@asynccontextmanager
async def serving(issuer: Issuer, **options: Any) -> AsyncIterator[JwksIdentity]:
    server = await asyncio.start_server(issuer.answer, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    identity = JwksIdentity(f"http://127.0.0.1:{port}/keys", issuer=ISSUER, audience=AUDIENCE, **options)
    try:
        yield identity
    finally:
        await identity.aclose()
        server.close()
        await server.wait_closed()


@pytest.mark.parametrize("algorithm", ["EdDSA", "ES256", "RS256"])
async def test_an_issuer_s_token_speaks_for_its_person(algorithm: str) -> None:
    issuer = Issuer()
    issuer.add("one", algorithm)
    async with serving(issuer) as identity:
        assert (await identity.authenticate(issuer.token("one"))).user_id == "ada"


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "https://other.example.org/"},
        {"iss": None},
        {"aud": "other"},
        {"aud": None},
        {"exp": None},
        {"sub": None},
        {"sub": ""},
        {"sub": "a" * 256},
        {"sub": "a\x00"},
        {"sid": 7},
        {"jti": ["a"]},
        {"iat": "yesterday"},
        {"nbf": datetime.now(UTC) + timedelta(days=1)},
        {"exp": 10**30},
    ],
)
async def test_a_token_with_other_claims_is_refused(claims: dict[str, Any]) -> None:
    issuer = Issuer()
    issuer.add("one")
    async with serving(issuer) as identity:
        with pytest.raises(InvalidToken):
            await identity.authenticate(issuer.token("one", **claims))


@pytest.mark.parametrize("azp", [None, "", "https://other.example.org", ["https://app.example.org"], 7])
async def test_where_parties_are_named_a_token_for_another_is_refused(azp: object) -> None:
    issuer = Issuer()
    issuer.add("one")
    async with serving(issuer, authorized_parties=["https://app.example.org"]) as identity:
        with pytest.raises(InvalidToken):
            await identity.authenticate(issuer.token("one", azp=azp))
        await identity.authenticate(issuer.token("one", azp="https://app.example.org"))


async def test_a_session_token_of_clerk_s_says_person_and_session() -> None:
    issuer = Issuer()
    issuer.add("ins_1", "RS256")
    moment = datetime.now(UTC)
    claims: dict[str, Any] = {
        "azp": "https://app.example.org",
        "exp": moment + timedelta(seconds=60),
        "nbf": moment - timedelta(seconds=10),
        "sid": "sess_1",
        "sts": "active",
        "sub": "user_1",
        "fva": [1, -1],
        "v": 2,
    }
    async with serving(issuer, authorized_parties=["https://app.example.org"]) as identity:
        caller = await identity.authenticate(issuer.token("ins_1", **claims))
        assert (caller.user_id, caller.session, caller.token_id) == ("user_1", "sess_1", None)
        assert caller.issued_at is not None
        assert abs(caller.issued_at - moment) <= timedelta(seconds=1)
        with pytest.raises(InvalidToken):
            await identity.authenticate(issuer.token("ins_1", **{**claims, "sts": "pending"}))


async def test_how_far_clocks_may_differ_is_a_setting() -> None:
    issuer = Issuer()
    issuer.add("one")
    moment = datetime.now(UTC)
    ended = issuer.token("one", exp=moment - timedelta(seconds=5))
    early = issuer.token("one", nbf=moment + timedelta(seconds=20))
    async with serving(issuer, leeway=0.0) as identity:
        with pytest.raises(ExpiredToken):
            await identity.authenticate(ended)
    async with serving(issuer, leeway=30.0) as identity:
        await identity.authenticate(ended)
        await identity.authenticate(early)


async def test_clocks_may_differ_by_ten_seconds() -> None:
    issuer = Issuer()
    issuer.add("one")
    moment = datetime.now(UTC)
    async with serving(issuer) as identity:
        await identity.authenticate(issuer.token("one", exp=moment - timedelta(seconds=5)))
        with pytest.raises(ExpiredToken):
            await identity.authenticate(issuer.token("one", exp=moment - timedelta(seconds=15)))


async def test_symmetric_and_unsigned_tokens_are_refused_without_a_fetch() -> None:
    issuer = Issuer()
    issuer.add("one")
    async with serving(issuer) as identity:
        claims = jwt.decode(issuer.token("one"), options={"verify_signature": False})
        unsigned = jwt.encode(claims, "", algorithm="none", headers={"kid": "one"})
        for token in (forged(claims, {"kid": "one"}), unsigned, "a.b.c", "W" * 9000):
            with pytest.raises(InvalidToken):
                await identity.authenticate(token)
    assert issuer.requests == 0


async def test_a_key_is_used_with_its_own_algorithm_only() -> None:
    issuer = Issuer()
    issuer.add("one", "RS256")
    issuer.add("two", "ES256")
    async with serving(issuer) as identity:
        with pytest.raises(InvalidToken):
            await identity.authenticate(issuer.token("two", header={"kid": "one"}))


async def test_only_public_signing_keys_of_the_set_are_used() -> None:
    issuer = Issuer()
    issuer.add("good")
    issuer.add("encryption", use="enc")
    issuer.add("private", d="AAAA")
    issuer.add("odd", kty="odd")
    issuer.published.append({"kid": "shared", "kty": "oct", "k": "eHh4", "alg": "HS256"})
    issuer.published.append({"kid": "number", "kty": 7})
    async with serving(issuer) as identity:
        await identity.authenticate(issuer.token("good"))
        for kid in ("encryption", "private", "odd"):
            with pytest.raises(InvalidToken):
                await identity.authenticate(issuer.token(kid))


async def test_a_rotated_key_is_picked_up_and_a_withdrawn_one_refused() -> None:
    issuer = Issuer()
    issuer.add("old")
    async with serving(issuer, pause=0.0) as identity:
        await identity.authenticate(issuer.token("old"))
        issuer.published.clear()
        issuer.add("new")
        assert (await identity.authenticate(issuer.token("new"))).user_id == "ada"
        with pytest.raises(InvalidToken):
            await identity.authenticate(issuer.token("old"))


async def test_keys_are_fetched_once_for_all_who_wait() -> None:
    issuer = Issuer()
    issuer.add("one")
    issuer.delay = 0.1
    async with serving(issuer) as identity:
        await asyncio.gather(*(identity.authenticate(issuer.token("one")) for _ in range(50)))
    assert issuer.requests == 1


async def test_unknown_key_ids_cause_no_storm() -> None:
    issuer = Issuer()
    issuer.add("one")
    issuer.add("unknown", publish=False)
    async with serving(issuer) as identity:
        await identity.authenticate(issuer.token("one"))
        for number in range(50):
            with pytest.raises(InvalidToken):
                await identity.authenticate(issuer.token("unknown", header={"kid": f"unknown-{number}"}))
    assert issuer.requests == 1


@pytest.mark.parametrize(
    ("status", "body"),
    [("503 Away", b""), ("302 Found", b""), ("200 OK", b"{"), ("200 OK", b"[]"), ("200 OK", b" " * 300_000)],
)
async def test_old_keys_are_used_while_the_issuer_has_no_new_ones(status: str, body: bytes) -> None:
    issuer = Issuer()
    issuer.add("one")
    issuer.add("unknown", publish=False)
    async with serving(issuer, pause=0.0) as identity:
        await identity.authenticate(issuer.token("one"))
        issuer.status, issuer.body = status, body
        with pytest.raises(InvalidToken):
            await identity.authenticate(issuer.token("unknown"))
        assert issuer.requests == 2
        assert (await identity.authenticate(issuer.token("one"))).user_id == "ada"


async def test_keys_are_fetched_anew_with_use_and_nobody_waits_for_it() -> None:
    issuer = Issuer()
    issuer.add("one")
    async with serving(issuer, refresh_every=0.0, pause=0.0) as identity:
        await identity.authenticate(issuer.token("one"))
        issuer.answering.clear()
        issuer.asked.clear()
        async with within(5):
            await identity.authenticate(issuer.token("one"))
            await issuer.asked.wait()
        issuer.answering.set()


async def test_without_any_keys_the_refusal_says_that_it_will_pass() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    issuer = Issuer()
    issuer.add("one")
    identity = JwksIdentity(f"http://127.0.0.1:{port}/keys")
    with pytest.raises(KeysUnavailable):
        await identity.authenticate(issuer.token("one"))
    await identity.aclose()


async def test_a_token_without_key_id_is_for_an_issuer_with_one_key() -> None:
    issuer = Issuer()
    issuer.add("one")
    key, algorithm = issuer.private["one"]
    claims = jwt.decode(issuer.token("one"), options={"verify_signature": False})
    token = jwt.encode(claims, key, algorithm=algorithm)
    async with serving(issuer, refresh_every=3600.0, pause=0.0) as identity:
        assert (await identity.authenticate(token)).user_id == "ada"
        issuer.add("two")
        await identity.authenticate(issuer.token("two"))
        with pytest.raises(InvalidToken):
            await identity.authenticate(token)
