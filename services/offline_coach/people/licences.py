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
