"""The list of phrases of distress says what it seems to say."""

import json
from importlib.resources import files

from services.safety.distress import _NEGATIONS, _parts, _phrases
from services.safety.spelling import plain

LANGUAGES = json.loads(files("services.safety").joinpath("distress_phrases.json").read_text("utf-8"))[
    "languages"
]


def test_no_filler_of_one_language_is_an_exception_of_another() -> None:
    fillers = {word for table in LANGUAGES.values() for word in plain(" ".join(table["fillers"])).split()}
    used = (
        table["sets"][entry["unless"]]
        for table in LANGUAGES.values()
        for entry in table["phrases"]
        if "unless" in entry
    )
    exceptions = {word for texts in used for text in texts for word in plain(text).split()}
    assert not fillers & exceptions


def test_no_filler_hides_what_a_phrase_says() -> None:
    """What is left out of texts is left out of phrases: no alternative vanishes or ends early, no negation goes."""
    phrases = _phrases()
    said = phrases.fillers | phrases.onlys
    assert not phrases.fillers & _NEGATIONS
    hidden = [
        (language, entry["say"], words)
        for language, table in LANGUAGES.items()
        for entry in table["phrases"]
        for part in _parts(entry["say"], table["sets"])
        for words in part
        if words and words[-1] in said and words[-2:-1] not in {(word,) for word in _NEGATIONS}
    ]
    assert not hidden
