"""Replies: one hand writes each, and whoever dies in one is followed by another attempt."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from itertools import pairwise

import pytest

from db.career_actions import CareerActionStore
from db.driver.client import Database
from db.driver.errors import DatabaseUnreachable
from db.messages import ExchangeRecord, ExchangeStore, MessageRole, MessageStatus
from db.profiles import ProfileRecord
from db.sync.changelog import ChangelogStore
from services.background.leases import ATTEMPTS
from services.background.tasks import Tasks
from services.career_actions.career_actions import CareerActions
from services.conversations.chat import Chat, Delta, Ended, Reset
from services.conversations.exchanges import Message
from services.conversations.messages import Messages, ReplyRunning
from services.conversations.replies import Replies, ReplyLimits
from services.conversations.reply_writer import LEASE
from services.kit import clock
from services.kit.ids import derived_id, profile_id_of
from services.llm.port import Model
from services.llm.scripted import Gate, ScriptedModel
from services.sync.changelog import Changelogs
from services.sync.wakeups import Wakeups
from tests.support.factories import a_profile
from tests.support.patience import patient, within

PROFILE = profile_id_of("ada")


async def one_profile(profile_id: str) -> ProfileRecord | None:
    return a_profile() if profile_id == PROFILE else None


@dataclass
class Process:
    messages: Messages
    replies: Replies
    chat: Chat


@asynccontextmanager
async def a_process(database: Database, model: Model, *, work: bool = True) -> AsyncIterator[Process]:
    """One whose announcements reach no other, as when the broker is down."""
    async with Wakeups() as wakeups, Tasks(work=work) as tasks:
        store = ExchangeStore(database)
        actions = CareerActions(CareerActionStore(database), Changelogs(ChangelogStore(database), wakeups))
        chat = Chat(store, wakeups)
        replies = Replies(
            store,
            tasks,
            wakeups,
            model,
            hub=chat.hub,
            career_actions=actions,
            profile_of=one_profile,
            limits=ReplyLimits(),
        )
        wakeups.listen(replies.on_announcement)
        wakeups.listen(chat.on_announcement)
        messages = Messages(store, replies, career_actions=actions, profile_of=one_profile)
        yield Process(messages, replies, chat)


@pytest.fixture
def store(database: Database) -> ExchangeStore:
    return ExchangeStore(database)


def reply_of(exchange: ExchangeRecord) -> str:
    return Message(exchange, MessageRole.ASSISTANT).id


async def present(store: ExchangeStore, exchange: ExchangeRecord) -> ExchangeRecord:
    found = await store.get(exchange.profile_id, exchange.id)
    assert found is not None
    return found


async def expire(store: ExchangeStore, exchange: ExchangeRecord) -> None:
    """Take it from its owner, as if that had been silent for long."""
    assert await store.hand_over(await present(store, exchange))


async def followed(
    process: Process, exchange: ExchangeRecord, after: str | None = None
) -> list[Delta | Reset | Ended]:
    async with (
        within(10),
        aclosing(process.chat.follow(PROFILE, reply_of(exchange), after)) as items,
    ):
        return [item async for item in items]


def text_of(items: list[Delta | Reset | Ended]) -> str:
    """Return the text that a client shows in the end."""
    text = ""
    for item in items:
        if isinstance(item, Reset):
            text = ""
        elif isinstance(item, Delta):
            text += item.text
    return text


async def saved(store: ExchangeStore, exchange: ExchangeRecord, text: str) -> None:
    """Wait until the database has so much of the reply."""
    async with within(5):
        while (await present(store, exchange)).reply_text != text:
            await asyncio.sleep(0.02)


async def an_unbegun_reply(store: ExchangeStore) -> ExchangeRecord:
    """Its process died right after it was saved."""
    at = clock.now() - 2 * LEASE
    exchange = ExchangeRecord(
        id="e1",
        profile_id=PROFILE,
        action_id=None,
        conversation="profile",
        number=1,
        text="Hello",
        sending="s1",
        lease_until=at,
        model_version="test",
        created_at=at,
        updated_at=at,
    )
    assert await store.insert(exchange)
    return exchange


async def test_of_many_messages_at_once_one_is_taken_and_the_others_name_its_reply(
    database: Database,
) -> None:
    gate = Gate()
    async with a_process(database, ScriptedModel(texts=[[gate, "Hello."]])) as process:
        sent = await asyncio.gather(
            *(process.messages.send(PROFILE, f"Number {number}") for number in range(10)),
            return_exceptions=True,
        )
        (taken,) = [one for one in sent if isinstance(one, ExchangeRecord)]
        refusals = [one for one in sent if isinstance(one, ReplyRunning)]
        assert len(refusals) == 9
        assert {refusal.reply_id for refusal in refusals} == {reply_of(taken)}
        gate.release.set()
        await followed(process, taken)
        assert (await process.messages.page(PROFILE, None, 100, None))[-1].exchange.reply_text == "Hello."


async def test_no_message_has_an_id_that_can_be_guessed_and_one_from_before_stays_readable(
    database: Database, store: ExchangeStore
) -> None:
    guessed = derived_id("exchange", PROFILE, "profile", "1")
    async with a_process(database, ScriptedModel(texts=[["One."], ["Two."]])) as process:
        first = await process.messages.send(PROFILE, "Hello")
        await followed(process, first)
        assert first.id != guessed
    written = await present(store, first)
    old = written.model_copy(update={"id": guessed, "profile_id": profile_id_of("eve")})
    assert await store.insert(old)
    async with a_process(database, ScriptedModel()) as process:
        found = await process.messages.get(old.profile_id, f"{guessed}-r")
        assert found.exchange.reply_text == "One."


class AnswersLost(ExchangeStore):
    """Store that makes the next exchange, and loses the answer."""

    losing = True

    async def insert(self, record: ExchangeRecord) -> bool:
        inserted = await super().insert(record)
        if self.losing:
            self.losing = False
            raise DatabaseUnreachable
        return inserted


async def test_a_message_whose_answer_was_lost_is_sent_once(database: Database) -> None:
    async with a_process(database, ScriptedModel(texts=[["One."]])) as process:
        process.messages._store = AnswersLost(database)
        sent = await process.messages.send(PROFILE, "Hello")
        page = await process.messages.page(PROFILE, None, 10, None)
        assert [message.exchange.id for message in page] == [sent.id, sent.id]
        await followed(process, sent)


async def test_a_reply_whose_process_died_is_interrupted_and_begun_anew(
    database: Database, store: ExchangeStore
) -> None:
    lost, go = Gate(), Gate()
    async with (
        a_process(database, ScriptedModel(texts=[["Half a", lost]])) as dying,
        a_process(database, ScriptedModel(texts=[[go, "A whole ", "reply."]])) as other,
    ):
        exchange = await dying.messages.send(PROFILE, "Hello")
        await saved(store, exchange, "Half a")
        await expire(store, exchange)
        await other.replies.sweep()
        await go.reached.wait()
        begun = await present(store, exchange)
        assert (begun.attempt, begun.reply_text, begun.partial_text) == (2, "", "Half a")
        following = asyncio.create_task(followed(other, exchange, "1:1"))
        go.release.set()
        items = await following
        assert items[0] == Reset(2)
        assert text_of(items) == "A whole reply."
        assert isinstance(items[-1], Ended)
        assert items[-1].exchange.status is MessageStatus.COMPLETED
        assert [item for item in items if not isinstance(item, Delta)] == [items[0], items[-1]]
        lost.release.set()
        await asyncio.sleep(0.4)
        assert (await present(store, exchange)).reply_text == "A whole reply.", (
            "the first owner stopped writing"
        )


async def test_a_process_that_ends_in_order_leaves_the_reply_to_the_next_at_once(
    database: Database, store: ExchangeStore
) -> None:
    never = Gate()
    async with a_process(database, ScriptedModel(texts=[["Half", never]])) as first:
        exchange = await first.messages.send(PROFILE, "Hello")
        await never.reached.wait()
    left = await present(store, exchange)
    assert (left.status, left.reply_text, left.partial_text) == (MessageStatus.INTERRUPTED, "Half", "Half")
    async with a_process(database, ScriptedModel(texts=[["Whole."]])) as second:
        await second.replies.sweep()
        items = await followed(second, exchange, "1:1")
        assert items[0] == Reset(2)
        assert text_of(items) == "Whole."


async def test_a_reply_that_was_never_begun_is_begun_by_the_sweep(
    database: Database, store: ExchangeStore
) -> None:
    async with a_process(database, ScriptedModel(texts=[["Here."]])) as process:
        never = await an_unbegun_reply(store)
        await process.replies.sweep()
        items = await followed(process, never)
        assert (text_of(items), len([item for item in items if isinstance(item, Reset)])) == ("Here.", 0)


async def test_a_reply_that_waits_for_a_worker_is_not_kicked_at_every_turn(
    database: Database, store: ExchangeStore
) -> None:
    exchange = await an_unbegun_reply(store)
    async with a_process(database, ScriptedModel(texts=[["Late."]]), work=False) as process:
        await process.replies.sweep()
        assert await store.expired(clock.now(), 10) == []
        await process.replies.execute(PROFILE, exchange.id)
        assert (await present(store, exchange)).reply_text == "Late."


async def test_a_reply_that_was_stopped_before_it_was_begun_is_never_begun(
    database: Database, store: ExchangeStore
) -> None:
    model = ScriptedModel(texts=[["Never said."]])
    async with a_process(database, model) as process:
        exchange = await an_unbegun_reply(store)
        assert (await process.messages.stop(PROFILE, reply_of(exchange))).status is MessageStatus.STOPPED
        await process.replies.execute(PROFILE, exchange.id)
        await process.replies.sweep()
        (end,) = await followed(process, exchange)
        assert isinstance(end, Ended)
        assert model.requests == []


async def test_a_reply_that_outlives_too_many_processes_ends_as_interrupted_with_its_partial_text(
    database: Database, store: ExchangeStore
) -> None:
    exchange = None
    for attempt in range(ATTEMPTS):
        never = Gate()
        model = ScriptedModel(texts=[[f"Attempt {attempt + 1}", never]])
        async with a_process(database, model) as process:
            if exchange is None:
                exchange = await process.messages.send(PROFILE, "Hello")
            else:
                await process.replies.sweep()
            await never.reached.wait()
    assert exchange is not None
    async with a_process(database, ScriptedModel()) as process:
        await process.replies.sweep()
        items = await followed(process, exchange)
        (delta, end) = items
        assert isinstance(delta, Delta)
        assert isinstance(end, Ended)
        assert (delta.text, end.exchange.status) == (f"Attempt {ATTEMPTS}", MessageStatus.INTERRUPTED)
        assert not end.exchange.active
        sent = await process.messages.send(PROFILE, "Hello again")
        assert sent.number == 2


async def test_a_reply_that_was_to_stop_when_its_process_died_has_stopped(
    database: Database, store: ExchangeStore
) -> None:
    never = Gate()
    async with a_process(database, ScriptedModel(texts=[["Half", never]])) as process:
        exchange = await process.messages.send(PROFILE, "Hello")
        await saved(store, exchange, "Half")
        await expire(store, exchange)
        assert await store.update(await present(store, exchange), {"stop_requested": True})
        await process.replies.sweep()
        items = await followed(process, exchange)
        assert isinstance(items[-1], Ended)
        assert items[-1].exchange.status is MessageStatus.STOPPED
        assert text_of(items) == "Half"


async def test_without_announcements_a_stop_still_arrives_and_so_does_the_text(
    database: Database, store: ExchangeStore
) -> None:
    never = Gate()
    model = ScriptedModel(texts=[["One", " two", never]])
    async with a_process(database, model) as writing, a_process(database, ScriptedModel()) as other:
        exchange = await writing.messages.send(PROFILE, "Hello")
        following = asyncio.create_task(followed(other, exchange))
        await saved(store, exchange, "One two")
        stopping = asyncio.create_task(other.messages.stop(PROFILE, reply_of(exchange)))
        while not following.done():
            await other.chat.heal()
            await asyncio.sleep(0.05)
        items = await following
        assert text_of(items) == "One two"
        assert isinstance(items[-1], Ended)
        assert (await stopping).status is MessageStatus.STOPPED
        assert model.closed_streams == 1


async def test_a_frame_that_was_lost_is_read_from_the_database(
    database: Database, store: ExchangeStore
) -> None:
    gates = [Gate() for _ in range(4)]
    pieces: list[str | Gate] = [part for pair in zip("abcd", gates, strict=True) for part in pair]
    async with a_process(database, ScriptedModel(texts=[pieces])) as process:
        exchange = await process.messages.send(PROFILE, "Hello")
        watched: list[str] = []

        async def follow() -> None:
            async with aclosing(process.chat.follow(PROFILE, reply_of(exchange), None)) as items:
                async for item in items:
                    if isinstance(item, Delta):
                        watched.append(item.text)

        following = asyncio.create_task(follow())
        await gates[0].reached.wait()
        await asyncio.sleep(0.1)
        watch = process.chat.hub.get(exchange.id)
        assert watch is not None
        watch.add(1, 3, "c")  # the second never came
        watch.add(1, 3, "c")  # and this one twice
        for gate in gates:
            gate.release.set()
            await asyncio.sleep(0.06)
        await asyncio.wait_for(following, patient(5))
        assert "".join(watched) == "abcd"


async def test_a_cursor_that_is_ahead_of_a_dead_owners_document_waits_for_the_next_attempt(
    database: Database, store: ExchangeStore
) -> None:
    never = Gate()
    async with a_process(database, ScriptedModel(texts=[["Half", never]])) as dying:
        exchange = await dying.messages.send(PROFILE, "Hello")
        await saved(store, exchange, "Half")
        async with a_process(database, ScriptedModel(texts=[["Whole."]])) as other:
            following = asyncio.create_task(followed(other, exchange, "1:3"))
            await asyncio.sleep(0.3)
            await expire(store, exchange)
            await other.replies.sweep()
            items = await following
        assert [item for item in items if isinstance(item, Reset)] == [Reset(2)]
        assert text_of(items) == "Whole."


async def test_frames_are_numbered_without_a_gap_and_cover_the_text(
    database: Database, store: ExchangeStore
) -> None:
    async with a_process(database, ScriptedModel(texts=[list("streamed")])) as process:
        exchange = await process.messages.send(PROFILE, "Hello")
        await followed(process, exchange)
    whole = await present(store, exchange)
    assert whole.frame_ends[-1] == len("streamed")
    assert all(before < after for before, after in pairwise(whole.frame_ends))
