"""Languages: which one a person writes in, which they grew up with, and which is spoken around them."""

import re
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType

from db.profiles import LanguageRecord, ProfileRecord
from services.offline_coach.words import in_sentence
from services.reference.reading import language_of_texts
from services.reference.tongues import code_of

_AROUND: Mapping[str, str] = MappingProxyType(
    {
        country: code
        for code, countries in {
            "ar": "AE DZ EG IQ JO KW LB MA OM QA SA SY TN",
            "da": "DK",
            "de": "AT DE CH LI",
            "el": "GR CY",
            "en": "AU CA GB GH IE JM KE NG NZ SG US ZA",
            "es": "AR BO CL CO CR CU DO EC ES GT HN MX NI PA PE PY SV UY VE",
            "fi": "FI",
            "fr": "BE CI CM FR LU MC ML SN",
            "hu": "HU",
            "it": "IT",
            "ja": "JP",
            "ko": "KR",
            "nl": "NL",
            "no": "NO",
            "pl": "PL",
            "pt": "AO BR MZ PT",
            "ro": "RO MD",
            "ru": "RU BY",
            "sv": "SE",
            "tl": "PH",
            "tr": "TR",
            "uk": "UA",
            "zh": "CN TW",
        }.items()
        for country in countries.split()
    }
)
"""The language that most people speak, by country (ISO 3166-1 alpha-2)."""
_AT_HOME = re.compile(
    r"nativ|mother|mutter|matern|madre|bilingu|zweisprachig|moedertaal|ojczyst|nativo|langue maternelle",
    re.IGNORECASE,
)
_WELL = re.compile(
    r"fluent|full|profession|proficien|advanced|fliess|fließ|verhandlungs|sehr gut|courant|avance|avancé|bilingue"
    r"|fluido|alto|avanzado|c1|c2|vloeiend|biegl|native|mother|mutter|matern",
    re.IGNORECASE,
)


def language_of_profile(profile: ProfileRecord) -> str | None:
    """Return the code of the language that the profile is written in; None where too little tells."""
    return language_of_texts(_texts(profile))


def spelling_of(profile: ProfileRecord) -> Callable[[str], str]:
    """Return how a heading of this profile reads in a sentence: outside of English as it is written."""
    return in_sentence if language_of_profile(profile) in (None, "en") else _as_written


def _as_written(heading: str) -> str:
    return " ".join(heading.split())


def _texts(profile: ProfileRecord) -> Iterator[str]:
    yield from (profile.headline or "", profile.summary or "", *profile.career_goals)
    for job in profile.work:
        yield from (job.position or "", job.summary or "", *job.highlights)
    for project in profile.projects:
        yield from (project.description or "", *project.highlights)
    for duty in profile.volunteer:
        yield from (duty.position or "", duty.summary or "", *duty.highlights)
    for study in profile.education:
        yield from (study.area or "", study.study_type or "")
    yield from (skill.name for skill in profile.skills)


def is_rare_gift(spoken: LanguageRecord, profile: ProfileRecord) -> bool:
    """Return True for a language that the person speaks well and most people around them do not."""
    if not _WELL.search(spoken.fluency or "") and not _AT_HOME.search(spoken.fluency or ""):
        return False
    code = code_of(spoken.language)
    if code in (None, "en"):
        return code is None
    country = (profile.location.country_code or "").upper()
    around = _AROUND.get(country) if country else language_of_profile(profile) or "en"
    return code != around
