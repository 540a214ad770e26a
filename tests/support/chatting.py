"""A tab that follows a reply as a good client does, and comes back with its cursor when it is cut."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from random import Random
from typing import Any

from db.career_actions import ActionStatus, CareerActionStore
from db.driver.client import Database
from resolvers.settings import Settings
from schema.shared.relay import global_id
from services.kit.ids import profile_id_of
from services.llm.port import Model
from tests.support.canaries import EMAILS, NAMES, PHONES
from tests.support.client import Api, Socket, Subscription, document, profile_of, running_api
from tests.support.factories import an_action

BASICS = {"name": NAMES[1], "label": "Data analyst", "email": EMAILS[1], "phone": PHONES[1]}
RESUME = {"basics": BASICS, "skills": [{"name": "Python"}]}
GOING_ON = ("ChatDelta", "ChatReset")


@asynccontextmanager
async def a_person(settings: Settings, model: Model) -> AsyncIterator[Api]:
    """The API with this model, and Ada's résumé imported."""
    async with running_api(settings, model=model) as api:
        await api.data("ImportResume", resume=RESUME)
        yield api


async def a_done_action(database: Database, user: str = "ada", **changes: Any) -> str:
    """A new action of the person's; its global id."""
    action = an_action(profile_id_of(user), **{"status": ActionStatus.DONE, **changes})
    await CareerActionStore(database).insert([action])
    return global_id("CareerAction", action.id)


async def said(api: Api, text: str, user: str = "ada") -> str:
    """Send a message about the profile; the reply's id."""
    sent = await api.data("SendMessage", user, profileId=profile_of(user), text=text)
    assert sent["__typename"] == "SendMessagePayload", sent
    reply_id: str = sent["reply"]["id"]
    return reply_id


async def message_of(api: Api, reply_id: str, user: str = "ada") -> dict[str, Any]:
    """The reply as it is saved; nothing of one that is not the person's."""
    fields = "id text status attempt shouldExtract interruptedText modelVersion failure { code message }"
    query = f"query ($id: ID!) {{ node(id: $id) {{ ... on Message {{ {fields} }} }} }}"
    result = await api.execute(query, user, id=reply_id)
    return result["data"]["node"] or {}


class Tab:
    """State of one tab: the reply's text shown, and the events received."""

    def __init__(self, reply_id: str) -> None:
        self.reply_id = reply_id
        self.text = ""
        self.cursor: str | None = None
        self.events: list[dict[str, Any]] = []

    @property
    def kinds(self) -> list[str]:
        return [event["__typename"] for event in self.events]

    async def open(self, socket: Socket) -> Subscription:
        """Subscribe from where it stands."""
        return await socket.subscribe(document("Chat"), messageId=self.reply_id, after=self.cursor)

    def apply(self, event: dict[str, Any]) -> bool:
        """Take an event in; whether another is to come."""
        assert not self.events or self.events[-1]["__typename"] in GOING_ON, (
            "nothing follows a terminal member"
        )
        self.events.append(event)
        if event["__typename"] == "ChatReset":
            self.text, self.cursor = "", None
        elif event["__typename"] == "ChatDelta":
            self.text += event["text"]
            self.cursor = event["cursor"]
        return event["__typename"] in GOING_ON

    async def until_text(self, subscription: Subscription, text: str) -> None:
        """Follow until the tab shows this."""
        while self.text != text:
            assert self.apply(await subscription.next()), self.events

    async def to_the_end(self, socket: Socket) -> dict[str, Any]:
        """Follow to the terminal member, after which the subscription is over."""
        subscription = await self.open(socket)
        while self.apply(await subscription.next()):
            pass
        assert (await subscription.message())["type"] == "complete"
        return self.events[-1]

    async def with_reconnects(self, line: "Line", random: Random) -> None:
        """Follow to the end, cut off again and again after a few events."""
        while True:
            socket = await line.socket()
            subscription = await self.open(socket)
            for _ in range(random.randint(0, 8)):
                if not self.apply(await subscription.next()):
                    return
            if random.random() < 0.2:
                await line.cut()
            else:
                await subscription.complete()


class Line:
    """The connection of one tab, made again when it was cut."""

    def __init__(self, api: Api, user: str) -> None:
        self._api = api
        self._user = user
        self._stack = AsyncExitStack()
        self._socket: Socket | None = None

    async def socket(self) -> Socket:
        if self._socket is None:
            self._socket = await self._stack.enter_async_context(self._api.socket(self._user))
        return self._socket

    async def cut(self) -> None:
        """Lose the connection without a word."""
        if self._socket is not None:
            self._socket.connection.transport.abort()
        await self.aclose()

    async def aclose(self) -> None:
        self._socket = None
        await self._stack.aclose()


async def followed(api: Api, reply_id: str, user: str = "ada") -> Tab:
    """A tab that was open to the end."""
    tab = Tab(reply_id)
    async with api.socket(user) as socket:
        await tab.to_the_end(socket)
    return tab
