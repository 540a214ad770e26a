"""Topics of actions: no heading over other skills, no list, no span of time, number or level."""

import re

from services.kit.words.terms import KNOWN_SKILLS, skill_key, words

_LONGEST = 45
_GATHERERS = (
    r"skills?|languages?|tools?|toolkit|toolset|technolog(?:y|ies)|tech stack|frameworks?|software|apis?|libraries"
    r"|databases?|platforms?|packages|protocols?|utilities|applications|programs|methods?|methodologies|methodology"
    r"|areas?|competenc(?:y|ies|es)|knowledge|expertise|interests?|strengths?|misc\w*|others?|general|various"
    r"|infrastructure|front-?\s?end|back-?\s?end|concepts?|practices|certificat\w+|licen[cs]es?"
)
# In German a compound ends with it; in French and Spanish the phrase begins with it.
_GATHERING_END = (
    r"(?:sprachen|kenntnisse|werkzeuge|fähigkeiten|kompetenzen|datenbanken|methoden|technologien|programme"
    r"|fertigkeiten|sonstiges|stärken|anwendungen)$"
)
_GATHERING_START = (
    r"^(?:langages?|langues|outils?|logiciels?|compétences|bases de données|méthodes|connaissances|savoir[- ]\w+|divers"
    r"|lenguajes?|idiomas|herramientas?|programas|competencias|conocimientos|bases de datos|métodos|habilidades"
    r"|tecnologías|otros|narzędzia|języki|umiejętności|talen|vaardigheden|gereedschap)\b"
)
_GATHERER = re.compile(rf"(?:^|\s|/)(?:{_GATHERERS})$|{_GATHERING_END}|{_GATHERING_START}", re.IGNORECASE)
_ONLY_GATHERERS = re.compile(
    rf"^(?:(?:technical|soft|hard|core|key|other|main|professional|programming|spoken|foreign|web|personal)\s+)?"
    rf"(?:{_GATHERERS})$|^\w*{_GATHERING_END}|{_GATHERING_START}",
    re.IGNORECASE,
)
_SPAN = re.compile(
    r"\d[\d.,]*\s*(?:\+|%|[- ]?(?:years?|yrs?|months?|weeks?|days?|hours?|hrs?|jahren?|monaten?|wochen?|tagen?|stunden?"
    r"|ans?|années?|mois|semaines?|jours?|heures?|años?|meses|mes|semanas?|días?|horas?|jaar|maanden?|lat|lata|rok"
    r"|miesięcy|projects?|projekten?|projets?|proyectos?|teams?|people|clients?|kunden|users?|times|mal)\b)",
    re.IGNORECASE,
)
_SINCE = re.compile(
    r"^(?:since|from|until|till|for|over|about|more than|seit|ab|bis|über|mehr als|depuis|jusqu|dès|plus de|desde"
    r"|hasta|más de|od|sinds|aktuell|currently|current|actuellement|actualmente|derzeit|zurzeit)\b|\b(?:im einsatz"
    r"|in use|en cours|en uso)\b",
    re.IGNORECASE,
)
_LEVEL = re.compile(
    r"^(?:very |sehr |très |muy )?(?:expert\w*|experience[dn]?"
    r"|advanced|intermediate|basic\w*|beginner|novice|proficient"
    r"|fluent|native|good|strong|master|professional|erfahren\w*|gut\w*|grundkenntnisse|fortgeschritten\w*"
    r"|muttersprach\w*|fließend|lange erfahrung|débutant\w*|confirmé\w*|avancée?|courant|bon niveau|bases|básico"
    r"|intermedio|avanzado|alto|medio|nativo|[abc][12])(?: level| niveau| nivel)?$",
    re.IGNORECASE,
)
_LIST = re.compile(r"\s*[,;•|·]\s*|\s+/\s+")


def is_topic(text: str) -> bool:
    """Return True for a name of something that one can do, know or use."""
    text = text.strip()
    if not 0 < len(text) <= _LONGEST or not words(text, prose=False):
        return False
    # "3D modelling" begins with a number that belongs to it.
    numbered = re.match(r"\W*\d(?![\d.,]*[^\W\d_])", text)
    return not (numbered or _SPAN.search(text) or _SINCE.search(text) or _LEVEL.match(text))


def is_heading(name: str, keywords: int) -> bool:
    """Return True for what gathers skills without being one: "Tools", and "Browser APIs" with what they are."""
    name = name.strip()
    if _ONLY_GATHERERS.search(name):
        return True
    if keywords < 2 or skill_key(name) in KNOWN_SKILLS:
        return False
    return bool(_GATHERER.search(name) or re.search(r"[&/]|\b(?:and|und|et|y)\b", name))


def topics_in(name: str) -> list[str]:
    """Return the topics of an entry: "HTML, CSS" has two, "Office (Word, Excel)" one."""
    plain = re.sub(r"\s*[(\[][^)\]]*[)\]]?", "", name).strip()
    return [part for part in _LIST.split(plain) if is_topic(part)]
