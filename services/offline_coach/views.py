"""The two sides that the offline coach compares: the person who seeks, and a posting as that person sees it."""

from dataclasses import dataclass

from db.profiles import ProfileRecord
from services.matching.evidence import Evidence
from services.matching.seeking import Seeking


@dataclass(frozen=True, slots=True)
class Seeker:
    """Facts about the person that every posting is compared with."""

    profile: ProfileRecord
    seeking: Seeking
    roles: list[str]

    @property
    def evidence(self) -> Evidence:
        return self.seeking.evidence

    @property
    def years(self) -> float:
        """Years in jobs."""
        return self.seeking.years

    @property
    def blank(self) -> bool:
        """Nothing to judge by."""
        profile = self.profile
        return not (
            self.roles or profile.skills or profile.projects or profile.education or profile.volunteer
        )


@dataclass(frozen=True, slots=True)
class View:
    """Posting, seen by this person."""

    matched: list[str]
    missing: list[str]
    coverage: float
    kinship: float
    role: str | None
    aim: str | None
    short_years: float
    seasoned: bool
    hindrances: list[str]
