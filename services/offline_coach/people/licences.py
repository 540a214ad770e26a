"""Licences, certificates and registrations: one has them or not, and no practice stands for them."""

import re

_WORDS = re.compile(
    r"\b(?:licen[cs]e[sd]?|certificat\w+|certified|registration|registered|permit|qualified|accredit\w+|diploma|ticket"
    r"|cpc|chartered|clearance|zertifi\w+|anerkennung|approbation|examen|meisterbrief|gesellenbrief|zulassung"
    r"|permis|diplômes?|certificats?|cap|habilitation|agrément|caces|carnés?|carnet|licencia|certificado"
    r"|titulación|título|habilitación|manipulador(?:a)? de alimentos|rijbewijs|certificaat|prawo jazdy"
    r"|uprawnienia|certyfikat\w*)\b"
    r"|\w(?:schein|prüfung|karte|brief|zeugnis)\b|\biso \d{3,5}\b",
    re.IGNORECASE,
)
_WORK = re.compile(r"\b(?:nurse|accountant|electrician|engineer|checking|management)\b", re.IGNORECASE)


def is_licence(text: str) -> bool:
    """Return True for "Licence C+E" or "Staplerschein"; a "registered nurse" is a person."""
    return bool(_WORDS.search(text)) and not _WORK.search(text)


_SENTENCE = re.compile(r"(?<=[.!?;\n])\s+|\n")
_ASKED = re.compile(
    r"\b(?:requir\w+|needed|must|only|hold|holds|checked|valid|current|verlangt|erforderlich|nötig|gültige?r?|voraussetzung"
    r"|benötigt|exigée?s?|obligatoire|requise?|souhaitée?s?|demandée?s?|imprescindible|obligatorio|necesario|requiere"
    r"|vereist|wymagan\w+)\b",
    re.IGNORECASE,
)
_LONGEST_SENTENCE = 160
_STEM = 6
"""Letters that "registered" and "registration" share."""


def licences_asked(description: str, held: str) -> list[str]:
    """Return the sentences of a posting that ask for a licence of which ``held`` names nothing."""
    found = []
    for sentence in _SENTENCE.split(description[:4_000]):
        names = {word.casefold() for word in _WORDS.findall(sentence)}
        short = len(sentence) <= _LONGEST_SENTENCE
        if names and short and _ASKED.search(sentence) and not _names_any(sentence, held):
            found.append(" ".join(sentence.split()).rstrip(".;!"))
    return found


def _names_any(sentence: str, held: str) -> bool:
    """Return True if a word about a licence in the sentence is among what the person holds."""
    plain = held.casefold()
    return any(match.group().casefold()[:_STEM] in plain for match in _LICENCE_WORD.finditer(sentence))


# A licence's own word with what stands around it inside the word: "Gesellenbrief", not "brief".
_LICENCE_WORD = re.compile(rf"\w*(?:{_WORDS.pattern})\w*", re.IGNORECASE)
