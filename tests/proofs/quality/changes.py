"""Changes of a person or a posting that say nothing about how well the two fit."""

import re
from collections.abc import Iterator, Sequence
from copy import deepcopy

from tests.proofs.quality.corpus import Json, Reader

_NAMES = ("Ngozi Eze", "Li Wei", "Fatima al-Sayed", "Piotr Nowak")
_SCHOOLS = ("Northern College", "Universidade do Mar", "Technische Schule Ost", "Lycée des Monts")
_CITIES = (("Porto", "PT"), ("Lagos", "NG"), ("Kraków", "PL"), ("Dhaka", "BD"))
# The same trade in the other gender, and pronouns.
_OTHER_GENDER = (
    ("Bäckerin", "Bäcker"),
    ("Bäckergesellin", "Bäckergeselle"),
    ("Erzieherin", "Erzieher"),
    ("Elektroniker", "Elektronikerin"),
    ("Infirmière", "Infirmier"),
    ("Menuisier", "Menuisière"),
    ("charpentier", "charpentière"),
    ("Docteure", "Docteur"),
    ("Postdoctorante", "Postdoctorant"),
    ("Cocinero", "Cocinera"),
    ("Administrativa", "Administrativo"),
    ("Encargada", "Encargado"),
    ("Dependienta", "Dependiente"),
    ("diplômée", "diplômé"),
    ("anerkannte", "anerkannter"),
    ("Gelernte", "Gelernter"),
    ("She", "He"),
    ("she", "he"),
    ("her", "his"),
    ("him", "her"),
)
_FILLER = (
    "quilting, beekeeping, macramé, crossword setting, chess openings, whittling, juggling, origami, karaoke"
)


def swapped(reader: Reader) -> Iterator[tuple[str, Json]]:
    """The résumé with another name, school, place or gender; what changed, and the document."""
    for name, school, (city, country) in zip(_NAMES, _SCHOOLS, _CITIES, strict=True):
        other = deepcopy(reader.resume)
        other["basics"] |= {"name": name, "location": {"city": city, "countryCode": country}}
        for study in other.get("education", []):
            study["institution"] = school
        yield f"{name} of {city}", other
    yield "gender", _other_gender(reader.resume)


def _other_gender(value: Json) -> Json:
    words = dict(_OTHER_GENDER)
    pattern = re.compile(rf"\b(?:{'|'.join(map(re.escape, words))})\b")

    def told(part: object) -> object:
        if isinstance(part, str):
            return pattern.sub(lambda found: words[found.group()], part)
        if isinstance(part, list):
            return [told(each) for each in part]
        return {key: told(each) for key, each in part.items()} if isinstance(part, dict) else part

    changed = told(value)
    assert isinstance(changed, dict)
    return changed


def reordered(resume: Json) -> Json:
    """The same entries, dated ones included, from the last to the first; a list of skills says nothing by its order."""
    turned = dict(resume)
    for section in ("work", "education", "certificates", "languages", "skills"):
        if section in resume:
            turned[section] = list(reversed(resume[section]))
    return turned


def stuffed(resume: Json, skills: Sequence[str], most: int = 300) -> Json:
    """The résumé with that many more skills: all that postings ask for, and others."""
    filler = [f"{skill} {number}" for number in range(1, 40) for skill in _FILLER.split(", ")]
    added = [*skills, *filler][:most]
    # A profile takes 200 entries, so some are keywords of others.
    entries = [{"name": added[at], "keywords": added[at + 1 : at + 5]} for at in range(0, most, 5)]
    return {**resume, "skills": [*resume.get("skills", []), *entries]}


def stuffed_posting(posting: Json, skills: Sequence[str], most: int = 60) -> Json:
    """The posting with as many skills as it may name, and the others at the end of its description."""
    own = [*posting.get("requiredSkills", []), *posting.get("desiredSkills", [])]
    added = [skill for skill in dict.fromkeys(skills) if skill not in own]
    text = f"{posting['description']} {', '.join(added)}"
    desired = [*posting.get("desiredSkills", []), *added][:most]
    return {**posting, "desiredSkills": desired, "description": text}
