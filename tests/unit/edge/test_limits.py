"""The demo's token is for people at this machine, whatever a request says of itself."""

import pytest
from starlette.types import Scope

from resolvers.edge.bounds.limits import from_this_machine

NEAR = ("127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1")
FAR = ("192.0.2.7", "10.0.0.5", "2001:db8::1", "::ffff:192.0.2.7", "", "localhost")
LOCAL = ("localhost:8000", "127.0.0.1", "[::1]:8000", "LOCALHOST")
ELSEWHERE = ("evil.example", "localhost.evil.example", "192.0.2.7:8000", "[::1", "")
PASSED_ON = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto")


def a_scope(peer: str, *headers: tuple[str, str]) -> Scope:
    encoded = [(name.lower().encode(), value.encode()) for name, value in headers]
    return {"type": "http", "client": (peer, 4711), "headers": encoded}


@pytest.mark.parametrize("host", LOCAL)
@pytest.mark.parametrize("peer", NEAR)
def test_a_person_at_this_machine_is_near(peer: str, host: str) -> None:
    assert from_this_machine(a_scope(peer, ("Host", host)))


@pytest.mark.parametrize("host", LOCAL)
@pytest.mark.parametrize("peer", FAR)
def test_a_forged_host_brings_nobody_nearer(peer: str, host: str) -> None:
    assert not from_this_machine(a_scope(peer, ("Host", host)))


@pytest.mark.parametrize("host", ELSEWHERE)
def test_a_name_elsewhere_that_points_here_is_not_near(host: str) -> None:
    assert not from_this_machine(a_scope("127.0.0.1", ("Host", host)))


@pytest.mark.parametrize("header", PASSED_ON)
def test_what_a_proxy_passes_on_is_not_near(header: str) -> None:
    assert not from_this_machine(a_scope("127.0.0.1", ("Host", "localhost"), (header, "for=192.0.2.7")))


def test_two_hosts_or_none_are_not_near() -> None:
    assert not from_this_machine(a_scope("127.0.0.1"))
    assert not from_this_machine(a_scope("127.0.0.1", ("Host", "localhost"), ("Host", "localhost")))
    assert not from_this_machine({"type": "http", "headers": [(b"host", b"localhost")]})
