"""The language of a reply: the one the person writes in, where the coach has it.

docs/languages.md says how to add one.
"""

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from db.profiles import ProfileRecord
from services.offline_coach.people.tongues import language_of_profile
from services.offline_coach.speech.english import ENGLISH
from services.offline_coach.speech.french import FRENCH
from services.offline_coach.speech.german import GERMAN
from services.offline_coach.speech.spanish import SPANISH
from services.offline_coach.speech.speech import Speech
from services.reference.languages import LANGUAGES
from services.reference.occupations import folded

SPEECHES: Mapping[str, Speech] = MappingProxyType(
    {speech.code: speech for speech in (ENGLISH, GERMAN, FRENCH, SPANISH)}
)
CANNOT = (
    "I have no words for the language that you write in, so I answer in English; you may go on in your own, or in "
    "English, German, French or Spanish."
)
# Small words, without accents, of languages that must not be taken for one of those.
_OTHERS = """
it: il lo gli di che e un una per con non sono ho mi del della nel anche piu molto ciao grazie perche come questo mio
pt: o os as do da dos das em no na um uma que nao com para por eu meu minha obrigado ola sou estou muito aprendi fiz
nl: ik heb ben mijn dank je niet het een en van voor met maar ook wat hoe goed
pl: jestem mam moj dziekuje czesc mnie i w na nie sie jak ale bardzo tak co to
sv: och att det som jag ar har inte med for pa av min tack hej men
da: og at det som jeg er har ikke med for pa af min tak hej men
tr: ve bir bu icin ben cok degil ile var tesekkurler merhaba ama
ro: si cu nu este pentru sunt am mai ce multumesc buna dar
cs: je se ze to jsem mam ale dekuji ahoj jak na v
fi: ja on ei se etta olen mina kiitos hei mutta
hu: az es nem hogy van egy en vagyok koszonom de
id: yang dan di saya tidak untuk dengan ini itu terima kasih
"""
_WORDS: Mapping[str, frozenset[str]] = MappingProxyType(
    {code: speech.small | LANGUAGES[code].small for code, speech in SPEECHES.items()}
    | {line.split(":")[0]: frozenset(line.split(":")[1].split()) for line in _OTHERS.strip().splitlines()}
)
_LETTERS: Mapping[str, str] = MappingProxyType(
    {
        "de": "ßäöü",
        "es": "ñ¿¡",
        "pl": "łąężśńź",
        "pt": "ãõ",
        "cs": "řěů",
        "hu": "őű",
        "tr": "şğı",
        "da": "øæ",
        "sv": "å",
    }
)
"""Letters that few other languages have."""
_LATIN = re.compile(r"[A-Za-zÀ-ɏ]")
_LETTER = re.compile(r"[^\W\d_]")


def speech_for(said: Sequence[str], profile: ProfileRecord) -> tuple[Speech, bool]:
    """Return the speech for a reply to what was said, oldest first, and whether it is the person's own language.

    The last message that tells a language decides; where none does, the profile's language.
    """
    for text in reversed(said):
        if code := language_written(text):
            return SPEECHES.get(code, ENGLISH), code in SPEECHES
    return SPEECHES.get(language_of_profile(profile) or "en", ENGLISH), True


def language_written(text: str) -> str | None:
    """Return the code of the language of a message, "und" for another script; None where its words tell none."""
    letters = _LETTER.findall(text)
    if letters and sum(map(bool, map(_LATIN.match, letters))) < len(letters) / 2:
        return "und"
    counts: dict[str, int] = {}
    for word in re.findall(r"[^\W\d_]+", folded(text)):
        for code, small in _WORDS.items():
            counts[code] = counts.get(code, 0) + (word in small)
    for code, own in _LETTERS.items():
        counts[code] = counts.get(code, 0) + bool(set(own) & set(text.casefold()))
    for code, speech in SPEECHES.items():
        counts[code] = counts.get(code, 0) + (code != "en" and speech.cues.of(text) is not None)
    ranked = sorted(counts.items(), key=lambda entry: -entry[1])
    first, most = ranked[0] if ranked else ("", 0)
    return first if most and most > ranked[1][1] else None
