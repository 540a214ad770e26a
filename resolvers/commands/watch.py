"""``foothold watch``: a plain websocket subscriber for the terminal. It resumes from its cursors when it is cut."""

import asyncio
import json
from collections.abc import Callable
from typing import Any

import click
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus, InvalidURI, WebSocketException
from websockets.typing import Subprotocol

from resolvers.edge.close_codes import CloseCode
from services.kit.text import clean

VIEWER = "{ viewer { id profile { id name } } }"
ACTIONS = """subscription ($profileId: ID!, $after: String) {
  careerActions(profileId: $profileId, after: $after) {
    ... on CareerActionsChange { reason cursor mutationIds removed upserts { id type title status } }
    ... on SubscriptionFailed { code message }
  }
}"""
MATCHES = """subscription ($profileId: ID!, $after: String) {
  matches(profileId: $profileId, after: $after) {
    ... on MatchesChange {
      reason cursor mutationIds removed upserts { id tier score opportunity { title organization } }
    }
    ... on SubscriptionFailed { code message }
  }
}"""
PROGRESS = """subscription ($profileId: ID!) {
  refreshProgress(profileId: $profileId) {
    ... on RefreshProgressChange { refreshRun {
      matching { ...stage } generation { ...stage }
    } }
    ... on SubscriptionFailed { code message }
  }
}
fragment stage on RefreshStage { status done total failure { message } }"""

DOCUMENTS = (VIEWER, ACTIONS, MATCHES, PROGRESS)

_SHORTEST_PAUSE, _LONGEST_PAUSE = 0.2, 5.0
_MOST_MATCHES_SHOWN = 10
Say = Callable[[str], None]


class WatchError(Exception):
    """The server refuses: trying again would not help."""


class _Unavailable(ConnectionError):
    """The server asks to try again."""


def local_address(host: str, port: int) -> str:
    """Where a server that listens there is reached from this machine, such as ``127.0.0.1:8000``."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - recognised, not bound
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


async def watch(url: str, token: str, say: Say) -> None:
    """Print what happens to the token's profile, until cancelled. Raises ``WatchError``."""
    watcher = _Watcher(token, say)
    while True:
        lost = f"no answer at {url}"
        try:
            async with connect(url, subprotocols=[Subprotocol("graphql-transport-ws")]) as socket:
                lost = "connection lost"
                await watcher.follow(socket)
        except InvalidURI:
            raise WatchError(f"{url} is not the address of a websocket: ws://… or wss://…") from None
        except InvalidStatus as refusal:
            if refusal.response.status_code < 500:
                raise WatchError(
                    f"{url} takes no subscribers ({refusal.response.status_code}). Is it the address of /graphql?"
                ) from None
        except ConnectionClosed as closed:
            if closed.rcvd is not None and closed.rcvd.code == CloseCode.FORBIDDEN:
                raise WatchError("The token is not accepted: not valid there, or expired.") from None
        except (OSError, WebSocketException, TimeoutError):
            pass
        say(f"  {lost}, trying again in {watcher.pause:.1f} s")
        await asyncio.sleep(watcher.pause)
        watcher.pause = min(watcher.pause * 2, _LONGEST_PAUSE)


class _Watcher:
    """What is kept from one connection to the next."""

    def __init__(self, token: str, say: Say) -> None:
        self._token = token
        self._say = say
        self._cursors: dict[str, str] = {}
        self._progress = ""
        self.pause = _SHORTEST_PAUSE

    async def follow(self, socket: ClientConnection) -> None:
        async def send(**message: Any) -> None:
            await socket.send(json.dumps(message))

        await send(type="connection_init", payload={"authorization": f"Bearer {self._token}"})
        async for text in socket:
            message = json.loads(text)
            match message["type"]:
                case "connection_ack":
                    await send(id="viewer", type="subscribe", payload={"query": VIEWER})
                case "ping":
                    await send(type="pong")
                case "error":
                    raise WatchError(clean(message["payload"][0]["message"]))
                case "next" if "errors" in message["payload"]:
                    raise _Unavailable
                case "next" if message["id"] == "viewer":
                    profile_id = self._greet(message["payload"]["data"]["viewer"]["profile"])
                    for name, document in (
                        ("careerActions", ACTIONS),
                        ("matches", MATCHES),
                        ("refreshProgress", PROGRESS),
                    ):
                        variables = {"profileId": profile_id}
                        if name in self._cursors:
                            variables["after"] = self._cursors[name]
                        await send(
                            id=name, type="subscribe", payload={"query": document, "variables": variables}
                        )
                case "next":
                    self._show(message["id"], message["payload"]["data"][message["id"]])

    def _greet(self, profile: dict[str, Any] | None) -> str:
        if profile is None:
            raise WatchError("There is no profile yet: import a résumé first.")
        self.pause = _SHORTEST_PAUSE
        self._say(f"watching {clean(profile['name'] or profile['id'])}")
        return str(profile["id"])

    def _show(self, name: str, event: dict[str, Any]) -> None:
        if event.get("code") == "UNAVAILABLE":
            raise _Unavailable
        if "code" in event:
            raise WatchError(f"{event['code']}: {clean(event['message'])}")
        if name == "refreshProgress":
            run = event["refreshRun"]
            stages = (f"{stage} {_stage(run[stage])}" for stage in ("matching", "generation"))
            progress = f"refresh  {', '.join(stages)}"
            if progress != self._progress:
                self._progress = progress
                self._say(progress)
            return
        self._cursors[name] = event["cursor"]
        because = "".join(f"  {clean(id_)}" for id_ in event["mutationIds"])
        self._say(f"{name}  {event['reason']}  +{len(event['upserts'])} -{len(event['removed'])}{because}")
        for line in _actions(event["upserts"]) if name == "careerActions" else _matches(event["upserts"]):
            self._say(line)


def _actions(actions: list[dict[str, Any]]) -> list[str]:
    return [
        f"  {one['status']:<13}{one['type']:<16}{clean(one['title'])}\n{'':>31}{one['id']}" for one in actions
    ]


def _matches(matches: list[dict[str, Any]]) -> list[str]:
    lines = []
    for one in sorted(matches, key=lambda match: -match["score"]):
        opportunity = one["opportunity"] or {"title": "(removed)", "organization": ""}
        title = clean(f"{opportunity['title']}, {opportunity['organization']}")
        lines.append(f"  {one['tier']:<13}{one['score']:<16.2f}{title}")
    left = len(lines) - _MOST_MATCHES_SHOWN
    return lines if left < 2 else [*lines[:_MOST_MATCHES_SHOWN], f"  and {left} more"]


def _stage(stage: dict[str, Any]) -> str:
    counted = f" {stage['done']}/{stage['total']}" if stage["total"] else ""
    why = f" ({clean(stage['failure']['message'])})" if stage["failure"] else ""
    return f"{stage['status'].lower()}{counted}{why}"


def say_in_colour(line: str) -> None:
    """Print a line; what is not indented stands out."""
    click.echo(line if line.startswith(" ") else click.style(line, bold=True))
