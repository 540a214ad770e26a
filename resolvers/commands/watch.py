"""``foothold watch``: a subscriber for the terminal. It resumes from its cursors when it is cut."""

from collections.abc import Callable, Sequence
from typing import Any

import click

from resolvers.commands.graphql_ws_client import Connection, Refused, Unavailable, keep_connected
from services.kit.words.text import clean

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

CHANGES = """subscription ($profileId: ID!, $lists: [ListKind!]!, $after: String) {
  changes(profileId: $profileId, lists: $lists, after: $after) {
    ... on ProfileChange {
      reason cursor mutationIds removed { list id }
      upserts {
        __typename
        ... on Node { id }
        ... on CareerAction { type title status }
        ... on Match { tier score opportunity { title organization } }
        ... on Learning { kind quotation learning: status }
        ... on Message { role text message: status }
        ... on RefreshRun { matching { ...stage } generation { ...stage } }
        ... on Profile { version headline }
        ... on TokenBudget { tokensLeft dailyTokens }
      }
    }
    ... on SubscriptionFailed { code message }
  }
}
fragment stage on RefreshStage { status done total failure { message } }"""

DOCUMENTS = (VIEWER, ACTIONS, MATCHES, PROGRESS, CHANGES)

_MOST_MATCHES_SHOWN = 10
_LONGEST_TEXT = 80
Say = Callable[[str], None]


async def watch(address: Callable[[], str], token: str, say: Say, lists: Sequence[str] = ()) -> None:
    """Print what happens to the token's profile, or to some of its lists, until cancelled. Raises ``Refused``."""

    def say_lost(what: str, seconds: float) -> None:
        say(f"  {what}, trying again in {seconds:.1f} s")

    await keep_connected(address, token, _Watcher(say, lists).follow, say_lost)


class _Watcher:
    """State kept between connections: cursors and the last progress."""

    def __init__(self, say: Say, lists: Sequence[str]) -> None:
        self._say = say
        self._lists = [name.upper().replace("-", "_") for name in lists]
        self._cursors: dict[str, str] = {}
        self._progress = ""

    async def follow(self, connection: Connection) -> None:
        """Print what comes. Raises ``ConnectionError`` or ``Refused``; ends only when the server ends all lists."""
        profile_id = self._greet((await connection.ask(VIEWER))["profile"])
        documents = {"careerActions": ACTIONS, "matches": MATCHES, "refreshProgress": PROGRESS}
        if self._lists:
            documents = {"changes": CHANGES}
        operations = {name: (query, self._variables(name, profile_id)) for name, query in documents.items()}
        async for name, event in connection.run_all(operations):
            self._show(name, event)
        raise Unavailable  # the server has ended every subscription without closing: come back

    def _variables(self, name: str, profile_id: str) -> dict[str, Any]:
        after = {"after": self._cursors[name]} if name in self._cursors else {}
        lists = {"lists": self._lists} if name == "changes" else {}
        return {"profileId": profile_id, **lists, **after}

    def _greet(self, profile: dict[str, Any] | None) -> str:
        if profile is None:
            raise Refused("No profile yet. Import a résumé first.")
        self._say(f"watching {clean(profile['name'] or profile['id'])}")
        return str(profile["id"])

    def _show(self, name: str, event: dict[str, Any]) -> None:
        if event.get("code") == "UNAVAILABLE":
            raise Unavailable
        if "code" in event:
            raise Refused(f"{event['code']}: {clean(event['message'])}")
        if name == "refreshProgress":
            run = event["refreshRun"]
            progress = f"refresh  {_stages(run)}"
            if progress != self._progress:
                self._progress = progress
                self._say(progress)
            return
        self._cursors[name] = event["cursor"]
        because = "".join(f"  {clean(id_)}" for id_ in event["mutationIds"])
        self._say(f"{name}  {event['reason']}  +{len(event['upserts'])} -{len(event['removed'])}{because}")
        lines = {"careerActions": _actions, "matches": _matches, "changes": _entities}[name]
        for line in lines(event["upserts"]):
            self._say(line)
        for removed in event["removed"] if name == "changes" else ():
            self._say(f"  {removed['list']:<13}left            {removed['id']}")


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


def _entities(entities: list[dict[str, Any]]) -> list[str]:
    matches = [one for one in entities if one["__typename"] == "Match"]
    others = [one for one in entities if one["__typename"] != "Match"]
    return [line for one in others for line in _entity(one)] + _matches(matches)


def _entity(one: dict[str, Any]) -> list[str]:
    match one["__typename"]:
        case "CareerAction":
            return _actions([one])
        case "Learning":
            state, kind, text = one["learning"], one["kind"], one["quotation"]
        case "Message":
            state, kind, text = one["message"], one["role"], one["text"]
        case "RefreshRun":
            state, kind, text = "REFRESH", "", _stages(one)
        case "Profile":
            state, kind, text = "PROFILE", f"version {one['version']}", one["headline"] or ""
        case "TokenBudget":
            state, kind, text = "BUDGET", "", f"{one['tokensLeft']:,} of {one['dailyTokens']:,} tokens left"
        case other:
            state, kind, text = other, "", one["id"]
    text = clean(text)
    return [f"  {state:<13}{kind:<16}{text[:_LONGEST_TEXT]}{'…' if len(text) > _LONGEST_TEXT else ''}"]


def _stages(run: dict[str, Any]) -> str:
    return ", ".join(f"{stage} {_stage(run[stage])}" for stage in ("matching", "generation"))


def _stage(stage: dict[str, Any]) -> str:
    counted = f" {stage['done']}/{stage['total']}" if stage["total"] else ""
    why = f" ({clean(stage['failure']['message'])})" if stage["failure"] else ""
    return f"{stage['status'].lower()}{counted}{why}"


def say_in_colour(line: str) -> None:
    """Print a line; what is not indented stands out."""
    click.echo(line if line.startswith(" ") else click.style(line, bold=True))
