"""Years of experience that a title tells, in the languages of ``services.reference.languages``."""

import re
from collections.abc import Mapping
from types import MappingProxyType

from db.opportunities import OpportunityKind
from services.reference.occupations import folded

_WORD = re.compile(r"[^\W\d_]+(?:-founder)?")

# A line is a level in years and the words of titles that tell it, without accents; the first line that fits counts.
_LEVELS = """
0: intern internship trainee apprentice entry graduate praktikum praktikant praktikantin werkstudent werkstudentin
0: auszubildende auszubildender azubi ausbildung stagiaire alternance alternant apprenti becario becaria practicas
0: stage leerling stazysta stazystka praktykant praktykantka
1: junior jr assistant associate assistent assistentin assistante asistente auxiliar asystent asystentka
9: principal staff distinguished director vp chief cto ceo head directeur directrice directora direktor direktorin
9: bereichsleiter bereichsleiterin geschaftsfuhrer geschaftsfuhrerin dyrektor dyrektorka
6: lead manager co-founder founder architect leiter leiterin leitung teamleiter teamleiterin abteilungsleiter
6: responsable jefe jefa encargado encargada gerente kierownik kierowniczka leidinggevende teamleider
5: senior sr
4: founding
"""
_YEARS: Mapping[str, tuple[int, float]] = MappingProxyType(
    {
        word: (at, float(years))
        for at, line in enumerate(_LEVELS.strip().splitlines())
        for years, _, listed in (line.partition(":"),)
        for word in listed.split()
    }
)
_USUAL = MappingProxyType(
    {
        OpportunityKind.JOB: 2.0,
        OpportunityKind.FELLOWSHIP: 1.0,
        OpportunityKind.GRANT: 1.0,
        OpportunityKind.TRAINING: 0.0,
        OpportunityKind.VOLUNTEER: 0.0,
    }
)
_LEARNERS = frozenset(word for word, (_, years) in _YEARS.items() if not years) - {
    "entry",
    "graduate",
    "stage",
}


def asked_years(title: str, kind: OpportunityKind) -> float:
    """Return the years of work that a post expects, by its title, else by its kind."""
    found = [_YEARS[word] for word in _WORD.findall(folded(title)) if word in _YEARS]
    return min(found)[1] if found else _USUAL[kind]


def is_learner(title: str) -> bool:
    """Return True for a position in which somebody learned: it is no work of their own yet."""
    found = set(_WORD.findall(folded(title)))
    return bool(found & _LEARNERS) or ("student" in found and len(found) < 3)
