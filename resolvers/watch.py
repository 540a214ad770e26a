"""``foothold watch``: a plain websocket subscriber for the terminal. It resumes from its cursors when it is cut."""

import asyncio
import json
from collections.abc import Callable
from typing import Any

import click
import websockets
from strawberry.subscriptions import GRAPHQL_TRANSPORT_WS_PROTOCOL
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException

from services.text import clean

VIEWER = "{ viewer { id profile { id name } } }"
ACTIONS = """subscription ($profileId: ID!, $after: String) {
  careerActions(profileId: $profileId, after: $after) {
    ... on CareerActionsChange { reason cursor removed upserts { id type title status } }
    ... on SubscriptionFailed { code message }
  }
}"""
MATCHES = """subscription ($profileId: ID!, $after: String) {
  matches(profileId: $profileId, after: $after) {
    ... on MatchesChange { reason cursor removed upserts { id tier score opportunity { title organization } } }
    ... on SubscriptionFailed { code message }
  }
}"""
PROGRESS = """subscription ($profileId: ID!) {
  refreshProgress(profileId: $profileId) {
    ... on RefreshProgressChange { refreshRun {
      active matching { status done total } generation { status done total }
    } }
    ... on SubscriptionFailed { code message }
  }
}"""

_LONGEST_PAUSE = 5.0
Say = Callable[[str], None]


class WatchError(Exception):
    """The server refuses: trying again would not help."""


async def watch(url: str, token: str, say: Say) -> None:
    """Print what happens to the token's profile, until cancelled. Raises ``WatchError``."""
    cursors: dict[str, str] = {}
    pause = 0.2
    while True:
        try:
            async with connect(
                url, subprotocols=[websockets.Subprotocol(GRAPHQL_TRANSPORT_WS_PROTOCOL)]
            ) as socket:
                await _follow(socket, token, cursors, say)
            if socket.close_code == 4403:
                raise WatchError("The token is not accepted.")
        except (OSError, WebSocketException, TimeoutError):
            pass
        say(f"  connection lost, trying again in {pause:.1f} s")
        await asyncio.sleep(pause)
        pause = min(pause * 2, _LONGEST_PAUSE)


async def _follow(socket: ClientConnection, token: str, cursors: dict[str, str], say: Say) -> None:
    async def send(**message: Any) -> None:
        await socket.send(json.dumps(message))

    await send(type="connection_init", payload={"authorization": f"Bearer {token}"})
    async for text in socket:
        message = json.loads(text)
        match message["type"]:
            case "connection_ack":
                await send(id="viewer", type="subscribe", payload={"query": VIEWER})
            case "ping":
                await send(type="pong")
            case "error":
                raise WatchError(clean(message["payload"][0]["message"]))
            case "next" if message["id"] == "viewer":
                profile = message["payload"]["data"]["viewer"]["profile"]
                if profile is None:
                    raise WatchError("There is no profile yet: import a résumé first.")
                say(f"watching {clean(profile['name'] or profile['id'])}")
                for name, document in (
                    ("careerActions", ACTIONS),
                    ("matches", MATCHES),
                    ("refreshProgress", PROGRESS),
                ):
                    variables = {"profileId": profile["id"], "after": cursors.get(name)}
                    if name == "refreshProgress":
                        del variables["after"]
                    await send(id=name, type="subscribe", payload={"query": document, "variables": variables})
            case "next":
                _show(message["id"], message["payload"]["data"][message["id"]], cursors, say)


def _show(name: str, event: dict[str, Any], cursors: dict[str, str], say: Say) -> None:
    if "code" in event:
        raise WatchError(f"{event['code']}: {clean(event['message'])}")
    if name == "refreshProgress":
        run = event["refreshRun"]
        stages = (f"{stage} {_stage(run[stage])}" for stage in ("matching", "generation"))
        say(f"refresh  {', '.join(stages)}")
        return
    cursors[name] = event["cursor"]
    say(f"{name}  {event['reason']}  +{len(event['upserts'])} -{len(event['removed'])}")
    for one in event["upserts"]:
        if name == "careerActions":
            say(f"  {one['status']:<12}{one['type']:<15}{clean(one['title'])}")
        else:
            opportunity = one["opportunity"] or {"title": "(removed)", "organization": ""}
            title = clean(f"{opportunity['title']}, {opportunity['organization']}")
            say(f"  {one['tier']:<12}{one['score']:<15.2f}{title}")


def _stage(stage: dict[str, Any]) -> str:
    counted = f" {stage['done']}/{stage['total']}" if stage["total"] else ""
    return f"{stage['status'].lower()}{counted}"


def say_in_colour(line: str) -> None:
    """Print a line; what is not indented stands out."""
    click.secho(line, bold=not line.startswith(" "))
