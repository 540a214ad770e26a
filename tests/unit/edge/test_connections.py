"""Connections and unread bytes are counted by address and person; the longest wait is the first to be cut."""

from dataclasses import dataclass

import pytest

from resolvers.edge.bounds.connections import ConnectionLimits, Connections, owner_of


@dataclass(eq=False)
class Client:
    owner: str | None
    cuts: int = 0

    def cut(self) -> None:
        self.cuts += 1


@pytest.fixture
def connections() -> Connections:
    return Connections(
        ConnectionLimits(
            total=4, per_address=2, waiting=100, waiting_per_client=40, proxies=("198.51.100.0/24",)
        )
    )


def test_an_address_and_the_process_have_a_number_of_connections(connections: Connections) -> None:
    near, far, other = ("192.0.2.1", 1), ("192.0.2.2", 1), ("192.0.2.3", 1)
    assert [connections.enter(near) for _ in range(3)] == [True, True, False]
    assert [connections.enter(far) for _ in range(3)] == [True, True, False]
    assert not connections.enter(other), "four in all"
    connections.leave(near)
    assert connections.enter(other)
    assert not connections.enter(near)


def test_a_proxy_and_this_machine_are_not_counted_by_address(connections: Connections) -> None:
    for client in (("198.51.100.7", 1), ("127.0.0.1", 1), ("::1", 1), None):
        assert [connections.enter(client) for _ in range(4)] == [True] * 4
        for _ in range(4):
            connections.leave(client)


def test_too_many_unread_bytes_of_a_person_cut_the_one_that_waits_longest(connections: Connections) -> None:
    first, second, other = Client("person a"), Client("person a"), Client("person b")
    connections.wait(first, 20)
    connections.wait(other, 40)
    connections.wait(second, 30)
    assert [first.cuts, second.cuts, other.cuts] == [1, 0, 0]
    assert connections.waiting == 70


def test_too_many_unread_bytes_in_all_cut_the_one_that_waits_longest(connections: Connections) -> None:
    clients = [Client(f"person {number}") for number in range(4)]
    for client in clients[:3]:
        connections.wait(client, 30)
    connections.done(clients[0])
    connections.wait(clients[0], 30)  # it has read meanwhile
    connections.wait(clients[3], 30)
    assert [client.cuts for client in clients] == [0, 1, 0, 0]
    assert connections.waiting == 90
    for client in clients:
        connections.done(client)
        connections.done(client)
    assert connections.waiting == 0


def test_one_answer_that_is_larger_than_all_that_may_wait_is_cut(connections: Connections) -> None:
    client = Client(None)
    connections.wait(client, 101)
    assert (client.cuts, connections.waiting) == (1, 0)


def test_bytes_belong_to_the_person_or_else_to_the_address() -> None:
    client = ("192.0.2.1", 1)
    assert owner_of({"state": {"person": "person a"}, "client": client}, client) == "person a"
    assert owner_of({"state": {"person": None}, "client": client}, client) == "192.0.2.1"
    assert owner_of({"state": {}, "client": ("127.0.0.1", 1)}, client) is None
    assert owner_of(None, client) == "192.0.2.1"
