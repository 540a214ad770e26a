"""``foothold watch``: a subscriber for the terminal. It resumes from its cursors when it is cut."""

from collections.abc import Callable
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

DOCUMENTS = (VIEWER, ACTIONS, MATCHES, PROGRESS)

_MOST_MATCHES_SHOWN = 10
Say = Callable[[str], None]


async def watch(address: Callable[[], str], token: str, say: Say) -> None:
    """Print what happens to the token's profile, until cancelled. Raises ``Refused``."""

    def say_lost(what: str, seconds: float) -> None:
        say(f"  {what}, trying again in {seconds:.1f} s")

    await keep_connected(address, token, _Watcher(say).follow, say_lost)


class _Watcher:
    """State kept between connections: cursors and the last progress."""

    def __init__(self, say: Say) -> None:
        self._say = say
        self._cursors: dict[str, str] = {}
        self._progress = ""

    async def follow(self, connection: Connection) -> None:
        """Print what comes. Raises ``ConnectionError`` or ``Refused``; ends only when the server ends all lists."""
        profile_id = self._greet((await connection.ask(VIEWER))["profile"])
        documents = {"careerActions": ACTIONS, "matches": MATCHES, "refreshProgress": PROGRESS}
        operations = {name: (query, self._variables(name, profile_id)) for name, query in documents.items()}
        async for name, event in connection.run_all(operations):
            self._show(name, event)
        raise Unavailable  # the server has ended every subscription without closing: come back

    def _variables(self, name: str, profile_id: str) -> dict[str, str]:
        after = {"after": self._cursors[name]} if name in self._cursors else {}
        return {"profileId": profile_id, **after}

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
