"""English words that are written in small letters, so that a capital of theirs is a heading's and not a name's."""

from functools import cache
from importlib.resources import files

# Names of tools and languages that are also such words; whoever writes one with a capital means the name.
_ALSO_NAMES = """
access actions airflow angular beam bash canvas chef consul copilot dart django elixir excel express figma flask go
hive illustrator jira julia keynote lambda linear maya monday next nest node nomad notion numbers oracle outlook pages
phoenix pig powerpoint premiere processing puppet python rails react revit rhino ruby rust safe salt scala scrum sketch
slack spark spring stata storm swift tableau teams unity unreal vault vue word blender agile kanban
"""
# Ordinary by now, and in few tasks and descriptions.
_ALSO_ORDINARY = frozenset(["backend", "chatbot", "frontend", "fullstack", "month", "week", "web", "website"])
# Classifications write adjectives of countries and languages in small letters, sentences do not.
_PEOPLES = """
african american arab arabic asian australian austrian bayesian belgian brazilian british bulgarian canadian catalan
chinese christian croatian czech danish dutch english estonian european finnish flemish french german greek hebrew hindi
hungarian indian irish islamic italian japanese jewish korean latin latvian lithuanian mexican muslim norwegian persian
polish portuguese romanian russian scottish serbian slovak slovenian spanish swedish swiss thai turkish ukrainian
vietnamese welsh
"""
_NAMES = frozenset(_ALSO_NAMES.split()) | frozenset(_PEOPLES.split())


@cache
def _ordinary() -> frozenset[str]:
    return frozenset((files(__package__) / "data" / "ordinary.txt").read_text("utf-8").split())


def is_ordinary(word: str) -> bool:
    """Return True for an English word that is no name, in the singular or the plural, whatever its capitals."""
    word = word.casefold()
    if word in _NAMES:
        return False
    if word in _ALSO_ORDINARY:
        return True
    known = _ordinary()
    return word in known or f"{word}s" in known or word.removesuffix("s") in known
