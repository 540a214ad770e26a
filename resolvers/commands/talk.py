"""``foothold talk``: a conversation in the terminal, streamed as it is written, and a review of what is learned."""

import asyncio
import json
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing, asynccontextmanager
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, WebSocketException
from websockets.typing import Subprotocol

from resolvers.commands.watch import WatchError
from services.kit.text import clean

VIEWER = "{ viewer { profile { id } } }"
ERRORS = "... on Error { message }"
SENT = f"{{ __typename ... on SendMessagePayload {{ reply {{ id }} }} {ERRORS} }}"
SEND = f"mutation ($id: ID!, $text: String!) {{ sendMessage(profileId: $id, text: $text) {SENT} }}"
SEND_COMPLETION = (
    f"mutation ($id: ID!, $text: String!) {{ sendCompletionMessage(actionId: $id, text: $text) {SENT} }}"
)
CHAT = """subscription ($id: ID!, $after: String) { chat(messageId: $id, after: $after) {
  __typename
  ... on ChatDelta { cursor text }
  ... on ChatCompleted { shouldExtract }
  ... on ChatFailed { message }
  ... on SubscriptionFailed { message }
} }"""
LEARNINGS = f"""{{ __typename {ERRORS}
  ... on ExtractLearningsPayload {{ learnings {{ id kind quotation proposal {{
    skill {{ name level }} work {{ name position }} project {{ name }} education {{ institution area }}
    volunteer {{ organization position }} interest {{ name }} goal
    constraint {{ remote places hoursPerWeek salaryMinimum salaryCurrency }}
  }} }} }} }}"""
EXTRACT = f"mutation ($id: ID!) {{ extractLearnings(profileId: $id) {LEARNINGS} }}"
EXTRACT_COMPLETION = f"mutation ($id: ID!) {{ extractLearnings(actionId: $id) {LEARNINGS} }}"
DECIDE = {
    "a": f"mutation ($id: ID!) {{ acceptLearning(id: $id) {{ __typename {ERRORS} }} }}",
    "r": f"mutation ($id: ID!) {{ rejectLearning(id: $id) {{ __typename {ERRORS} }} }}",
}

DOCUMENTS = (VIEWER, SEND, SEND_COMPLETION, CHAT, EXTRACT, EXTRACT_COMPLETION, *DECIDE.values())

_PAUSE = 0.5
Write = Callable[[str], None]


async def talk(url: str, token: str, action_id: str | None, ask: Callable[[str], str], write: Write) -> None:
    """Until the person has nothing more to say. Raises ``WatchError`` for what cannot be mended by trying again."""
    subject = action_id
    async with _session(url, token) as session:
        profile = (await session.ask(VIEWER))["profile"]
        if profile is None:
            raise WatchError("There is no profile yet: import a résumé first.")
        subject = action_id or profile["id"]
    write("Say something. /learn shows what can be learned from it, an empty line ends.\n")
    while line := (await asyncio.to_thread(ask, "you> ")).strip():
        async with _session(url, token) as session:
            if line == "/learn":
                await _review(session, EXTRACT_COMPLETION if action_id else EXTRACT, subject, ask, write)
                continue
            sent = await session.ask(SEND_COMPLETION if action_id else SEND, id=subject, text=line)
        if "reply" not in sent:
            write(f"{clean(sent['message'])}\n")
            continue
        await _follow(url, token, sent["reply"]["id"], write)


async def _follow(url: str, token: str, reply_id: str, write: Write) -> None:
    """Write the reply as it comes; when the connection is cut, go on from the cursor."""
    cursor: str | None = None
    while True:
        try:
            async with (
                _session(url, token) as session,
                aclosing(session.run(CHAT, id=reply_id, after=cursor)) as chat,
            ):
                async for event in chat:
                    match event["__typename"]:
                        case "ChatDelta":
                            cursor = event["cursor"]
                            write(_shown(event["text"]))
                        case "ChatReset":
                            write("\n… once more, from the start:\n")
                        case "ChatCompleted":
                            write(
                                "\n(/learn shows what can be learned)\n" if event["shouldExtract"] else "\n"
                            )
                            return
                        case ended:
                            write(f"\n({ended}: {clean(event.get('message', 'the reply ends here'))})\n")
                            return
        except (OSError, WebSocketException, TimeoutError):
            await asyncio.sleep(_PAUSE)


async def _review(
    session: "_Session", query: str, subject: str, ask: Callable[[str], str], write: Write
) -> None:
    found = await session.ask(query, id=subject)
    if "learnings" not in found:
        write(f"{clean(found['message'])}\n")
        return
    if not found["learnings"]:
        write("Nothing new was found in what you wrote.\n")
    for learning in found["learnings"]:
        write(f"{learning['kind']}: {_proposal(learning['proposal'])}\n  “{clean(learning['quotation'])}”\n")
        answer = (
            (await asyncio.to_thread(ask, "[a]ccept, [r]eject, or leave it for later> ")).strip().lower()[:1]
        )
        if answer in DECIDE:
            decided = await session.ask(DECIDE[answer], id=learning["id"])
            write(f"  {clean(decided.get('message', 'accepted' if answer == 'a' else 'rejected'))}\n")


def _shown(text: str) -> str:
    """A piece of a reply without what a terminal could take for an instruction; its blanks matter."""
    return "".join(character for character in text if character.isprintable() or character in "\n\u200d")


def _proposal(proposal: dict[str, Any]) -> str:
    (value,) = (value for value in proposal.values() if value is not None)
    parts = value.values() if isinstance(value, dict) else [value]
    said = (", ".join(part) if isinstance(part, list) else str(part) for part in parts if part)
    return clean(", ".join(said))


class _Session:
    """One operation after the other on a websocket."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._count = 0

    async def run(self, query: str, **variables: Any) -> AsyncGenerator[Any, None]:
        """The only field of each result."""
        self._count += 1
        payload = {"query": query, "variables": variables}
        await self._socket.send(json.dumps({"id": str(self._count), "type": "subscribe", "payload": payload}))
        async for text in self._socket:
            message = json.loads(text)
            if message["type"] == "ping":
                await self._socket.send(json.dumps({"type": "pong"}))
            elif message.get("id") == str(self._count):
                if message["type"] == "complete":
                    return
                errors = (
                    message["payload"] if message["type"] == "error" else message["payload"].get("errors")
                )
                if errors:
                    raise WatchError(clean(errors[0]["message"]))
                (value,) = message["payload"]["data"].values()
                yield value

    async def ask(self, query: str, **variables: Any) -> dict[str, Any]:
        """The only result of a query or a mutation."""
        async with aclosing(self.run(query, **variables)) as results:
            async for result in results:
                return dict(result)
        raise WatchError("The server ended the connection.")


@asynccontextmanager
async def _session(url: str, token: str) -> AsyncGenerator[_Session, None]:
    async with connect(url, subprotocols=[Subprotocol("graphql-transport-ws")]) as socket:
        await socket.send(
            json.dumps({"type": "connection_init", "payload": {"authorization": f"Bearer {token}"}})
        )
        try:
            await socket.recv()
        except ConnectionClosed:
            raise WatchError("The token is not accepted: not valid there, or expired.") from None
        yield _Session(socket)
