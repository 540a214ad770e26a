"""Signs of distress in the languages people write in, and texts without them."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.llm.port import Turn
from services.safety.distress import (
    _phrases,
    distress_in,
    distress_of,
    may_end_phrase,
    without_distress,
)
from services.safety.spelling import plain, tokens

SAID = {
    "en": [
        "I don't want to live anymore.",
        "I do not want to live",
        "I want to end it all",
        "I want to end my life.",
        "It failed and I want to die.",
        "I just wanna die",
        "I am thinking about killing myself",
        "I have been having suicidal thoughts",
        "I feel suicidal",
        "I'm thinking about suicide",
        "I wish I was dead",
        "I wish I had never been born",
        "there is no reason to live",
        "life is not worth living",
        "Everyone would be better off without me",
        "I can't go on living",
        "I don't want to wake up tomorrow",
        "I want to hurt myself",
        "I have been cutting myself",
        "I'm going to kill myself tonight",
        "I'd rather be dead",
        "I no longer want to be alive",
        "I want to go to sleep and never wake up",
        "I am tired of living",
        "I am going to jump off a bridge",
        "I don't want to be here anymore",
        "I see no point in living",
        "I'd rather not exist",
        "There is no reason for me to keep living",
        "I do not see why I should stay alive",
        "I am having thoughts of suicide",
        "I keep thinking about jumping off a bridge",
        "I hurt myself on purpose",
        "I want to kms",
        "I've been thinking about ending things",
        "I cut myself again last night",
        "I took all my pills yesterday",
        "I can't do this life thing anymore",
        "I want to end it all by December",
    ],
    "de": [
        "Ich will nicht mehr leben.",
        "Ich möchte nicht mehr leben",
        "ich moechte einfach sterben",
        "Ich will sterben",
        "Ich bringe mich um",
        "Ich will mich umbringen",
        "Ich denke daran, mich umzubringen",
        "Ich habe Suizidgedanken",
        "Ich habe keine Lust mehr zu leben",
        "Ich wünschte, ich wäre tot",
        "Ich will meinem Leben ein Ende setzen",
        "Das Leben hat keinen Sinn mehr",
        "Ohne mich wären alle besser dran",
    ],
    "fr": [
        "Je ne veux plus vivre",
        "j’ai envie de mourir",
        "Je veux en finir",
        "je pense au suicide",
        "J'ai des pensées suicidaires",
        "je veux mettre fin à mes jours",
        "Je vais me suicider",
        "La vie ne vaut plus la peine d'être vécue",
        "Tout le monde serait mieux sans moi",
        "je n'ai plus envie de vivre",
    ],
    "es": [
        "No quiero vivir más",
        "Ya no quiero vivir",
        "quiero morir",
        "Me quiero morir",
        "quiero suicidarme",
        "Tengo pensamientos suicidas",
        "Quiero acabar con mi vida",
        "La vida no tiene sentido",
        "no tengo ganas de vivir",
        "Ojalá no hubiera nacido",
    ],
    "nl": [
        "Ik maak er een einde aan",
        "Ik wil niet meer leven",
        "ik wil dood",
        "Ik heb zelfmoordgedachten",
        "Ik wil een einde aan mijn leven maken",
        "Ik wil mezelf van kant maken",
        "Het leven heeft geen zin meer",
        "iedereen is beter af zonder mij",
    ],
    "it": [
        "Non voglio più vivere",
        "voglio morire",
        "Voglio farla finita",
        "penso al suicidio",
        "vorrei non essere mai nato",
        "Voglio uccidermi",
        "La vita non ha più senso",
        "non ho più voglia di vivere",
    ],
    "pt": [
        "Não quero mais viver",
        "nao quero viver",
        "Quero morrer",
        "quero me matar",
        "Tenho pensamentos suicidas",
        "Quero acabar com a minha vida",
        "A vida não faz mais sentido",
        "vou suicidar-me",
    ],
    "pl": [
        "Nie chcę już żyć",
        "nie chce mi sie zyc",
        "Chcę umrzeć",
        "Chcę się zabić",
        "mam myśli samobójcze",
        "chcę popełnić samobójstwo",
        "Życie nie ma sensu",
    ],
    "sv": ["Jag vill inte leva längre", "jag vill dö"],
    "da": ["Jeg ønsker ikke at leve mere"],
    "nb": ["Jeg orker ikke å leve lenger"],
    "fi": ["En halua enää elää", "haluan kuolla"],
    "cs": ["Už nechci žít", "chci umřít"],
    "ro": ["Nu mai vreau să trăiesc"],
    "hu": ["Nem akarok tovább élni", "meg akarok halni"],
    "tr": ["Artık yaşamak istemiyorum", "ölmek istiyorum"],
    "ru": ["Я не хочу больше жить", "хочу умереть"],
    "uk": ["Я не хочу жити"],
    "zh": ["我不想活了", "我想死"],
    "ja": ["死にたいです", "もう生きたくない"],
    "ko": ["죽고 싶어요", "살고 싶지 않아요"],
    "ar": ["لا أريد أن أعيش", "أريد أن أموت"],
    "hi": ["मैं जीना नहीं चाहता"],
    "sk": ["Nechcem žiť", "chcem zomrieť", "Môj život nemá zmysel"],
    "hr": ["Ne želim više živjeti", "želim umrijeti", "hoću da umrem"],
    "bg": ["Не искам да живея", "искам да умра"],
    "el": ["Δεν θέλω να ζω", "Θέλω να πεθάνω"],
    "vi": ["Tôi không muốn sống nữa", "Tôi muốn chết"],
    "id": ["Saya tidak ingin hidup lagi", "aku mau mati"],
    "tl": ["Gusto ko nang mamatay"],
    "sw": ["Nataka kufa", "sitaki kuishi tena"],
    "he": ["אני רוצה למות", "אני לא רוצה לחיות"],
    "fa": ["نمی‌خواهم زندگی کنم", "می‌خواهم بمیرم"],
    "ur": ["میں مرنا چاہتا ہوں"],
    "bn": ["আমি মরতে চাই"],
    "ta": ["நான் சாக விரும்புகிறேன்"],
    "th": ["ฉันอยากตาย", "ไม่อยากมีชีวิตอยู่แล้ว"],
}
NOT_MEANT = [
    "My project on suicide prevention at the hotline taught me to listen",
    "I volunteered at a suicide prevention hotline for two years.",
    "I wrote a paper about suicide rates in Europe",
    "I want to die laughing when I see that code",
    "I had to kill the process and restart it",
    "I killed the zombie processes myself",
    "I am dying to learn Rust",
    "I burned out my GPU with that model",
    "I am burned out and need another job",
    "I don't want to live in Berlin anymore",
    "I don't want to live far from work",
    "I don't just want to live, I want to build something",
    "I did the front end myself and finished it off myself",
    "I want to end my contract in May",
    "I want to end my life as a consultant",
    "I want to take my life in a new direction",
    "I shot myself in the foot with that migration",
    "I'd rather die than write another report",
    "I would kill for that job",
    "This deadline is killing me",
    "I cut myself some slack",
    "I could kill myself laughing",
    "I help patients who face death in a hospice",
    "I am tired of living in a small town",
    "I want the meeting to end on time",
    "Python 2 reached its end of life",
    "I ended up in the cloud team",
    "AWS KMS",
    "I set up KMS; will KMS rotate the keys?",
    "I live 20 kms from the office",
    "Teenagers thinking about suicide call our line",
    "I would rather not live in a big city",
    "I'd rather be dead last than not compete",
    "I wish I were dead certain about this choice",
    "I want everything to stop being manual",
    "I don't want to be here anymore at this company",
    "I hurt myself lifting boxes",
    "Vreau să trăiesc din muzică",
    "Vreau să trăiesc",
    "Quiero desaparecer para mis clientes",
    "Voglio sparire per le vacanze",
    "我不想活得太累",
    "我不想活在别人的期待里",
    "Ich will nicht mehr in Berlin leben",
    "Ich will nicht nur leben, um zu arbeiten",
    "Ich werde mich um die Stelle bewerben",
    "Ich sterbe vor Lachen",
    "Mein Projekt zur Suizidprävention lief gut",
    "In dieser Stadt will ich nicht leben",
    "Je ne veux plus vivre à Paris",
    "C'est à mourir de rire",
    "Mon projet de prévention du suicide avance",
    "No quiero vivir en Madrid",
    "Me muero de risa",
    "quiero morirme de risa",
    "Ik wil niet meer in Amsterdam wonen",
    "Ik kan niet verder met dit project",
    "Non voglio più vivere a Roma",
    "vorrei morire dal ridere",
    "Não quero mais viver em Lisboa",
    "O meu chefe vai me matar",
    "Nie chcę żyć w Warszawie",
    "chcę zabić ten proces",
    "Jag vill inte leva i Stockholm",
    "我想死你了",
    "自殺予防の研究をしています",
    "I managed the decommissioning: end it all by December",
    "I cut myself again while cooking",
    "I have been thinking about ending things with my employer",
    "Yaşamak istemiyorum İstanbul'da",
    "Nechcem žiť v Bratislave",
    "Ne želim živjeti u Zagrebu",
    "Δεν θέλω να ζω στην Αθήνα",
    "Tôi không muốn sống ở Hà Nội",
    "Saya tidak ingin hidup di Jakarta",
    "Sitaki kuishi hapa",
    "ไม่อยากมีชีวิตอยู่ในกรุงเทพ",
    "",
    "…",
]
UNSPACED = ("zh", "ja", "ko", "ar", "hi", "he", "fa", "ur", "bn", "ta", "th")
EVERY = [(language, text) for language, texts in SAID.items() for text in texts]
SPACED = [text for language, text in EVERY if language not in UNSPACED]
NEUTRAL = st.sampled_from(
    ["It went well.", "I learned Rust.", "Hello!", "", "ok", "Das Projekt ist fertig.", "👍", "My boss left…"]
)
SEPARATOR = st.sampled_from(["\n", " ", ". ", " – ", "!!! ", "\n\n"])
ACCENTS = {"ą": "a", "ć": "c", "ę": "e", "ł": "l", "ó": "o", "ś": "s", "ź": "z", "ż": "z", "é": "e", "è": "e"}
ACCENTS |= {
    "ê": "e",
    "à": "a",
    "ã": "a",
    "á": "a",
    "í": "i",
    "ì": "i",
    "ù": "u",
    "ñ": "n",
    "ö": "o",
    "ä": "a",
}
LOOKALIKE = str.maketrans("aeocpx", "аеосрх")


@pytest.mark.parametrize(("language", "text"), EVERY)
def test_distress_is_seen_in_each_language(language: str, text: str) -> None:
    assert distress_in(text) == language


@pytest.mark.parametrize("text", NOT_MEANT)
def test_what_only_sounds_like_it_is_no_distress(text: str) -> None:
    assert distress_in(text) is None


@given(said=st.sampled_from(SPACED), before=NEUTRAL, after=NEUTRAL, separator=SEPARATOR)
@settings(max_examples=150, deadline=None)
def test_distress_is_seen_in_any_surroundings_case_and_spelling(
    said: str, before: str, after: str, separator: str
) -> None:
    # In the same clause a word that follows may show that something else is meant.
    ending = separator if separator.strip() or "\n" in separator else ". "
    text = f"{before}{separator}{said}{ending}{after}"
    assert distress_in(text)
    assert distress_in(text.upper())
    assert distress_in(text.replace("'", "’"))
    assert distress_in(text.replace("'", "").replace("’", ""))
    assert distress_in("".join(ACCENTS.get(letter, letter) for letter in text))
    assert distress_in("\u200b".join(text)), "characters that nobody sees"
    assert distress_in(text.replace(" ", "  \u00a0"))


@pytest.mark.parametrize(("language", "said"), [pair for pair in EVERY if pair[1] in SPACED])
def test_a_greeting_without_a_full_stop_hides_nothing(language: str, said: str) -> None:
    for greeting in ("ok", "Okay", "hi", "Hey", "hello"):
        assert distress_in(f"{greeting} {said}") == distress_in(said), (language, greeting)


@given(said=st.sampled_from(SAID["en"]), letter=st.sampled_from("aeocpx"))
@settings(max_examples=60, deadline=None)
def test_letters_of_other_scripts_that_look_alike_hide_nothing(said: str, letter: str) -> None:
    assert distress_in(said.replace(letter, letter.translate(LOOKALIKE)))
    assert distress_in("".join(chr(ord(each) + 0xFEE0) if each.isalpha() else each for each in said))


@pytest.mark.parametrize("text", ["K.I.L.L myself", "I want to diiiie", "k1ll mys3lf", "I want to d-i-e"])
def test_disguised_spellings_are_read(text: str) -> None:
    assert distress_in(text)


@given(said=st.sampled_from(NOT_MEANT), after=NEUTRAL, separator=st.sampled_from([". ", "\n", "! "]))
@settings(max_examples=100, deadline=None)
def test_what_stands_after_it_makes_no_distress_of_a_harmless_sentence(
    said: str, after: str, separator: str
) -> None:
    assert distress_in(f"{said}{separator}{after}") is None
    assert distress_in(said.upper()) is None or any(letter in said for letter in "ßäöü")


@given(text=st.text(max_size=200))
@settings(max_examples=200, deadline=None)
def test_any_text_can_be_looked_at(text: str) -> None:
    distress_in(text)
    may_end_phrase(text)


WORDS = [word for said in SAID.values() for text in said for word in text.split()]


@given(word=st.sampled_from(WORDS), ends=st.text(".,:;!?()\"-*'/ ", max_size=3), twice=st.booleans())
@settings(max_examples=300, deadline=None)
def test_a_word_of_letters_is_looked_at_as_any_other(word: str, ends: str, twice: bool) -> None:
    """The short way of ``may_end_phrase`` says what the long one does."""
    text = ends + (word.replace("e", "ee") if twice else word) + ends
    said = {token.word for token in tokens(plain(text))}
    assert may_end_phrase(text) == (not text.isascii() or bool(said & _phrases().last_words))


def test_the_time_grows_with_the_text_only() -> None:
    distress_in("the phrases are read")
    worst = "i dont want to i do not want to i want to " * 500

    def seconds(text: str) -> float:
        started = time.process_time()
        distress_in(text)
        return time.process_time() - started

    assert seconds(worst * 8) < 40 * max(seconds(worst), 0.01)


def test_a_message_of_distress_and_its_reply_are_left_out_of_the_conversation() -> None:
    turns = [
        Turn("user", "I learned Rust.", "1"),
        Turn("assistant", "Good.", "2"),
        Turn("user", "I want to end it all", "3"),
        Turn("assistant", "Please talk to somebody.", "4"),
        Turn("user", "Thank you, I am with a friend now.", "5"),
    ]
    assert [turn.id for turn in without_distress(turns)] == ["1", "2", "5"]
    assert distress_of(turns[:3]) == "en"
    assert distress_of(turns) is None


def test_what_two_messages_say_together_counts() -> None:
    turns = [
        Turn("user", "I don't want to", "1"),
        Turn("assistant", "Go on.", "2"),
        Turn("user", "live", "3"),
    ]
    assert distress_of(turns) == "en"
    assert without_distress(turns) == []
