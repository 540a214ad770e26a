"""The coach's languages: each has everything that English has, and a conversation stays in the one it is held in."""

import re
from dataclasses import fields
from string import Formatter

import pytest

from services.conversations.summary_signal import MARKER
from services.llm.port import ConversationSubject, TextRequest, Turn
from services.offline_coach.coach import OfflineCoach
from services.offline_coach.speech.choosing import CANNOT, SPEECHES, language_written
from services.offline_coach.speech.english import ENGLISH
from services.offline_coach.speech.speech import Speech
from tests.support.factories import an_action
from tests.support.people import EMPTY, NURSE

COACH = OfflineCoach(pace=0)
OTHERS = [speech for speech in SPEECHES.values() if speech is not ENGLISH]
each = pytest.mark.parametrize("speech", OTHERS, ids=lambda speech: str(speech.code))

CONVERSATIONS = {
    "de": [
        "Ich habe einen Kurs für Eltern geleitet.",
        "Ich habe gelernt, dass Geduld hilft.",
        "Danke, das war alles.",
    ],
    "fr": ["J'ai organisé trois soirées.", "J'ai appris que les gens aiment parler.", "Merci, c'est tout."],
    "es": [
        "Organicé tres tardes de lectura.",
        "Aprendí que la gente quiere hablar.",
        "Gracias, eso es todo.",
    ],
}


def texts_of(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, tuple):
        return list(value)
    assert hasattr(value, "values")
    return [text for option in value.values() for text in texts_of(option)]


def places(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


async def replies(said: list[str], *, about_action: bool = False) -> list[str]:
    turns: list[Turn] = []
    found = []
    action = an_action("p", title="Start a circle") if about_action else None
    for exchange, text in enumerate(said, start=1):
        turns.append(Turn("user", text))
        subject = ConversationSubject(NURSE, action, list(turns), exchanges=exchange)
        request = TextRequest(system="", turns=list(turns), subject=subject, max_tokens=500)
        reply = "".join([piece async for piece in COACH.stream_text(request)])
        turns.append(Turn("assistant", reply))
        found.append(reply)
    return found


@each
def test_a_language_says_everything_that_english_says_with_the_same_places(speech: Speech) -> None:
    for field in fields(ENGLISH.lines):
        english, own = getattr(ENGLISH.lines, field.name), getattr(speech.lines, field.name)
        if hasattr(english, "keys"):
            assert own.keys() == english.keys(), field.name
            pairs = [(english[key], own[key]) for key in english]
        else:
            pairs = [(english, own)]
        for ours, theirs in pairs:
            wanted = {frozenset(places(text)) for text in texts_of(ours)}
            assert {frozenset(places(text)) for text in texts_of(theirs)} <= wanted, theirs
            assert all(texts_of(theirs))


@each
def test_a_language_hears_every_topic_that_english_hears(speech: Speech) -> None:
    assert list(speech.cues.topics) == list(ENGLISH.cues.topics)


@pytest.mark.parametrize("code", CONVERSATIONS)
@pytest.mark.parametrize("about_action", [False, True])
async def test_a_conversation_is_held_in_the_language_of_the_person(code: str, about_action: bool) -> None:
    found = await replies(CONVERSATIONS[code], about_action=about_action)
    lines = SPEECHES[code].lines
    assert lines.who_i_am in found[0]
    assert "?" in found[0]
    assert found[-1].endswith(MARKER)
    for reply in found:
        assert language_written(re.sub(r"[“„«].*?[”“»]", "", reply.replace(MARKER, ""))) == code, reply
    assert CONVERSATIONS[code][0].rstrip(".") in " ".join(found)


@pytest.mark.parametrize(
    "text",
    ["Vorrei aprire un mio ristorante, ma non so come.", "我想开一家餐馆", "Ik wil graag leren koken."],
)
async def test_elsewhere_it_says_once_and_in_english_that_it_cannot(text: str) -> None:
    first, second = await replies([text, text])
    assert CANNOT in first
    assert ENGLISH.lines.who_i_am in first
    assert CANNOT not in second


async def test_english_is_not_told_that_it_is_no_language() -> None:
    assert not [reply for reply in await replies(["I ran a course.", "ok", "It was fun."]) if CANNOT in reply]


async def test_a_message_without_words_of_a_language_goes_on_in_the_one_before() -> None:
    _, second = await replies(["Ich habe Rust gelernt.", "Rust 3"])
    assert language_written(second) == "de"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Wer bist du?", "de"),
        ("Qui êtes-vous ?", "fr"),
        ("Hola", "es"),
        ("I met a colleague in Paris", "en"),
        ("Eu aprendi Rust no inverno.", "pt"),
        ("Nauczyłem się Rusta.", "pl"),
        ("Я выучил Rust", "und"),
        ("Rust", None),
    ],
)
def test_short_messages_tell_their_language(text: str, code: str | None) -> None:
    assert language_written(text) == code


async def test_whoever_asks_is_told_in_their_language_what_answers() -> None:
    (reply,) = await replies(["Sind Sie ein Mensch?"])
    assert SPEECHES["de"].lines.who_i_am_asked in reply


async def test_an_empty_profile_is_asked_in_the_language_too() -> None:
    turns = [Turn("user", "Bonjour")]
    request = TextRequest(
        system="", turns=turns, subject=ConversationSubject(EMPTY, None, turns, exchanges=1), max_tokens=500
    )
    reply = "".join([piece async for piece in COACH.stream_text(request)])
    assert language_written(reply) == "fr"
