"""Replies as tabs see them: streamed, resumed, stopped, failed; never doubled, never with a gap."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from random import Random

import pytest

from resolvers.settings import Settings
from services.llm.claude import AnthropicModel
from services.llm.port import ModelBusy, TextRequest
from services.llm.scripted import Gate, ScriptedModel, TextStep
from tests.support.chatting import Line, Tab, a_person, followed, message_of, said
from tests.support.model_server import (
    Abort,
    ModelServer,
    Pause,
    Reply,
    Wait,
    error_event,
    error_reply,
    model_server,
    text_reply,
)
from tests.support.patience import patient, within

ATOMS = [
    "plain words ",
    "👩‍🔬",
    "🏳️‍🌈 ",
    "🇫🇷",
    "e\u0301",
    "o\u0302\u0323 ",
    "שלום עולם ",
    "مرحبا\u200f ",
    "\n",
    "\n\n- ",
    "\t",
    "漢字",
    "𝔘𝔫𝔦",
    'naïve “quotes” \\ " {"seq": 1} ',
    "\u200b",
]


class Telling(ScriptedModel):
    """Tells the story whose number the person names, in pieces that come at random times."""

    def __init__(self, stories: list[list[str]], random: Random) -> None:
        super().__init__()
        self._stories = stories
        self._random = random

    async def stream_text(self, request: TextRequest) -> AsyncGenerator[str, None]:
        number = int(request.subject.turns[-1].text.split()[-1])
        for piece in self._stories[number]:
            yield piece
            if self._random.random() < 0.3:
                await asyncio.sleep(self._random.random() * 0.04)


def story(random: Random) -> list[str]:
    """Pieces cut anywhere, in the middle of what is seen as one character too."""
    text = "x" + "".join(random.choice(ATOMS) for _ in range(random.randint(5, 25))) + "."
    pieces = []
    while text:
        size = random.randint(1, 6)
        pieces.append(text[:size])
        text = text[size:]
    return pieces


async def test_many_replies_arrive_to_the_character_in_three_tabs_that_keep_being_cut(
    settings: Settings, many: int
) -> None:
    random = Random(3)  # noqa: S311 - that it is the same each time is what is wanted
    stories = [story(random) for _ in range(many)]
    people = [f"person-{number}" for number in range(20)]
    async with a_person(settings, Telling(stories, random)) as api:

        async def talk(person: str, numbers: list[int]) -> None:
            await api.data("ImportResume", person, resume={"basics": {"name": "Somebody"}})
            lines = [Line(api, person) for _ in range(3)]
            for number in numbers:
                reply = await said(api, f"Tell me story {number}", person)
                tabs = [Tab(reply) for _ in lines]
                following = [tab.with_reconnects(line, random) for tab, line in zip(tabs, lines, strict=True)]
                await asyncio.gather(*following)
                whole = "".join(stories[number]).replace("\u200b", "")  # nobody sees it: it could hide text
                for tab in tabs:
                    assert tab.text == whole
                    assert "ChatReset" not in tab.kinds
                    saved = tab.events[-1]["saved"]
                    assert (saved["text"], saved["status"]) == (whole, "COMPLETED")
            assert (await message_of(api, reply, person))["text"] == whole
            for line in lines:
                await line.aclose()

        shares = [list(range(place, many, len(people))) for place in range(len(people))]
        await asyncio.gather(*(talk(person, share) for person, share in zip(people, shares, strict=True)))


async def test_a_reply_is_the_same_while_it_streams_and_long_after(settings: Settings) -> None:
    gate = Gate()
    async with a_person(settings, ScriptedModel(texts=[["Well", " done", gate, "!"]])) as api:
        reply = await said(api, "I did it.")
        live = Tab(reply)
        async with api.socket() as socket:
            subscription = await live.open(socket)
            await live.until_text(subscription, "Well done")
            gate.release.set()
            while live.apply(await subscription.next()):
                pass
        later = await followed(api, reply)
        assert (live.text, later.text) == ("Well done!", "Well done!")
        assert later.kinds == ["ChatDelta", "ChatCompleted"]
        assert later.events[-1] == live.events[-1]
        again = Tab(reply)
        again.cursor = live.cursor
        async with api.socket() as socket:
            await again.to_the_end(socket)
        assert again.kinds == ["ChatCompleted"], "nothing was missed"


@pytest.mark.parametrize("cursor", ["1", "1:", ":1", "1:2:3", "-1:0", "a:b", "1:1e3", "٣:١", "9" * 40 + ":1"])
async def test_what_is_no_cursor_is_refused_by_the_terminal_member(settings: Settings, cursor: str) -> None:
    async with a_person(settings, ScriptedModel(texts=[["Hello."]])) as api, api.socket() as socket:
        tab = Tab(await said(api, "Hello"))
        tab.cursor = cursor
        refused = await tab.to_the_end(socket)
        assert (refused["__typename"], refused["code"]) == ("SubscriptionFailed", "INVALID_INPUT")


@pytest.mark.parametrize("cursor", ["1:99", "7:1"])
async def test_a_cursor_beyond_what_exists_starts_over(settings: Settings, cursor: str) -> None:
    async with a_person(settings, ScriptedModel(texts=[["Hello."]])) as api, api.socket() as socket:
        reply = await said(api, "Hello")
        await followed(api, reply)
        tab = Tab(reply)
        tab.cursor = cursor
        await tab.to_the_end(socket)
        assert tab.kinds == ["ChatReset", "ChatDelta", "ChatCompleted"]
        assert tab.text == "Hello."


async def test_closing_every_tab_leaves_the_reply_running_to_its_end(settings: Settings) -> None:
    gate = Gate()
    async with a_person(settings, ScriptedModel(texts=[["One,", gate, " two."]])) as api:
        reply = await said(api, "Count.")
        async with api.socket() as socket:
            tab = Tab(reply)
            await tab.until_text(await tab.open(socket), "One,")
            socket.connection.transport.abort()
        gate.release.set()
        async with within(5):
            while (await message_of(api, reply))["status"] != "COMPLETED":
                await asyncio.sleep(0.02)
        assert (await message_of(api, reply))["text"] == "One, two."


async def test_a_stopped_reply_keeps_its_text_in_every_tab(settings: Settings) -> None:
    gate = Gate()
    model = ScriptedModel(texts=[["So far", gate, " and no further"], ["Next."]])
    async with a_person(settings, model) as api, api.socket() as socket:
        reply = await said(api, "Talk.")
        tabs = [Tab(reply), Tab(reply)]
        for tab in tabs:
            await tab.until_text(await tab.open(socket), "So far")
        stopped = await api.data("StopReply", messageId=reply)
        assert stopped["stopped"] == {"id": reply, "status": "STOPPED", "text": "So far"}
        assert model.closed_streams == 1
        for tab in (Tab(reply), *tabs):
            await tab.to_the_end(socket)
            assert (tab.text, tab.kinds[-1]) == ("So far", "ChatStopped")
        again = await api.data("StopReply", messageId=reply)
        assert (again["__typename"], again["status"]) == ("ReplyNotRunningError", "STOPPED")
        assert (await followed(api, await said(api, "Go on."))).text == "Next."


async def test_a_reply_begun_anew_after_a_restart_resets_those_who_come_back(settings: Settings) -> None:
    never = Gate()
    async with a_person(settings, ScriptedModel(texts=[["Half a", never]])) as api, api.socket() as socket:
        reply = await said(api, "Hello")
        tab = Tab(reply)
        await tab.until_text(await tab.open(socket), "Half a")
    async with a_person(settings, ScriptedModel(texts=[["A whole", " one."]])) as api, api.socket() as socket:
        await tab.to_the_end(socket)
        assert [kind for kind in tab.kinds if kind != "ChatDelta"] == ["ChatReset", "ChatCompleted"]
        assert tab.text == "A whole one."
        saved = await message_of(api, reply)
        assert (saved["attempt"], saved["interruptedText"]) == (2, "Half a")


@pytest.fixture(scope="module")
async def server() -> AsyncIterator[ModelServer]:
    async with model_server() as server:
        yield server


def a_real_model(server: ModelServer, idle: float = 5.0) -> AnthropicModel:
    server.reset()
    return AnthropicModel("a-key", base_url=server.url, idle_timeout=idle)


WHOLE = text_reply("Half of", " the answer", " and the rest.")


@pytest.mark.parametrize(
    ("upstream", "code", "text"),
    [
        pytest.param(WHOLE.cut(5), "MODEL_INCOMPLETE", "Half of the answer", id="cut without a stop"),
        pytest.param(WHOLE.then(Abort(), after=4), "MODEL_INCOMPLETE", "Half of", id="connection broken"),
        pytest.param(
            WHOLE.then(error_event("overloaded_error"), after=4),
            "MODEL_BUSY",
            "Half of",
            id="error in mid-stream",
        ),
        pytest.param(WHOLE.then(Pause(30), after=4), "MODEL_INCOMPLETE", "Half of", id="stall"),
        pytest.param(error_reply(529, "overloaded_error"), "MODEL_BUSY", "", id="529 before the first token"),
        pytest.param(error_reply(401, "authentication_error"), "MODEL_REFUSED_KEY", "", id="key refused"),
        pytest.param(text_reply("I can", stop_reason="refusal"), "MODEL_DECLINED", "I can", id="refusal"),
        pytest.param(text_reply(), "MODEL_EMPTY", "", id="empty reply"),
        pytest.param(text_reply(" ", "\n"), "MODEL_EMPTY", "", id="blank reply"),
        pytest.param(text_reply("[[SUMMARY]]"), "MODEL_EMPTY", "", id="nothing but the marker"),
    ],
)
async def test_what_goes_wrong_upstream_ends_in_a_typed_member_and_passes_for_nothing_whole(
    settings: Settings, server: ModelServer, upstream: Reply, code: str, text: str
) -> None:
    model = a_real_model(server, idle=0.5)
    server.enqueue(upstream, text_reply("All well."))
    async with a_person(settings, model) as api:
        reply = await said(api, "Hello")
        tab = await followed(api, reply)
        assert (tab.kinds[-1], tab.events[-1]["code"]) == ("ChatFailed", code)
        assert "secret words" not in tab.events[-1]["message"]
        saved = await message_of(api, reply)
        assert (saved["status"], saved["failure"]["code"], saved["shouldExtract"]) == ("FAILED", code, False)
        assert tab.text == saved["text"]
        assert saved["text"].strip() == text
        assert (await followed(api, await said(api, "Again"))).text == "All well."
        turns = [turn["role"] for turn in server.requests[-1]["messages"]]
        assert turns == ["user", "user"], "what was not whole is not in the history"


async def test_a_model_that_only_pings_has_stalled(settings: Settings, server: ModelServer) -> None:
    model = a_real_model(server)
    pings = [step for _ in range(40) for step in (("ping", {"type": "ping"}), Pause(0.1))]
    server.enqueue(WHOLE.then(*pings, after=4))
    settings = settings.model_copy(update={"model_idle_seconds": 0.5})
    async with a_person(settings, model) as api:
        tab = await followed(api, await said(api, "Hello"))
        assert tab.events[-1]["code"] == "MODEL_INCOMPLETE"


async def test_stopping_closes_the_connection_to_the_model(settings: Settings, server: ModelServer) -> None:
    model = a_real_model(server)
    never = asyncio.Event()
    server.enqueue(WHOLE.then(Wait(never), after=4))
    async with a_person(settings, model) as api, api.socket() as socket:
        reply = await said(api, "Hello")
        tab = Tab(reply)
        await tab.until_text(await tab.open(socket), "Half of")
        await api.data("StopReply", messageId=reply)
        await asyncio.wait_for(server.hung_up.wait(), patient(2))


async def test_half_a_surrogate_pair_from_the_model_is_replaced(settings: Settings) -> None:
    async with a_person(settings, ScriptedModel(texts=[["Fine ", "\ud83d", " so far."]])) as api:
        tab = await followed(api, await said(api, "Hello"))
        assert (tab.text, tab.kinds[-1]) == ("Fine ? so far.", "ChatCompleted")


async def test_the_summary_marker_is_never_seen_and_says_that_it_is_time_to_extract(
    settings: Settings,
) -> None:
    texts = [["Go on."], ["You learned much.", "\n[[SUMM", "ARY]]"], ["More?"], ["Four."]]
    async with a_person(settings, ScriptedModel(texts=texts)) as api:
        ends = []
        for _ in range(4):
            tab = await followed(api, await said(api, "Hello"))
            ends.append((tab.text, tab.events[-1]["shouldExtract"]))
        assert ends == [("Go on.", False), ("You learned much.", True), ("More?", False), ("Four.", True)]


async def test_only_the_owner_can_follow_or_stop_a_reply(settings: Settings) -> None:
    gate = Gate()
    async with a_person(settings, ScriptedModel(texts=[["Private.", gate]])) as api:
        await api.data("ImportResume", "eve", resume={"basics": {"name": "Eve"}})
        reply = await said(api, "Hello")
        async with api.socket() as own, api.socket("eve") as other:
            mine = Tab(reply)
            await mine.until_text(await mine.open(own), "Private.")
            theirs = Tab(reply)
            assert (await theirs.to_the_end(other))["code"] == "NOT_FOUND"
            assert (await api.data("StopReply", "eve", messageId=reply))["__typename"] == "NotFoundError"
            assert await message_of(api, reply, "eve") == {}
            assert (await api.data("StopReply", messageId=reply))["__typename"] == "StopReplyPayload"


async def test_a_busy_script_fails_the_reply_and_not_the_conversation(settings: Settings) -> None:
    texts: list[TextStep] = [["Half", ModelBusy("the model is overloaded")], ["Whole."]]
    async with a_person(settings, ScriptedModel(texts=texts)) as api:
        failed = await followed(api, await said(api, "Hello"))
        assert (failed.text, failed.events[-1]["message"]) == ("Half", "the model is overloaded")
        assert (await followed(api, await said(api, "Again"))).kinds[-1] == "ChatCompleted"
