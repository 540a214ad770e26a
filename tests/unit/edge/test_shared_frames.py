"""The frame that is kept for the next client: never another message's, and not a large one."""

from hypothesis import given
from hypothesis import strategies as st
from websockets.frames import Frame, Opcode

from resolvers.edge.websocket_protocol import MOST_SHARED, _Last

HEADS = [b'{"id":"1","payload":', b'{"id":"2","payload":']
PAYLOADS = [b'{"a":1}', b'{"a":2}', b"x" * (MOST_SHARED + 1)]


@given(sent=st.lists(st.tuples(st.sampled_from(HEADS), st.sampled_from(PAYLOADS)), max_size=12))
def test_each_client_is_sent_its_own_message(sent: list[tuple[bytes, bytes]]) -> None:
    last = _Last()
    for head, payload in sent:
        whole = Frame(Opcode.TEXT, head + payload + b"}").serialize(mask=False)
        assert last.frame(head, payload) == whole


def test_the_same_for_many_is_made_once_unless_it_is_large() -> None:
    last = _Last()
    small, large = PAYLOADS[0], PAYLOADS[2]
    assert last.frame(HEADS[0], small) is last.frame(HEADS[0], small)
    assert last.frame(HEADS[0], large) is not last.frame(HEADS[0], large)
