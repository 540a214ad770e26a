"""``foothold talk``: a conversation in the terminal, streamed as it is written, and a review of what is learned."""

import asyncio
from collections.abc import Callable
from contextlib import aclosing
from typing import Any

from resolvers.commands.graphql_ws_client import Connection, Refused, connected, keep_connected
from services.kit.words.text import clean

VIEWER = "{ viewer { profile { id } } }"
ACTION = "query ($id: ID!) { node(id: $id) { __typename ... on CareerAction { id status } } }"
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

DOCUMENTS = (VIEWER, ACTION, SEND, SEND_COMPLETION, CHAT, EXTRACT, EXTRACT_COMPLETION, *DECIDE.values())

TALKABLE = ("DONE",)
Address = Callable[[], str]
Write = Callable[[str], None]


async def talk(
    address: Address, token: str, action_id: str | None, ask: Callable[[str], str], write: Write
) -> None:
    """Talk until the person has nothing more to say. Raises ``Refused``, or ``OSError`` without a server."""
    async with connected(address(), token) as connection:
        subject = await _subject(connection, action_id)
    write("Say something. /learn shows what can be learned from it, an empty line ends.\n")
    while line := (await asyncio.to_thread(ask, "you> ")).strip():
        async with connected(address(), token) as connection:
            if line == "/learn":
                await _review(connection, EXTRACT_COMPLETION if action_id else EXTRACT, subject, ask, write)
                continue
            sent = await connection.ask(SEND_COMPLETION if action_id else SEND, id=subject, text=line)
        if "reply" not in sent:
            write(f"{clean(sent['message'])}\n")
            continue
        await _follow(address, token, sent["reply"]["id"], write)


async def _subject(connection: Connection, action_id: str | None) -> str:
    """Return the id of what is talked about: a done action, or else the profile. Raises ``Refused``."""
    profile = (await connection.ask(VIEWER))["profile"]
    if profile is None:
        raise Refused("No profile yet. Import a résumé first.")
    if action_id is None:
        return str(profile["id"])
    node = await connection.ask(ACTION, id=action_id)
    if node.get("status") not in TALKABLE:
        status = f"is {node['status'].lower()}" if "status" in node else "is not a career action"
        raise Refused(f"{action_id} {status}. Only a done action can be talked about.")
    return action_id


async def _follow(address: Address, token: str, reply_id: str, write: Write) -> None:
    """Write the reply as it comes; when the connection is cut, go on from the cursor."""
    cursor: str | None = None

    async def chat(connection: Connection) -> None:
        nonlocal cursor
        async with aclosing(connection.run(CHAT, {"id": reply_id, "after": cursor})) as events:
            async for event in events:
                cursor = event.get("cursor", cursor)
                write(_told(event))
                if event["__typename"] not in ("ChatDelta", "ChatReset"):
                    return
        raise ConnectionError  # completed without a last event

    await keep_connected(address, token, chat, lambda _what, _seconds: None)


def _told(event: dict[str, Any]) -> str:
    """Return what the terminal shows of an event of ``chat``."""
    match event["__typename"]:
        case "ChatDelta":
            return _shown(event["text"])
        case "ChatReset":
            return "\n… once more, from the start:\n"
        case "ChatCompleted":
            return "\n(/learn shows what can be learned)\n" if event["shouldExtract"] else "\n"
        case ended:
            return f"\n({ended}: {clean(event.get('message', 'the reply ends here'))})\n"


async def _review(
    connection: Connection, query: str, subject: str, ask: Callable[[str], str], write: Write
) -> None:
    found = await connection.ask(query, id=subject)
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
            decided = await connection.ask(DECIDE[answer], id=learning["id"])
            write(f"  {clean(decided.get('message', 'accepted' if answer == 'a' else 'rejected'))}\n")


def _shown(text: str) -> str:
    """A piece of a reply without what a terminal could take for an instruction; its blanks matter."""
    return "".join(character for character in text if character.isprintable() or character in "\n\u200d")


def _proposal(proposal: dict[str, Any]) -> str:
    (value,) = (value for value in proposal.values() if value is not None)
    parts = value.values() if isinstance(value, dict) else [value]
    said = (", ".join(part) if isinstance(part, list) else str(part) for part in parts if part)
    return clean(", ".join(said))
